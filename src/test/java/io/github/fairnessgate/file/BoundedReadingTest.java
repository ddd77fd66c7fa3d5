package io.github.fairnessgate.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.tensor.SafetensorsHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and archives that were made to fill the memory or the disk. */
class BoundedReadingTest {

    private static final int MANY = 200_000_000;

    @TempDir
    Path folder;

    @Test
    void aFileIsNotReadBeyondItsLimit() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "12345");
        assertThat(BoundedFiles.bytes(file, 5)).hasSize(5);
        assertThat(BoundedFiles.text(file, 5)).isEqualTo("12345");
        assertThatThrownBy(() -> BoundedFiles.bytes(file, 4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void norIsOneWithoutAnEnd() {
        assertThatThrownBy(() -> BoundedFiles.bytes(Path.of("/dev/zero"), BoundedFiles.LARGEST))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("/dev/zero has more than 64.0 MB, which is more than a file of its kind may have; check "
                        + "that it is the right file, or give a smaller one.");
    }

    @Test
    void ofALineThatIsTooLongOnlyTheBeginningIsKept() throws IOException {
        List<String> lines = new ArrayList<>();
        try (BoundedLines bounded =
                new BoundedLines(new StringReader("one\r\n\n" + "a".repeat(100_000) + "\nlast\rpart"), 10)) {
            for (String line = bounded.next(); line != null; line = bounded.next()) {
                lines.add(line + (bounded.wasCut() ? "..." : ""));
            }
        }
        assertThat(lines).containsExactly("one", "", "aaaaaaaaaa...", "last\rpart");
        try (BoundedLines bounded = new BoundedLines(new StringReader("one\n"), 10)) {
            assertThat(bounded.next()).isEqualTo("one");
            assertThat(bounded.next()).isNull();
        }
    }

    /** In a format that allows 100 MB, one of 94 MB would take gigabytes as a tree. */
    @Test
    void aHeaderOfWeightsThatIsFarTooLongIsNotParsed() throws IOException {
        byte[] header = ("{" + "\"a\":[],".repeat(700_000) + "\"b\":[]}").getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("model.safetensors");
        Files.write(
                file,
                ByteBuffer.allocate(8 + header.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .array());
        assertThatThrownBy(() -> SafetensorsHeader.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + " has a header of 4.9 MB, but at most 4.0 MB are read, many times what a GPT-2 "
                        + "needs; save the model again, without metadata.");
    }

    @Test
    void aZipOfNothingIsRefusedBeforeItIsUnpacked() throws IOException {
        Path zip = zip("config.json", MANY);
        assertThatThrownBy(() -> Archives.extract(zip, folder.resolve("model")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        zip.toString(),
                        "unpacks to 200.0 MB, more than 100 times as much",
                        "check that the archive is what it should be");
        assertThat(folder.resolve("model")).doesNotExist();
    }

    @Test
    void aTarOfNothingIsRefusedBeforeItIsUnpacked() throws IOException {
        Path tar = tar(entry("config.json", MANY));
        assertThatThrownBy(() -> Archives.extract(tar, folder.resolve("model")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more than 100 times as much");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(tar);
        }
    }

    @Test
    void aTarOfManyFilesOfNothingIsRefusedToo() throws IOException {
        Path tar =
                tar(entry("config.json", MANY / 4), entry("a", MANY / 4), entry("b", MANY / 4), entry("c", MANY / 4));
        assertThatThrownBy(() -> Archives.extract(tar, folder.resolve("model")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more than 100 times as much");
    }

    /** Half of the weights are zeros, which compress to nothing, as those of a model that was pruned by hand. */
    @Test
    void aGenuineModelWithManyZerosIsUnpacked() throws IOException {
        Path zip = folder.resolve("model.zip");
        byte[] weights = new byte[1 << 20];
        new Random(1).nextBytes(weights);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("config.json"));
            out.write("{}".getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry("model.safetensors"));
            out.write(weights);
            for (int i = 0; i < 90; i++) {
                out.write(new byte[1 << 20]);
            }
        }
        Archives.extract(zip, folder.resolve("model"));
        assertThat(folder.resolve("model/model.safetensors")).hasSize(91 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip", "tar.gz"})
    void textsThatUnpackToNothingButLettersAreRefused(String form) throws IOException {
        Path archive = form.equals("zip") ? zip("a.txt", MANY) : tar(entry("a.txt", MANY));
        assertThatThrownBy(() -> TextArchive.read(archive))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more than 100 times as much");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip", "tar.gz"})
    void textsThatTheMemoryDoesNotHoldAreRefused(String form) throws IOException {
        Path archive = form.equals("zip")
                ? zip("a.txt", 3_000_000)
                : tar(entry("a.txt", 2_000_000), entry("b.txt", 1_000_000));
        assertThat(TextArchive.read(archive, 3_000_000)).isNotEmpty();
        assertThatThrownBy(() -> TextArchive.read(archive, 2_999_999))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        "The texts in " + archive + " have more than 3.0 MB, an eighth of the memory",
                        "-Dfairness.argLine=-Xmx8g");
    }

    /** The library would read a name of any length into memory. */
    @Test
    void aTarWithAnEndlessNameIsRefused() throws IOException {
        TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        name.setSize(MANY);
        Path tar = tar(new Entry(name, MANY), entry("config.json", 2));
        assertThatThrownBy(() -> Archives.extract(tar, folder.resolve("model")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more between its files than tar needs");
        assertThatThrownBy(() -> TextArchive.read(tar))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more between its files than tar needs");
    }

    @Test
    void aTarWithAnEndlessEndIsRefused() throws IOException {
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        Path tar = tar(entry("a.txt", 2));
        try (var in = new java.util.zip.GZIPInputStream(Files.newInputStream(tar))) {
            in.transferTo(small);
        }
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(tar))) {
            out.write(small.toByteArray());
            zeros(out, MANY);
        }
        assertThatThrownBy(() -> TextArchive.read(tar))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("more between its files than tar needs");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aZipWithALongListOfEntriesIsRefusedBeforeTheListIsRead(boolean manyEntries) throws IOException {
        Path zip = folder.resolve("list.zip");
        int entries = manyEntries ? 70_000 : 1_001;
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (int i = 0; i < entries; i++) {
                out.putNextEntry(new ZipEntry(
                        manyEntries ? "f" + i : "f" + "x".repeat(2_000) + i)); // beyond 65,535 it is a zip64
            }
        }
        assertThatThrownBy(() -> Archives.extract(zip, folder.resolve("model")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has a list of entries of");
        assertThatThrownBy(() -> TextArchive.read(zip))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has a list of entries of");
        assertThatThrownBy(() -> StoredZip.extract(zip, folder.resolve("model")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has a list of entries of");
    }

    @Test
    void aFolderWithoutRoomForNativeLibrariesIsNamed() throws IOException {
        assertThat(NativeLibraries.areMissing(new IllegalStateException(
                        "x", new RuntimeException("Failed to load Huggingface native library."))))
                .isTrue();
        assertThat(NativeLibraries.areMissing(new RuntimeException("a malformed tokenizer")))
                .isFalse();
        assertThat(NativeLibraries.obstacle(folder.resolve("native"))).isEmpty();
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(NativeLibraries.obstacle(file.resolve("native")).orElseThrow())
                .startsWith("Native libraries cannot be unpacked to " + file.resolve("native") + ": ")
                .contains("fairness.cacheDirectory");
    }

    private Path zip(String name, int zeros) throws IOException {
        Path zip = folder.resolve("archive.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry(name));
            zeros(out, zeros);
        }
        return zip;
    }

    private record Entry(TarArchiveEntry header, int zeros) {}

    private static Entry entry(String name, int zeros) {
        TarArchiveEntry header = new TarArchiveEntry(name);
        header.setSize(zeros);
        return new Entry(header, zeros);
    }

    private Path tar(Entry... entries) throws IOException {
        Path file = folder.resolve("archive.tar.gz");
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            for (Entry entry : entries) {
                tar.putArchiveEntry(entry.header());
                zeros(tar, entry.zeros());
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    private static void zeros(OutputStream out, int count) throws IOException {
        byte[] buffer = new byte[1 << 20];
        for (int left = count; left > 0; left -= buffer.length) {
            out.write(buffer, 0, Math.min(left, buffer.length));
        }
    }
}
