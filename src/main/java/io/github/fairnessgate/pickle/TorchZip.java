package io.github.fairnessgate.pickle;

import io.github.fairnessgate.file.BoundedChannel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The form of PyTorch 1.6 and later: a zip with one folder, in which {@code data.pkl} is the pickle, {@code data/KEY}
 * the bytes of a storage, and {@code byteorder} (since 2.1) says how these lie. Entries are stored; a zip that another
 * program packed anew can have compressed ones.
 */
final class TorchZip {

    private static final String PICKLE = "/data.pkl";
    /** Enough for the directory and the local headers of some 20,000 entries. */
    private static final long LARGEST_DIRECTORY = 8 << 20;
    /** Deflate makes no more of a byte than 1,032. */
    private static final long MOST_INFLATION = 1_032;

    private static final int LONGEST_WORD = 16;

    private final ZipFile zip;
    private final long fileSize;
    private final Map<String, ZipArchiveEntry> entries = new LinkedHashMap<>();

    private TorchZip(ZipFile zip, long fileSize) throws PickleException {
        this.zip = zip;
        this.fileSize = fileSize;
        for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
            if (entries.put(entry.getName(), entry) != null) {
                throw new PickleException("the zip has the entry " + PickleException.shown(entry.getName()) + " twice");
            }
        }
    }

    static TorchFile read(Path path) throws PickleException, IOException {
        try (BoundedChannel channel =
                        new BoundedChannel(FileChannel.open(path, StandardOpenOption.READ), LARGEST_DIRECTORY);
                ZipFile zip = open(channel)) {
            channel.lift();
            return new TorchZip(zip, channel.size()).stateDict(path);
        }
    }

    /** Names are taken as the directory has them, as PyTorch takes them. */
    private static ZipFile open(BoundedChannel channel) throws PickleException {
        try {
            return ZipFile.builder()
                    .setSeekableByteChannel(channel)
                    .setUseUnicodeExtraFields(false)
                    .setCharset(StandardCharsets.UTF_8)
                    .get();
        } catch (IOException | IllegalArgumentException e) {
            Throwable cause = Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                    .reduce(e, (outer, inner) -> inner);
            throw new PickleException("the file cannot be read as a zip ("
                    + PickleException.shown(String.valueOf(cause.getMessage())) + ")");
        }
    }

    private TorchFile stateDict(Path path) throws PickleException {
        String root = root();
        TorchObjects objects = new TorchObjects();
        ByteBuffer pickle = ByteBuffer.wrap(content(root + PICKLE, TorchFile.LARGEST_PICKLE));
        Map<String, TorchTensor> tensors = TorchObjects.stateDict(PickleMachine.read(pickle, objects));
        Map<String, TorchFile.Place> places = new LinkedHashMap<>();
        for (TorchTensor.Storage storage : objects.storages().values()) {
            places.put(storage.key(), place(root + "/data/" + storage.key(), storage.size()));
        }
        return new TorchFile(path, tensors, places, order(root + "/byteorder"));
    }

    private String root() throws PickleException {
        List<String> roots = entries.keySet().stream()
                .filter(name -> name.endsWith(PICKLE))
                .map(name -> name.substring(0, name.length() - PICKLE.length()))
                .filter(name -> !name.contains("/"))
                .toList();
        if (roots.size() != 1) {
            throw new PickleException(
                    "the zip has " + roots.size() + " files named data.pkl in a top folder, but PyTorch writes one");
        }
        if (entries.containsKey(roots.get(0) + "/constants.pkl")) {
            throw new PickleException("the file is a TorchScript archive, a program, not a state dict");
        }
        return roots.get(0);
    }

    private ByteOrder order(String name) throws PickleException {
        if (!entries.containsKey(name)) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        String order = new String(content(name, LONGEST_WORD), StandardCharsets.ISO_8859_1);
        return switch (order) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                throw new PickleException("the entry byteorder is \"" + PickleException.shown(order)
                        + "\", but it must be little or big");
        };
    }

    private ZipArchiveEntry entry(String name) throws PickleException {
        ZipArchiveEntry entry = entries.get(name);
        if (entry == null) {
            throw new PickleException("the zip lacks the entry " + PickleException.shown(name));
        }
        boolean isStored = entry.getMethod() == ZipEntry.STORED;
        if (entry.getGeneralPurposeBit().usesEncryption() || !isStored && entry.getMethod() != ZipEntry.DEFLATED) {
            throw new PickleException("the entry " + PickleException.shown(name)
                    + " is encrypted or compressed by a method other than deflate");
        }
        long length = entry.getCompressedSize();
        if (length < 0
                || entry.getSize() < 0
                || entry.getDataOffset() < 0
                || length > fileSize - entry.getDataOffset()
                || (isStored ? entry.getSize() != length : entry.getSize() / MOST_INFLATION > length)) {
            throw new PickleException("the entry " + PickleException.shown(name) + " announces " + entry.getSize()
                    + " bytes, which the file cannot hold there");
        }
        return entry;
    }

    private byte[] content(String name, int limit) throws PickleException {
        ZipArchiveEntry entry = entry(name);
        if (entry.getSize() > limit) {
            throw new PickleException("the entry " + PickleException.shown(name) + " has " + entry.getSize()
                    + " bytes, but at most " + limit + " are read");
        }
        byte[] content;
        try (InputStream in = zip.getInputStream(entry)) {
            content = in.readNBytes((int) entry.getSize() + 1);
        } catch (IOException e) {
            throw new PickleException(
                    "the entry " + PickleException.shown(name) + " cannot be read (" + e.getMessage() + ")");
        }
        CRC32 crc = new CRC32();
        crc.update(content);
        if (content.length != entry.getSize() || crc.getValue() != entry.getCrc()) {
            throw new PickleException(
                    "the entry " + PickleException.shown(name) + " does not have the bytes that the zip announces");
        }
        return content;
    }

    private TorchFile.Place place(String name, long size) throws PickleException {
        ZipArchiveEntry entry = entry(name);
        if (entry.getSize() != size) {
            throw new PickleException("the entry " + PickleException.shown(name) + " has " + entry.getSize()
                    + " bytes, but the pickle says " + size);
        }
        return new TorchFile.Place(
                entry.getDataOffset(),
                entry.getCompressedSize(),
                entry.getMethod() == ZipEntry.DEFLATED,
                OptionalLong.of(entry.getCrc()));
    }
}
