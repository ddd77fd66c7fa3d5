package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Packs and unpacks models. */
public final class Archives {

    private static final int BUFFER = 1 << 20;
    /** Bytes at a file's beginning that tell whether it is worth compressing. */
    private static final int SAMPLE = 4 << 20;
    /** What is left of them then, at most. */
    private static final double SHRUNK = 0.9;

    /** Not 1980-01-01, for which {@link ZipEntry} adds a second time stamp that depends on the time zone. */
    private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private Archives() {}

    /**
     * Unpacks the model in a zip or tar.gz (told apart by content, not by name). Its files land directly in
     * {@code targetDirectory}, whether they are at the root of the archive or in a top folder of it. The folder appears
     * whole or not at all.
     *
     * @param targetDirectory must be missing or empty
     * @throws InvalidInputException if the archive is damaged, holds no model or several, has links, entries that would
     *     land outside, more than 1,000 entries, or more bytes than the disk has room for or {@link UnpackLimits} allow
     */
    public static void extract(Path archive, Path targetDirectory) {
        Path aside = AtomicFiles.aside(targetDirectory);
        try {
            requireEmpty(targetDirectory);
            Files.createDirectories(aside);
            unpack(archive, new Unpacking(archive, aside));
            Path model = modelFolder(archive, aside);
            Files.deleteIfExists(targetDirectory);
            Files.move(model, targetDirectory, StandardCopyOption.ATOMIC_MOVE);
            AtomicFiles.deleteTree(aside);
        } catch (IOException e) {
            AtomicFiles.deleteAfter(e, aside);
            throw FileErrors.cannot("unpack " + archive + " to", targetDirectory, e);
        } catch (RuntimeException | Error e) {
            AtomicFiles.deleteAfter(e, aside);
            throw e;
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> content = Files.list(directory)) {
                if (content.findAny().isEmpty()) {
                    return;
                }
            }
        }
        throw new InvalidInputException(
                "A model cannot be unpacked to " + directory + ", because something is there already; remove it.");
    }

    private static void unpack(Path archive, Unpacking unpacking) throws IOException {
        byte[] start = new byte[2];
        int read;
        try (InputStream in = Files.newInputStream(archive)) {
            read = in.readNBytes(start, 0, 2);
        }
        if (read == 2 && start[0] == 'P' && start[1] == 'K') {
            unpackZip(archive, unpacking);
        } else if (read == 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b) {
            unpackTarGz(archive, unpacking);
        } else {
            throw new InvalidInputException(
                    archive + " is neither a zip nor a tar.gz; pack the model as one of these.");
        }
    }

    private static void unpackZip(Path archive, Unpacking unpacking) throws IOException {
        try (ZipFile zip = Zips.open(archive)) {
            List<ZipArchiveEntry> entries = Collections.list(zip.getEntries());
            long bytes = entries.stream()
                    .mapToLong(entry -> Math.max(0, entry.getSize()))
                    .reduce(0, Archives::sum);
            unpacking.announce(entries.size(), bytes, bytes);
            for (ZipArchiveEntry entry : entries) {
                if (entry.isUnixSymlink()) {
                    throw unpacking.refused(entry.getName(), "is a link");
                }
                if (entry.isDirectory()) {
                    unpacking.folder(entry.getName());
                } else if (Zips.canRead(zip, entry)) {
                    unpackEntry(zip, entry, unpacking);
                } else {
                    throw unpacking.refused(entry.getName(), "is encrypted or packed by a method that cannot be read");
                }
            }
        }
    }

    /** Never beyond the largest number, however large the sizes are that an archive announces. */
    private static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    private static void unpackEntry(ZipFile zip, ZipArchiveEntry entry, Unpacking unpacking) throws IOException {
        try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
            unpacking.file(entry.getName(), in, entry.getSize());
            if (in.getChecksum().getValue() != entry.getCrc()) {
                throw unpacking.refused(entry.getName(), "does not have the checksum that the archive announces");
            }
        }
    }

    private static void unpackTarGz(Path archive, Unpacking unpacking) throws IOException {
        try (TarGz tar = new TarGz(archive)) {
            int entries = 0;
            long bytes = 0;
            for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
                bytes = sum(bytes, Math.max(0, entry.getSize()));
                unpacking.announce(++entries, bytes, entry.getSize());
                if (entry.isDirectory()) {
                    unpacking.folder(entry.getName());
                } else if (isRegularFile(entry) && tar.content().canReadEntryData(entry)) {
                    unpacking.file(entry.getName(), tar.content(), entry.getSize());
                } else {
                    throw unpacking.refused(entry.getName(), "is a link or a special file");
                }
            }
            tar.finish();
        }
    }

    /** Not {@link TarArchiveEntry#isFile}, which is true of pipes and devices as well. */
    private static boolean isRegularFile(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
    }

    /** Writes the entries of one archive below a folder, and nowhere else. */
    private static final class Unpacking {

        private final Path archive;
        private final Path folder;
        private final UnpackLimits limits;
        private final byte[] buffer = new byte[BUFFER];
        private final Set<Path> written = new HashSet<>();

        Unpacking(Path archive, Path folder) throws IOException {
            this.archive = archive;
            this.folder = folder;
            this.limits = new UnpackLimits(archive);
        }

        /**
         * Is told before anything of it is written.
         *
         * @param entries so far
         * @param bytes of all of them
         * @param next bytes that are written next
         */
        void announce(int entries, long bytes, long next) {
            long free = folder.toFile().getUsableSpace();
            if (next > free) {
                throw new InvalidInputException(
                        archive + " unpacks to " + next + " bytes, but the disk of " + folder.getParent() + " has only "
                                + free + " free; make room, or check that the archive is what it should be.");
            }
            limits.require(entries, bytes);
        }

        void folder(String name) throws IOException {
            Files.createDirectories(resolve(name));
        }

        /** Never writes more than was announced. */
        void file(String name, InputStream in, long size) throws IOException {
            Path file = resolve(name);
            if (!written.add(file)) {
                throw refused(name, "occurs twice");
            }
            Files.createDirectories(file.getParent());
            long count = 0;
            try (OutputStream out =
                    Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (int read = in.read(buffer); read >= 0 && count <= size; read = in.read(buffer)) {
                    count += read;
                    out.write(buffer, 0, read);
                }
            }
            if (count != size) {
                throw refused(name, "does not have the " + size + " bytes that the archive announces");
            }
        }

        private Path resolve(String name) {
            EntryName entry = new EntryName(name);
            if (entry.leavesFolder()) {
                throw refused(name, "would land outside the target folder");
            }
            return entry.in(folder).orElseThrow(() -> refused(name, "has a name that this system cannot store"));
        }

        InvalidInputException refused(String name, String why) {
            return new InvalidInputException(archive + ": the entry \"" + name + "\" " + why
                    + ", so the archive is refused; pack the model's files as they are.");
        }
    }

    private static Path modelFolder(Path archive, Path unpacked) throws IOException {
        if (Files.exists(unpacked.resolve("config.json"))) {
            return unpacked;
        }
        List<Path> candidates;
        try (Stream<Path> content = Files.list(unpacked)) {
            candidates = content.filter(folder -> Files.exists(folder.resolve("config.json")))
                    .toList();
        }
        if (candidates.size() != 1) {
            throw new InvalidInputException(
                    archive + " holds " + (candidates.isEmpty() ? "no model" : candidates.size() + " models")
                            + ": exactly one config.json is expected, at the root or in a top folder.");
        }
        return candidates.get(0);
    }

    /**
     * Packs every file of a folder without compression. Equal content gives an equal zip on every machine: entries are
     * sorted and carry a fixed time, and compressed bytes would differ between implementations of zlib.
     *
     * @return {@code zip}
     * @throws InvalidInputException if the folder has links, or something cannot be read or written
     */
    public static Path writeZip(Path directory, Path zip) {
        return writeZip(directory, zip, Archives::stored);
    }

    /**
     * Packs the files of a folder, and compresses those of which that saves a tenth, such as a tokenizer or pruned
     * weights. Equal content gives an equal zip on every machine with the same zlib, which comes with Java or the
     * system.
     *
     * @return {@code zip}
     * @throws InvalidInputException likewise
     */
    public static Path writeSmallZip(Path directory, Path zip) {
        return writeZip(directory, zip, (file, name) -> shrinks(file) ? deflated(name) : stored(file, name));
    }

    /** The entry of a file, before its bytes. */
    @FunctionalInterface
    private interface Entry {
        ZipEntry of(Path file, String name) throws IOException;
    }

    private static Path writeZip(Path directory, Path zip, Entry entry) {
        List<Path> files = files(directory);
        AtomicFiles.write(zip, out -> {
            ZipOutputStream zipOut = new ZipOutputStream(out);
            for (Path file : files) {
                zipOut.putNextEntry(entry.of(file, FileSums.name(directory, file)));
                Files.copy(file, zipOut);
                zipOut.closeEntry();
            }
            zipOut.finish();
        });
        return zip;
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            List<Path> files = paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted(Comparator.comparing(path -> FileSums.name(directory, path)))
                    .toList();
            for (Path file : files) {
                if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw new InvalidInputException(file
                            + " is not a regular file, so it cannot be packed; replace the link by what it points to.");
                }
            }
            return files;
        } catch (IOException e) {
            throw FileErrors.cannot("list", directory, e);
        }
    }

    private static ZipEntry deflated(String name) {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.DEFLATED);
        entry.setTimeLocal(ENTRY_TIME);
        return entry;
    }

    /** As its beginning tells: weights hardly become smaller. */
    private static boolean shrinks(Path file) throws IOException {
        byte[] beginning;
        try (InputStream in = Files.newInputStream(file)) {
            beginning = in.readNBytes(SAMPLE);
        }
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(beginning);
            deflater.finish();
            byte[] buffer = new byte[BUFFER];
            while (!deflater.finished()) {
                deflater.deflate(buffer);
            }
            return deflater.getBytesWritten() < SHRUNK * beginning.length;
        } finally {
            deflater.end();
        }
    }

    /** An entry that is not compressed has to say size and checksum in front of its data. */
    private static ZipEntry stored(Path file, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(ENTRY_TIME);
        CRC32 checksum = new CRC32();
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                checksum.update(buffer, 0, read);
                size += read;
            }
        }
        entry.setCrc(checksum.getValue());
        entry.setSize(size);
        return entry;
    }
}
