package io.github.fairnessgate.artifact;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The text files in a zip, jar or tar.gz, which are told apart by content. Nothing is unpacked to disk. */
public final class TextArchive {

    private static final int BUFFER = 1 << 20;

    private TextArchive() {
    }

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
        return start.length == 4 && start[0] == 'P' && start[1] == 'K' && (start[2] == 3 && start[3] == 4 || start[2] == 5 && start[3] == 6);
    }

    private static boolean isGzip(byte[] start) {
        return start.length >= 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
    }

    /**
     * Content of every {@code .txt} file outside {@code META-INF}, by name, sorted.
     *
     * @throws InvalidInputException if the archive is damaged or there is no such file in it
     */
    public static SortedMap<String, byte[]> read(Path archive) {
        SortedMap<String, byte[]> texts;
        try {
            texts = isZip(start(archive)) ? ofZip(archive) : ofTarGz(archive);
        } catch (IOException e) {
            throw FileErrors.cannot("read the texts in", archive, e);
        }
        if (texts.isEmpty()) {
            throw new InvalidInputException(archive + " has no .txt file, but a text that is an archive is the .txt files in it;"
                    + " pack the documents as such.");
        }
        return texts;
    }

    private static boolean isText(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".txt") && !name.startsWith("META-INF/");
    }

    private static SortedMap<String, byte[]> ofZip(Path archive) throws IOException {
        SortedMap<String, byte[]> texts = new TreeMap<>();
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                if (entry.isDirectory() || !isText(entry.getName())) {
                    continue;
                }
                try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
                    put(texts, archive, entry.getName(), in.readAllBytes());
                    if (in.getChecksum().getValue() != entry.getCrc()) {
                        throw new InvalidInputException(archive + ": the entry \"" + entry.getName()
                                + "\" does not have the checksum that the archive announces; it is damaged.");
                    }
                }
            }
        }
        return texts;
    }

    private static SortedMap<String, byte[]> ofTarGz(Path archive) throws IOException {
        SortedMap<String, byte[]> texts = new TreeMap<>();
        try (InputStream file = Files.newInputStream(archive);
                InputStream gzip = new GZIPInputStream(file, BUFFER);
                TarArchiveInputStream tar = new TarArchiveInputStream(gzip)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile() && isText(entry.getName())) {
                    put(texts, archive, entry.getName(), tar.readAllBytes());
                }
            }
            gzip.transferTo(OutputStream.nullOutputStream()); // the checksum is at the end
        }
        return texts;
    }

    private static void put(SortedMap<String, byte[]> texts, Path archive, String name, byte[] content) {
        if (texts.put(name, content) != null) {
            throw new InvalidInputException(archive + ": the entry \"" + name + "\" is there twice; pack every document once.");
        }
    }
}
