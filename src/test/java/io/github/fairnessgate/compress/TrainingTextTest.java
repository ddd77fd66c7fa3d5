package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.model.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class TrainingTextTest {

    @TempDir
    private Path directory;

    @Test
    void theBuiltInTextIsWhatOpenAiPublishedAndHasItsLicence() {
        TrainingText text = read("builtin:gpt2-samples");
        assertThat(text.documents()).hasSize(750);
        assertThat(text.documents().get(0)).startsWith("Sydney's CBD is a \"city of ghosts\"");
        // The sum in SOURCE.txt, made by sha256sum.
        assertThat(text.digest()).isEqualTo("98feafecec21fb33cb090b42f8011c2c55e815fdeffd6298b1747272bbd93b1c");
        assertThat(TrainingText.class.getResource("corpora/LICENSE")).isNotNull();
        assertThat(TrainingText.class.getResource("corpora/SOURCE.txt")).isNotNull();
    }

    @Test
    void separatorsEndDocumentsAndBlankOnesAreLeftOut() throws IOException {
        write(
                "a.txt",
                "==== SAMPLE 1 ====\none\n==== SAMPLE 2 ====\n \n==== SAMPLE 3 ====\nthree ==== SAMPLE 4 ==== "
                        + "still three");
        assertThat(read("a.txt").documents()).containsExactly("one\n", "three ==== SAMPLE 4 ==== still three");
    }

    @Test
    void aFileWithoutSeparatorsIsOneDocument() throws IOException {
        write("a.txt", "one\ntwo");
        write("b.txt", "three");
        assertThat(read("b.txt", "a.txt").documents()).containsExactly("three", "one\ntwo");
    }

    @Test
    void aByteOrderMarkIsNoText() throws IOException {
        write("a.txt", "\uFEFF==== SAMPLE 1 ====\none");
        write("b.txt", "\uFEFFtwo");
        assertThat(read("a.txt", "b.txt").documents()).containsExactly("one", "two");
    }

    @Test
    void globsMatchFilesInTheOrderOfTheirPaths() throws IOException {
        write("texts/b.txt", "b");
        write("texts/a.txt", "a");
        write("texts/deep/c.txt", "c");
        write("texts/d.md", "d");
        assertThat(read("texts/*.txt").documents()).containsExactly("a", "b");
        assertThat(read("texts/**.txt").documents()).containsExactly("a", "b", "c");
        assertThatThrownBy(() -> read("texts/*.csv"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("No file in")
                .hasMessageContaining("matches the text texts/*.csv");
        assertThatThrownBy(() -> read("nowhere/*.csv"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("there is no folder");
    }

    @Test
    void aTextThatIsNotUtf8IsRefusedWithTheByte() throws IOException {
        Files.write(directory.resolve("latin.txt"), new byte[] {'c', 'a', 'f', (byte) 0xe9, ' ', 'x'});
        assertThatThrownBy(() -> read("latin.txt"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("latin.txt is not UTF-8: byte 3 (0xe9, counted from 0)");
    }

    @Test
    void aCharacterThatIsCutOffAtTheEndIsRefused() throws IOException {
        Files.write(directory.resolve("cut.txt"), new byte[] {'a', (byte) 0xe2, (byte) 0x82});
        assertThatThrownBy(() -> read("cut.txt"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("byte 1 (0xe2");
    }

    @Test
    void anEmptyOrMissingTextIsRefused() throws IOException {
        write("empty.txt", " \n");
        assertThatThrownBy(() -> read("empty.txt"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("The text empty.txt is empty");
        assertThatThrownBy(() -> read("missing.txt"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("missing.txt does not exist");
        assertThatThrownBy(() -> read("builtin:gpt3"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the built-in texts are builtin:gpt2-samples");
    }

    @Test
    void documentsAreJoinedByEndOfTextAndCutIntoWholeWindows() throws IOException {
        write("a.txt", "==== SAMPLE 1 ====\nABC==== SAMPLE 2 ====\n");
        write("b.txt", "DE");
        try (Tokenizer tokenizer = Tokenizer.open(TinyModels.create(directory.resolve("model")))) {
            TokenStream stream = TokenStream.of(read("b.txt", "b.txt", "b.txt"), tokenizer);
            int d = tokenizer.encode("D")[0];
            int e = tokenizer.encode("E")[0];
            int end = tokenizer.specialTokens().end();
            assertThat(stream.size()).isEqualTo(8);
            assertThat(stream.windows(3)).isDeepEqualTo(new int[][] {{d, e, end}, {d, e, end}});
        }
    }

    private TrainingText read(String... sources) {
        return TrainingText.read(TextSource.find(List.of(sources), directory, Map.of()));
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
