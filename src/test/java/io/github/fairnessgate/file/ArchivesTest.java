package io.github.fairnessgate.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchivesTest {

    /** The two forms; each packs names and contents exactly as given. */
    enum Form {
        ZIP {
            @Override
            void pack(Path file, Map<String, String> entries) throws IOException {
                try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
                    for (Map.Entry<String, String> entry : entries.entrySet()) {
                        zip.putNextEntry(new ZipEntry(entry.getKey()));
                        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                        zip.closeEntry();
                    }
                }
            }
        },
        TAR_GZ {
            @Override
            void pack(Path file, Map<String, String> entries) throws IOException {
                try (TarArchiveOutputStream tar =
                        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
                    for (Map.Entry<String, String> entry : entries.entrySet()) {
                        TarArchiveEntry header = new TarArchiveEntry(entry.getKey(), true);
                        byte[] content = entry.getValue().getBytes(StandardCharsets.UTF_8);
                        header.setSize(content.length);
                        tar.putArchiveEntry(header);
                        tar.write(content);
                        tar.closeArchiveEntry();
                    }
                }
            }
        };

        abstract void pack(Path file, Map<String, String> entries) throws IOException;
    }

    @TempDir
    Path temporary;

    private Path archive;
    private Path target;

    @BeforeEach
    void nameTheFiles() {
        archive = temporary.resolve("archive");
        target = temporary.resolve("out/model");
    }

    private static Map<String, String> entries(String... namesAndContents) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            entries.put(namesAndContents[i], namesAndContents[i + 1]);
        }
        return entries;
    }

    /** Refused, and without a trace. */
    private void assertRefused(String... sentence) {
        assertThatThrownBy(() -> Archives.extract(archive, target))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(archive.toString())
                .hasMessageContainingAll(sentence);
        assertThat(target).doesNotExist();
        if (Files.exists(target.getParent())) {
            assertThat(target.getParent()).isEmptyDirectory();
        }
        assertThat(temporary.resolve("evil")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void aModelAtTheRootIsUnpacked(Form form) throws IOException {
        form.pack(archive, entries("config.json", "{}", "model.safetensors", "weights", "sub/README.md", "read"));

        Archives.extract(archive, target);

        assertThat(Fixtures.names(target)).containsExactly("config.json", "model.safetensors", "sub");
        assertThat(target.resolve("sub/README.md")).hasContent("read");
        assertThat(Fixtures.names(target.getParent())).containsExactly("model");
    }

    @ParameterizedTest
    @EnumSource
    void aModelInATopFolderIsUnpackedWithoutThatFolder(Form form) throws IOException {
        form.pack(
                archive,
                entries(
                        "./gpt2/",
                        "",
                        "./gpt2/config.json",
                        "{}",
                        "./gpt2/model.safetensors",
                        "weights",
                        "LICENSE",
                        "text"));

        Archives.extract(archive, target);

        assertThat(Fixtures.names(target)).containsExactly("config.json", "model.safetensors");
        assertThat(Fixtures.names(target.getParent())).containsExactly("model");
    }

    @Test
    void anEmptyFolderMayBeThereAlready() throws IOException {
        Form.ZIP.pack(archive, entries("config.json", "{}"));
        Files.createDirectories(target);

        Archives.extract(archive, target);

        assertThat(Fixtures.names(target)).containsExactly("config.json");
    }

    @Test
    void aFolderWithContentIsLeftAlone() throws IOException {
        Form.ZIP.pack(archive, entries("config.json", "{}"));
        Fixtures.write(target.resolve("precious"), "keep");

        assertThatThrownBy(() -> Archives.extract(archive, target))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("something is there already");

        assertThat(Fixtures.names(target)).containsExactly("precious");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../../evil", "/evil", "a/..", "..\\evil", "C:/evil", "c:evil"})
    void entriesThatWouldLandOutsideAreRefused(String name) throws IOException {
        for (Form form : Form.values()) {
            form.pack(archive, entries("config.json", "{}", name, "evil"));
            assertRefused("the entry", "would land outside the target folder");
        }
    }

    @Test
    void linksInATarAreRefused() throws IOException {
        for (byte kind : new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_FIFO}) {
            try (TarArchiveOutputStream tar =
                    new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)))) {
                TarArchiveEntry link = new TarArchiveEntry("config.json", kind);
                link.setLinkName("/etc/passwd");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
            assertRefused("the entry \"config.json\" is a link or a special file");
        }
    }

    @Test
    void linksInAZipAreRefused() throws IOException {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            ZipArchiveEntry link = new ZipArchiveEntry("config.json");
            link.setUnixMode(0120777);
            zip.putArchiveEntry(link);
            zip.write("/etc/passwd".getBytes(StandardCharsets.UTF_8));
            zip.closeArchiveEntry();
        }

        assertRefused("the entry \"config.json\" is a link");
    }

    @ParameterizedTest
    @EnumSource
    void anEntryThatIsThereTwiceIsRefused(Form form) throws IOException {
        form.pack(archive, entries("config.json", "{}", "./config.json", "other"));

        assertRefused("the entry \"./config.json\" occurs twice");
    }

    @ParameterizedTest
    @EnumSource
    void anArchiveWithoutAModelIsRefused(Form form) throws IOException {
        form.pack(archive, entries("README.md", "read", "too/deep/config.json", "{}"));

        assertRefused("holds no model", "exactly one config.json");
    }

    @ParameterizedTest
    @EnumSource
    void anArchiveWithTwoModelsIsRefused(Form form) throws IOException {
        form.pack(archive, entries("a/config.json", "{}", "b/config.json", "{}"));

        assertRefused("holds 2 models");
    }

    @ParameterizedTest
    @EnumSource
    void tooManyEntriesAreRefused(Form form) throws IOException {
        Map<String, String> entries = entries("config.json", "{}");
        for (int i = 0; i < 1_000; i++) {
            entries.put("f" + i + "/", "");
        }
        form.pack(archive, entries);

        assertRefused("has more than 1000 entries");
    }

    @Test
    void moreBytesThanTheDiskHasRoomForAreRefusedBeforeTheyAreWritten() throws IOException {
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(archive))) {
            TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
            TarArchiveEntry entry = new TarArchiveEntry("config.json");
            entry.setSize(1L << 60);
            tar.putArchiveEntry(entry);
            tar.write(new byte[10_000]); // the rest never comes, so the tar is not closed
            tar.flush();
        }

        assertRefused("unpacks to 1152921504606846976 bytes, but the disk of", "free");
    }

    @Test
    void aZipEntryLongerThanItSaysIsRefused() throws IOException {
        Form.ZIP.pack(archive, entries("config.json", "a".repeat(100_000)));
        byte[] bytes = Files.readAllBytes(archive);
        int directory = indexOf(bytes, new byte[] {'P', 'K', 1, 2});
        bytes[directory + 24] = 10; // the size in the central directory
        bytes[directory + 25] = 0;
        bytes[directory + 26] = 0;
        Fixtures.write(archive, bytes);

        assertRefused("the entry \"config.json\" does not have the 10 bytes that the archive announces");
    }

    @Test
    void aDamagedZipEntryIsRefused() {
        Fixtures.write(temporary.resolve("folder/config.json"), "{\"n_layer\": 6}");
        Archives.writeZip(temporary.resolve("folder"), archive);
        byte[] bytes = read(archive);
        bytes[indexOf(bytes, "n_layer".getBytes(StandardCharsets.UTF_8))] ^= 1;
        Fixtures.write(archive, bytes);

        assertRefused("the entry \"config.json\" does not have the checksum that the archive announces");
    }

    @ParameterizedTest
    @EnumSource
    void aTruncatedArchiveIsRefused(Form form) throws IOException {
        form.pack(archive, entries("config.json", "{}", "model.safetensors", "0123456789".repeat(1000)));
        byte[] bytes = read(archive);
        Fixtures.write(archive, Arrays.copyOf(bytes, bytes.length - 12));

        assertRefused("Cannot unpack " + archive);
    }

    @Test
    void aFileThatIsNeitherFormIsRefused() {
        Fixtures.write(archive, "hello");
        assertRefused("is neither a zip nor a tar.gz");

        Fixtures.write(archive, "");
        assertRefused("is neither a zip nor a tar.gz");
    }

    /** XZ, two numbers of Zstandard, which need libraries that are not there, and one that nobody knows. */
    @ParameterizedTest
    @ValueSource(ints = {95, 93, 20, 77})
    void anEntryThatIsPackedByAnotherMethodIsRefused(int method) throws IOException {
        Form.ZIP.pack(archive, entries("config.json", "{}", "a.txt", "text"));
        byte[] bytes = read(archive);
        for (int i = 0; i + 12 < bytes.length; i++) {
            if (bytes[i] == 'P' && bytes[i + 1] == 'K' && (bytes[i + 2] == 1 || bytes[i + 2] == 3)) {
                bytes[i + (bytes[i + 2] == 1 ? 10 : 8)] = (byte) method;
            }
        }
        Files.write(archive, bytes);

        assertRefused("config.json", "packed by a method that cannot be read");
        assertThatThrownBy(() -> TextArchive.read(archive))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("\"a.txt\" is encrypted or packed by a method that cannot be read");
    }

    @Test
    void aMissingArchiveIsNamed() {
        assertRefused("Cannot unpack " + archive, "does not exist");
    }

    @Test
    void aPackedModelIsTheSameModel() {
        ModelDirectory model =
                TinyModels.builder().prunedHeads(List.of(List.of(1), List.of())).write(temporary.resolve("tiny"));

        assertThat(Archives.writeZip(model.path(), archive)).isEqualTo(archive);
        Archives.extract(archive, target);

        assertThat(ModelDirectory.open(target).digest()).isEqualTo(model.digest());
    }

    @Test
    void equalContentGivesAnEqualZipWhateverTimeAndTimeZone() throws IOException {
        Path first = TinyModels.create(temporary.resolve("first")).path();
        Path second = TinyModels.create(temporary.resolve("second")).path();
        Fixtures.write(first.resolve("sub/file"), "content");
        Fixtures.write(second.resolve("sub/file"), "content");
        Files.setLastModifiedTime(second.resolve("config.json"), FileTime.fromMillis(0));
        TimeZone zone = TimeZone.getDefault();
        try {
            Archives.writeZip(first, temporary.resolve("first.zip"));
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
            Archives.writeZip(second, temporary.resolve("second.zip"));
        } finally {
            TimeZone.setDefault(zone);
        }

        assertThat(temporary.resolve("first.zip")).hasSameBinaryContentAs(temporary.resolve("second.zip"));
    }

    @Test
    void aSmallZipCompressesWhatBecomesSmallerAndIsTheSameBytesTwice() throws IOException {
        Path folder = temporary.resolve("model");
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        Files.createDirectories(folder);
        Files.write(folder.resolve("weights"), noise);
        Files.write(folder.resolve("pruned"), Arrays.copyOf(noise, 2 * noise.length));
        Fixtures.write(folder.resolve("tokenizer.json"), "{\"a\": 1}, ".repeat(1000));
        Fixtures.write(folder.resolve("empty"), "");

        Archives.writeSmallZip(folder, archive);
        Files.setLastModifiedTime(folder.resolve("pruned"), FileTime.fromMillis(0));
        Archives.writeSmallZip(folder, temporary.resolve("again.zip"));

        assertThat(archive).hasSameBinaryContentAs(temporary.resolve("again.zip"));
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            assertThat(zip.getEntry("weights").getMethod()).isEqualTo(ZipEntry.STORED);
            assertThat(zip.getEntry("empty").getMethod()).isEqualTo(ZipEntry.STORED);
            assertThat(zip.getEntry("pruned").getMethod()).isEqualTo(ZipEntry.DEFLATED);
            assertThat(zip.getEntry("pruned").getCompressedSize()).isLessThan(110_000);
            assertThat(zip.getEntry("tokenizer.json").getCompressedSize()).isLessThan(500);
            assertThat(zip.getInputStream(zip.getEntry("pruned")).readAllBytes())
                    .isEqualTo(Files.readAllBytes(folder.resolve("pruned")));
        }
    }

    @Test
    void aLinkIsNotPacked() throws IOException {
        Path folder = TinyModels.create(temporary.resolve("tiny")).path();
        Files.createSymbolicLink(folder.resolve("link"), temporary.resolve("secret"));

        assertThatThrownBy(() -> Archives.writeZip(folder, archive))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(folder.resolve("link") + " is not a regular file");
        assertThat(archive).doesNotExist();
    }

    private static byte[] read(Path file) {
        return FileErrors.read(file);
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i <= bytes.length - part.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }
}
