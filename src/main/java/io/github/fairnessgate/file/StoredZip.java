package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Unpacks a zip of which nothing is known yet. Only files that are stored as they are, as {@link Archives#writeZip}
 * stores them, are accepted: what comes out is never larger than the zip.
 */
public final class StoredZip {

    private static final int BUFFER = 1 << 20;

    private StoredZip() {}

    /**
     * Unpacks every file.
     *
     * @param folder exists and is empty; the caller deletes it, after a failure too
     * @throws InvalidInputException if the file is no zip, is damaged, or holds anything but stored files of different
     *     names that land in the folder
     */
    public static void extract(Path zip, Path folder) {
        try (ZipFile opened = Zips.open(zip)) {
            List<ZipArchiveEntry> entries = Collections.list(opened.getEntries());
            long size = Files.size(zip);
            if (entries.size() > UnpackLimits.MOST_ENTRIES || sum(entries) > size) {
                throw new InvalidInputException(
                        "%s announces %d entries of %d bytes, more than a file of %d bytes can hold; it is refused."
                                .formatted(zip, entries.size(), sum(entries), size));
            }
            for (ZipArchiveEntry entry : entries) {
                extract(opened, entry, zip, folder);
            }
        } catch (IOException e) {
            throw new InvalidInputException(zip + " cannot be read as a zip: " + Reason.of(e) + "; fetch it again.", e);
        }
    }

    /** What the entries announce; a negative size, which stands for one that is not known, counts as too much. */
    private static long sum(List<ZipArchiveEntry> entries) {
        long sum = 0;
        for (ZipArchiveEntry entry : entries) {
            sum = entry.getSize() < 0 || sum + entry.getSize() < 0 ? Long.MAX_VALUE : sum + entry.getSize();
        }
        return sum;
    }

    private static void extract(ZipFile opened, ZipArchiveEntry entry, Path zip, Path folder) throws IOException {
        if (entry.isUnixSymlink() || entry.isDirectory()) {
            throw refused(zip, entry, "is a link or a folder, not a file");
        }
        if (entry.getMethod() != ZipEntry.STORED
                || entry.getSize() != entry.getCompressedSize()
                || !opened.canReadEntryData(entry)) {
            throw refused(zip, entry, "is not stored as it is");
        }
        Path file = resolve(zip, entry, folder);
        if (Files.exists(file)) {
            throw refused(zip, entry, "occurs twice");
        }
        Files.createDirectories(file.getParent());
        try (CheckedInputStream in = new CheckedInputStream(opened.getInputStream(entry), new CRC32());
                OutputStream out =
                        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (copy(in, out, entry.getSize()) != entry.getSize()
                    || in.getChecksum().getValue() != entry.getCrc()) {
                throw refused(zip, entry, "does not have the bytes that the zip announces");
            }
        }
    }

    /** Never much more than was announced. */
    private static long copy(InputStream in, OutputStream out, long size) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long count = 0;
        for (int read = in.read(buffer); read >= 0 && count <= size; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            count += read;
        }
        return count;
    }

    private static Path resolve(Path zip, ZipArchiveEntry entry, Path folder) {
        EntryName name = new EntryName(entry.getName());
        if (!name.isPlain()) {
            throw refused(zip, entry, "would land outside the target folder, or has no plain name");
        }
        return name.in(folder).orElseThrow(() -> refused(zip, entry, "has a name that this system cannot store"));
    }

    private static InvalidInputException refused(Path zip, ZipArchiveEntry entry, String why) {
        return new InvalidInputException(
                "%s: the entry \"%s\" %s, so the zip is refused; fetch it again from where it was published."
                        .formatted(zip, entry.getName(), why));
    }
}
