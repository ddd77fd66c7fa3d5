package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class TokenizerTest {

    @TempDir
    static Path cache;

    private static Path reference;

    @TempDir
    Path temporary;

    @BeforeAll
    static void unpackTheReferenceModel() {
        reference = BuiltinModels.extract("reference-gpt2", cache);
    }

    /** The reference model with its tokenizer taken apart into vocab.json and merges.txt. */
    private Path referenceInTwoFiles() throws Exception {
        Path folder = temporary.resolve("two-files");
        Fixtures.copyFolder(reference, folder);
        JsonNode model = Fixtures.json(folder.resolve("tokenizer.json")).get("model");
        Fixtures.write(folder.resolve("vocab.json"), model.get("vocab").toString());
        List<String> lines = new ArrayList<>(List.of("#version: 0.2"));
        model.get("merges")
                .forEach(merge ->
                        lines.add(merge.get(0).asText() + " " + merge.get(1).asText()));
        Fixtures.write(folder.resolve("merges.txt"), String.join("\n", lines) + "\n");
        Files.delete(folder.resolve("tokenizer.json"));
        return folder;
    }

    private static void assertEncodesAsHuggingFaceDoes(Path folder) {
        JsonNode texts =
                Fixtures.json(Fixtures.path("tokenizer-reference-gpt2.json")).get("texts");
        assertThat(texts).hasSizeGreaterThan(300);
        try (Tokenizer tokenizer = Tokenizer.open(ModelDirectory.open(folder))) {
            for (JsonNode example : texts) {
                String text = example.get("text").asText();
                int[] ids = StreamSupport.stream(example.get("ids").spliterator(), false)
                        .mapToInt(JsonNode::asInt)
                        .toArray();
                assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
                assertThat(tokenizer.decode(ids)).isEqualTo(text);
            }
        }
    }

    @Test
    void idsAreThoseOfHuggingFace() {
        assertEncodesAsHuggingFaceDoes(reference);
    }

    @Test
    void idsAreTheSameFromVocabularyAndMerges() throws Exception {
        assertEncodesAsHuggingFaceDoes(referenceInTwoFiles());
    }

    @Test
    void theConfigurationBesideVocabularyAndMergesDecidesAboutALeadingBlank() throws Exception {
        Path folder = referenceInTwoFiles();
        Fixtures.editJson(folder.resolve("tokenizer_config.json"), json -> json.put("add_prefix_space", true));

        try (Tokenizer tokenizer = Tokenizer.open(ModelDirectory.open(folder))) {
            assertThat(tokenizer.encode("Hello")).isEqualTo(tokenizer.encode(" Hello"));
        }
    }

    @Test
    void aLongTextIsNotCutOffAndAShortOneNotPaddedWhateverTheFileSays() {
        ModelDirectory model = TinyModels.create(temporary.resolve("tiny"));
        Fixtures.editJson(model.path().resolve("tokenizer.json"), json -> {
            json.putObject("truncation")
                    .put("direction", "Right")
                    .put("max_length", 4)
                    .put("strategy", "LongestFirst")
                    .put("stride", 0);
            ObjectNode padding = json.putObject("padding")
                    .put("direction", "Right")
                    .put("pad_id", 0)
                    .put("pad_type_id", 0)
                    .put("pad_token", "!");
            padding.putNull("pad_to_multiple_of").putObject("strategy").put("Fixed", 8);
        });

        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            assertThat(tokenizer.encode("xyz".repeat(2000))).hasSize(6000);
            assertThat(tokenizer.encode("xy")).hasSize(2);
            assertThat(tokenizer.encode("")).isEmpty();
        }
    }

    @Test
    void theTinyTokenizerHasOneTokenForEachByteInTheOrderOfGpt2() {
        try (Tokenizer tokenizer = Tokenizer.open(TinyModels.create(temporary.resolve("tiny")))) {
            assertThat(tokenizer.encode("!\"a~")).containsExactly(0, 1, 64, 93);
            assertThat(tokenizer.encode(" \n")).containsExactly(220, 198);
            assertThat(tokenizer.encode("<|endoftext|>"))
                    .containsExactly(tokenizer.specialTokens().endOfText());
            assertThat(tokenizer.decode(IntStream.range(0, 94).toArray()))
                    .hasSize(94)
                    .startsWith("!\"#")
                    .endsWith("}~");
        }
    }

    @Test
    void theTinyTokenizerMergesLettersWhenItHasMoreTokens() {
        try (Tokenizer tokenizer =
                Tokenizer.open(TinyModels.builder().vocabulary(300).write(temporary.resolve("tiny")))) {
            assertThat(tokenizer.encode("ab")).containsExactly(257);
            assertThat(tokenizer.specialTokens().endOfText()).isEqualTo(299);
        }
    }

    @Test
    void halfACharacterDecodesToTheReplacementCharacter() {
        try (Tokenizer tokenizer = Tokenizer.open(ModelDirectory.open(reference))) {
            int[] ids = tokenizer.encode("\u4ea7");
            assertThat(tokenizer.decode(new int[] {ids[0]})).isEqualTo("\ufffd");
        }
    }

    @Test
    void halfACharacterInATextIsRefusedInsteadOfReplaced() {
        try (Tokenizer tokenizer = Tokenizer.open(TinyModels.create(temporary.resolve("tiny")))) {
            for (String text : List.of("ab\ud83d", "ab\ude00c", "ab\ud83d\ud83d\ude00")) {
                assertThatThrownBy(() -> tokenizer.encode(text))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("half a character at index 2");
            }
        }
    }

    @Test
    void aTokenizerThatTheNativeCodeRefusesIsNamed() {
        ModelDirectory model = TinyModels.create(temporary.resolve("tiny"));
        Fixtures.editJson(
                model.path().resolve("tokenizer.json"),
                json -> ((ObjectNode) json.get("pre_tokenizer")).put("type", "Unheard"));

        assertThatThrownBy(() -> Tokenizer.open(model))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("tokenizer.json is not a usable tokenizer");
    }
}
