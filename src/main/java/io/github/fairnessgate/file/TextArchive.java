package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The text files in a zip, jar or tar.gz, which are told apart by content. Nothing is unpacked to disk. */
public final class TextArchive {

    private TextArchive() {}

    /** Whether the file begins as a zip or a gzip does, which no text does. */
    public static boolean isArchive(Path file) {
        byte[] start = start(file);
        return isZip(start) || isGzip(start);
    }

    private static byte[] start(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(4);
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    private static boolean isZip(byte[] start) {
        return start.length == 4
                && start[0] == 'P'
                && start[1] == 'K'
                && (start[2] == 3 && start[3] == 4 || start[2] == 5 && start[3] == 6);
    }

    private static boolean isGzip(byte[] start) {
        return start.length >= 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
    }

    /**
     * Content of every {@code .txt} file outside {@code META-INF}, by name, sorted.
     *
     * @throws InvalidInputException if the archive is damaged or there is no such file in it, or if the texts are too
     *     large for this JVM or {@link UnpackLimits}
     */
    public static SortedMap<String, byte[]> read(Path archive) {
        return read(archive, BoundedFiles.mostText());
    }

    public static SortedMap<String, byte[]> read(Path archive, long most) {
        SortedMap<String, byte[]> texts;
        try {
            texts = isZip(start(archive)) ? ofZip(archive, most) : ofTarGz(archive, most);
        } catch (IOException e) {
            throw FileErrors.cannot("read the texts in", archive, e);
        }
        if (texts.isEmpty()) {
            throw new InvalidInputException(
                    archive + " has no .txt file, but a text that is an archive is the .txt files in it;"
                            + " pack the documents as such.");
        }
        return texts;
    }

    private static boolean isText(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".txt") && !name.startsWith("META-INF/");
    }

    private static SortedMap<String, byte[]> ofZip(Path archive, long most) throws IOException {
        SortedMap<String, byte[]> texts = new TreeMap<>();
        Content content = new Content(archive, most);
        try (ZipFile zip = Zips.open(archive)) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                if (entry.isDirectory() || !isText(entry.getName())) {
                    continue;
                }
                if (!Zips.canRead(zip, entry)) {
                    throw new InvalidInputException(archive + ": the entry \"" + entry.getName()
                            + "\" is encrypted or packed by a method that cannot be read; pack the texts in a plain"
                            + " zip.");
                }
                content.announce(Math.max(0, entry.getSize()));
                try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
                    put(texts, archive, entry.getName(), content.read(in));
                    if (in.getChecksum().getValue() != entry.getCrc()) {
                        throw new InvalidInputException(archive + ": the entry \"" + entry.getName()
                                + "\" does not have the checksum that the archive announces; it is damaged.");
                    }
                }
            }
        }
        return texts;
    }

    private static SortedMap<String, byte[]> ofTarGz(Path archive, long most) throws IOException {
        SortedMap<String, byte[]> texts = new TreeMap<>();
        Content content = new Content(archive, most);
        try (TarGz tar = new TarGz(archive)) {
            for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
                content.announce(Math.max(0, entry.getSize()));
                if (entry.isFile() && isText(entry.getName())) {
                    put(texts, archive, entry.getName(), content.read(tar.content()));
                } else {
                    tar.skip();
                }
            }
            tar.finish();
        }
        return texts;
    }

    /** What comes out of one archive. */
    private static final class Content {

        private final Path archive;
        private final long most;
        private final UnpackLimits limits;
        private long announced;
        private long texts;

        Content(Path archive, long most) throws IOException {
            this.archive = archive;
            this.most = most;
            this.limits = new UnpackLimits(archive);
        }

        void announce(long bytes) {
            announced = announced > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : announced + bytes;
            limits.require(announced);
        }

        /** Whatever the archive announces, not more than there is memory for. */
        byte[] read(InputStream in) throws IOException {
            byte[] bytes = in.readNBytes(Math.toIntExact(Math.min(most - texts + 1, Integer.MAX_VALUE)));
            texts += bytes.length;
            if (texts > most) {
                throw BoundedFiles.tooMuchText("the texts in " + archive, most);
            }
            return bytes;
        }
    }

    private static void put(SortedMap<String, byte[]> texts, Path archive, String name, byte[] content) {
        if (texts.put(name, content) != null) {
            throw new InvalidInputException(
                    archive + ": the entry \"" + name + "\" occurs twice; pack every document once.");
        }
    }
}
