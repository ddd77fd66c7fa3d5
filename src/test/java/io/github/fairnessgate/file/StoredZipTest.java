package io.github.fairnessgate.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredZipTest {

    private static final byte[] TEXT = "some text".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    @Test
    void whatArchivesPacksComesOutAgain() throws IOException {
        Path content = Files.createDirectories(folder.resolve("content/below"));
        Files.writeString(content.resolve("a.txt"), "a");
        Files.writeString(content.resolveSibling("b.txt"), "");
        Path zip = Archives.writeZip(folder.resolve("content"), folder.resolve("x.zip"));

        StoredZip.extract(zip, target());

        assertThat(FileSums.of(folder.resolve("target")))
                .isEqualTo(FileSums.of(folder.resolve("content")))
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../outside", "a/../../outside", "/outside", "C:/outside", "a\\..\\outside", "a//b", "./a", "a/."
            })
    void namesThatLeadElsewhereAreRefused(String name) throws IOException {
        Path zip = zip(name);

        assertRefused(zip, "no plain name");
        assertThat(folder.resolve("outside")).doesNotExist();
    }

    @Test
    void theSameNameTwiceIsRefused() throws IOException {
        assertRefused(zip("a", "a"), "occurs twice");
    }

    @Test
    void aCompressedEntryIsRefusedWhateverItExpandsTo() throws IOException {
        Path zip = folder.resolve("bomb.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("zeros"));
            out.write(new byte[10_000_000]);
            out.closeEntry();
        }

        assertThatThrownBy(() -> StoredZip.extract(zip, target()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("announces 1 entries of 10000000 bytes, more than a file of " + Files.size(zip)
                        + " bytes can hold");
        assertThat(folder.resolve("target")).isEmptyDirectory();
    }

    @Test
    void aSmallCompressedEntryIsRefusedToo() throws IOException {
        Path zip = folder.resolve("deflated.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("a"));
            out.write(TEXT);
            out.closeEntry();
        }

        assertRefused(zip, "is not stored as it is");
    }

    @Test
    void linksAreRefused() throws IOException {
        Path zip = folder.resolve("link.zip");
        try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
            ZipArchiveEntry link = new ZipArchiveEntry("link");
            link.setUnixMode(0120777);
            link.setMethod(ZipEntry.STORED);
            link.setSize(TEXT.length);
            link.setCrc(checksum());
            out.putArchiveEntry(link);
            out.write(TEXT);
            out.closeArchiveEntry();
        }

        assertRefused(zip, "is a link or a folder");
    }

    @Test
    void bytesThatDoNotFitTheirChecksumAreRefused() throws IOException {
        Path zip = zip("a");
        byte[] bytes = Files.readAllBytes(zip);
        int place = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("some text");
        bytes[place] ^= 1;
        Files.write(zip, bytes);

        assertRefused(zip, "does not have the bytes that the zip announces");
    }

    @Test
    void aZipThatWasCutShortIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(zip("a", "b"));
        for (int length : new int[] {0, 1, 30, bytes.length / 2, bytes.length - 1}) {
            Path cut = Files.write(folder.resolve("cut-" + length), java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> StoredZip.extract(cut, Files.createDirectories(folder.resolve("of-" + length))))
                    .as("%d bytes", length)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(cut.toString());
        }
    }

    private void assertRefused(Path zip, String why) {
        assertThatThrownBy(() -> StoredZip.extract(zip, target()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(zip.toString())
                .hasMessageContaining(why);
    }

    private Path target() throws IOException {
        return Files.createDirectories(folder.resolve("target"));
    }

    /** Stored entries, which may have the same name. */
    private Path zip(String... names) throws IOException {
        Path zip = folder.resolve("of-" + names.length + ".zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipArchiveOutputStream out = new ZipArchiveOutputStream(file)) {
            for (String name : names) {
                ZipArchiveEntry entry = new ZipArchiveEntry(name);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(TEXT.length);
                entry.setCrc(checksum());
                out.putArchiveEntry(entry);
                out.write(TEXT);
                out.closeArchiveEntry();
            }
        }
        return zip;
    }

    private static long checksum() {
        CRC32 checksum = new CRC32();
        checksum.update(TEXT);
        return checksum.getValue();
    }
}
