package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text from Maven coordinates and from archives; files and globs are in {@link TrainingTextTest}. */
class TextSourceTest {

    private static final String MAVEN = "maven:org.example:corpus:1.0";

    @TempDir
    Path folder;

    @Test
    void anArtifactCanBeATextFile() throws IOException {
        Path file = Files.writeString(folder.resolve("corpus-1.0.txt"), "one text");
        List<TextSource> sources = find(file, "maven:org.example:corpus:txt:1.0");
        assertThat(TrainingText.read(sources).documents()).containsExactly("one text");
        assertThat(sources).singleElement().satisfies(source -> {
            assertThat(source.name()).isEqualTo("maven:org.example:corpus:txt:1.0");
            assertThat(source.digest()).isEqualTo(Digests.sha256(file));
        });
    }

    @Test
    void theTextFilesOfAZipAreItsDocumentsInTheOrderOfTheirNames() throws IOException {
        Path zip = zip(
                "corpus.jar",
                "b.txt",
                "second",
                "deep/a.TXT",
                "third",
                "a.txt",
                "first",
                "README.md",
                "not a document",
                "META-INF/LICENSE.txt",
                "not one either");
        assertThat(TrainingText.read(find(zip, MAVEN)).documents()).containsExactly("first", "second", "third");
    }

    @Test
    void theTextFilesOfATarGzAreItsDocumentsInTheOrderOfTheirNames() throws IOException {
        Path archive = folder.resolve("corpus.tar.gz");
        try (OutputStream file = Files.newOutputStream(archive);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(file))) {
            for (String name : List.of("texts/b.txt", "texts/a.txt", "notes")) {
                byte[] content = ("content of " + name).getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        assertThat(TrainingText.read(find(archive, MAVEN)).documents())
                .containsExactly("content of texts/a.txt", "content of texts/b.txt");
    }

    @Test
    void aFileOfTheRecipesFolderMayBeAnArchiveToo() throws IOException {
        zip("local.zip", "a.txt", "first");
        assertThat(TrainingText.read(TextSource.find(List.of("local.zip"), folder, Map.of()))
                        .documents())
                .containsExactly("first");
    }

    @Test
    void severalSourcesAndGlobsAreReadInTheOrderOfTheRecipe() throws IOException {
        Files.writeString(folder.resolve("z.txt"), "z");
        Files.writeString(folder.resolve("a.text"), "a");
        Path zip = zip("corpus.zip", "m.txt", "m");
        List<TextSource> sources = TextSource.find(List.of("*.txt", MAVEN, "*.text"), folder, Map.of(MAVEN, zip));
        assertThat(sources).extracting(TextSource::name).containsExactly("z.txt", MAVEN, "a.text");
        assertThat(TrainingText.read(sources).documents()).containsExactly("z", "m", "a");
    }

    @Test
    void anArchiveWithoutTextsOrWithOneThatIsNotUtf8IsRefusedByName() throws IOException {
        Path empty = zip("empty.zip", "README.md", "nothing");
        assertThatThrownBy(() -> TrainingText.read(find(empty, MAVEN)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(empty.toString(), "has no .txt file");
        Path latin = folder.resolve("latin.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(latin))) {
            out.putNextEntry(new ZipEntry("cafe.txt"));
            out.write(new byte[] {'c', 'a', 'f', (byte) 0xe9});
        }
        assertThatThrownBy(() -> TrainingText.read(find(latin, MAVEN)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("latin.zip!/cafe.txt is not UTF-8: byte 3 (0xe9");
    }

    @Test
    void aDamagedArchiveIsRefused() throws IOException {
        Path zip = zip("corpus.zip", "a.txt", "a text that is long enough to be cut in half");
        byte[] bytes = Files.readAllBytes(zip);
        Files.write(zip, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> TrainingText.read(find(zip, MAVEN)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Cannot read the texts in " + zip);
        Path gzip = folder.resolve("corpus.tar.gz");
        Files.write(gzip, new byte[] {0x1f, (byte) 0x8b, 8, 0});
        assertThatThrownBy(() -> TrainingText.read(find(gzip, MAVEN)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Cannot read the texts in " + gzip);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{a,b.txt", "[", "texts-[a.txt"})
    void aPatternThatIsNoneIsRefused(String pattern) {
        assertThatThrownBy(() -> TextSource.find(List.of(pattern), folder, Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("The text " + pattern + " is not a pattern of files: ")
                .hasMessageEndingWith("; correct 'text' in the recipe.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b.txt", "a\0b/*.txt"})
    void aNameThatNoFileCanHaveIsRefused(String name) {
        assertThatThrownBy(() -> TextSource.find(List.of(name), folder, Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("No file on this machine can be called \"a\\u{0}b")
                .hasMessageContaining("UTF-8 locale");
    }

    @Test
    void coordinatesThatWereNotResolvedAreRefused() {
        assertThatThrownBy(() -> TextSource.find(List.of(MAVEN), folder, Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("The text " + MAVEN + " was not resolved");
    }

    private List<TextSource> find(Path file, String source) {
        return TextSource.find(List.of(source), folder, Map.of(source, file));
    }

    private Path zip(String name, String... entries) throws IOException {
        Path zip = folder.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (int i = 0; i < entries.length; i += 2) {
                out.putNextEntry(new ZipEntry(entries[i]));
                out.write(entries[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        }
        return zip;
    }
}
