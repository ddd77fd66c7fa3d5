package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Fixtures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Against make_tokenizers.py, which asks transformers 4 and 5. */
@Tag("native")
class TokenizerSettingsTest {

    private static final int TOKENS = 300;

    /** Those in which transformers 5 is followed and 4 is not. */
    private static final Set<String> AS_IN_5 = Set.of(
            "general class, json true, key missing", "general class, json false, configuration true", "extra tokens");

    /** Those whose difference is that one of the versions refuses them. */
    private static final Set<String> REFUSED_BY_ONE = Set.of("json false, configuration null", "extra tokens");

    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void nameTheFolder() {
        folder = temporary.resolve("model");
    }

    private static JsonNode fixture() {
        try (InputStream file = TokenizerSettingsTest.class.getResourceAsStream("/fixtures/models/tokenizers.json")) {
            return Json.MAPPER.readTree(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<Arguments> cases() {
        JsonNode fixture = fixture();
        List<Arguments> cases = new ArrayList<>();
        fixture.get("cases")
                .forEach(one -> cases.add(Arguments.of(one.get("name").asText(), one, fixture.get("texts"))));
        return cases.stream();
    }

    /** Writes a model with the tokenizer and the files of a case. */
    private void write(JsonNode one) {
        int rows = one.get("rows").asInt();
        TinyModels.builder().vocabulary(rows).write(folder);
        if (one.get("tokenizer").isNull()) {
            Fixtures.delete(folder.resolve("tokenizer.json"));
            TinyModels.writeLegacyTokenizer(folder, TOKENS);
        } else {
            TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), TOKENS);
            Fixtures.editJson(
                    folder.resolve("tokenizer.json"),
                    json -> one.get("tokenizer").properties().forEach(change -> {
                        if (change.getKey().equals("words")) {
                            ObjectNode vocabulary = (ObjectNode) json.at("/model/vocab");
                            Map<Integer, String> replaced = new HashMap<>();
                            vocabulary
                                    .properties()
                                    .forEach(
                                            word -> replaced.put(word.getValue().asInt(), word.getKey()));
                            change.getValue().properties().forEach(word -> {
                                if (replaced.containsKey(word.getValue().asInt())) {
                                    vocabulary.remove(
                                            replaced.get(word.getValue().asInt()));
                                }
                                vocabulary.set(word.getKey(), word.getValue());
                            });
                        } else {
                            json.set(change.getKey(), change.getValue());
                        }
                    }));
        }
        one.get("files").properties().forEach(file -> {
            if (file.getKey().equals("config.json")) {
                Fixtures.editJson(folder.resolve("config.json"), config -> config.setAll((ObjectNode) file.getValue()));
            } else {
                Fixtures.write(folder.resolve(file.getKey()), file.getValue().toString());
            }
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void idsAndSpecialTokensAreThoseOfTransformers(String name, JsonNode one, JsonNode texts) {
        write(one);
        if (name.equals("split special tokens")) {
            assertThatThrownBy(() -> ModelDirectory.open(folder))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("split_special_tokens = true");
            return;
        }
        ModelDirectory model = ModelDirectory.open(folder);
        boolean agree = one.get("transformers-4").equals(one.get("transformers-5"));
        JsonNode expected = one.get(AS_IN_5.contains(name) ? "transformers-5" : "transformers-4");
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            for (int i = 0; i < texts.size(); i++) {
                assertThat(tokenizer.encode(texts.get(i).asText()))
                        .as(texts.get(i).asText())
                        .containsExactly(
                                Json.MAPPER.convertValue(expected.get("ids").get(i), int[].class));
            }
        }
        JsonNode beginning = expected.get(expected.get("bos").isNull() ? "eos" : "bos");
        assertThat(model.specialTokens().beginning()).isEqualTo(beginning.isNull() ? TOKENS - 1 : beginning.asInt());
        assertThat(model.specialTokens().end())
                .isEqualTo(
                        expected.get("eos").isNull()
                                ? model.specialTokens().beginning()
                                : expected.get("eos").asInt());
        assertThat(model.tokenizer().disagreements()).hasSize(agree || REFUSED_BY_ONE.contains(name) ? 0 : 1);
    }

    /**
     * Two folders that encode texts otherwise, or begin them otherwise, never have one digest; a file without effect is
     * not part of it.
     */
    @Test
    void theDigestIsThatOfTheFilesThatDecide() {
        Map<String, String> resultOfDigest = new HashMap<>();
        for (Arguments arguments : cases().toList()) {
            JsonNode one = (JsonNode) arguments.get()[1];
            String name = (String) arguments.get()[0];
            if (!name.equals("split special tokens")) {
                folder = temporary.resolve("model " + resultOfDigest.size() + name.hashCode());
                write(one);
                ModelDirectory model = ModelDirectory.open(folder);
                String result = one.get(AS_IN_5.contains(name) ? "transformers-5" : "transformers-4")
                        .toString();
                assertThat(resultOfDigest.merge(model.digest(), result, (known, now) -> known))
                        .as(name)
                        .isEqualTo(result);
            }
        }
        assertThat(resultOfDigest).hasSizeGreaterThan(25);
    }

    @Test
    void filesWithoutEffectLeaveTheDigestAsItWas() {
        String digest = TinyModels.builder().vocabulary(TOKENS).write(folder).digest();
        Fixtures.write(folder.resolve("tokenizer_config.json"), """
                {"add_prefix_space": false, "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": null,
                 "model_max_length": 32, "tokenizer_class": "GPT2Tokenizer", "added_tokens_decoder": {"299": {"content": "<|endoftext|>", "lstrip": false,
                 "normalized": false, "rstrip": false, "single_word": false, "special": true}}}""");
        Fixtures.write(
                folder.resolve("special_tokens_map.json"),
                "{\"bos_token\": \"<|endoftext|>\", \"eos_token\": \"<|endoftext|>\"}");
        Fixtures.write(folder.resolve("added_tokens.json"), "{\"<|endoftext|>\": 299}");
        Fixtures.write(
                folder.resolve("generation_config.json"), "{\"bos_token_id\": 299, \"eos_token_id\": [299, 50256]}");
        ModelDirectory model = ModelDirectory.open(folder);
        assertThat(model.digest()).isEqualTo(digest);
        assertThat(model.decidingFiles())
                .extracting(file -> file.getFileName().toString())
                .containsExactly("config.json", "model.safetensors", "tokenizer.json");
        assertThat(model.specialTokens()).isEqualTo(new SpecialTokens(299, 299, 299, List.of(299), Optional.empty()));
    }

    /** Either of two files has the effect alone; removing both removes it. */
    @Test
    void oneOfTwoFilesWithTheSameEffectIsDeciding() {
        String digest = TinyModels.builder().vocabulary(301).write(folder).digest();
        TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), TOKENS);
        Fixtures.write(folder.resolve("tokenizer_config.json"), "{\"pad_token\": \"[PAD]\"}");
        Fixtures.write(folder.resolve("special_tokens_map.json"), "{\"pad_token\": \"[PAD]\"}");
        ModelDirectory model = ModelDirectory.open(folder);
        assertThat(model.digest()).isNotEqualTo(digest);
        assertThat(model.decidingFiles())
                .extracting(file -> file.getFileName().toString())
                .contains("tokenizer_config.json")
                .doesNotContain("special_tokens_map.json");
    }

    /** As the tokenizers library adds none. */
    @Test
    void aTokenWithoutContentIsNone() {
        TinyModels.builder().vocabulary(TOKENS).write(folder);
        Fixtures.write(
                folder.resolve("special_tokens_map.json"),
                "{\"bos_token\": {\"content\": \"\", \"lstrip\": true}, \"eos_token\": \"<|endoftext|>\"}");
        SpecialTokens tokens = ModelDirectory.open(folder).specialTokens();
        assertThat(tokens).isEqualTo(new SpecialTokens(299, 299, 299, List.of(299), Optional.empty()));
    }

    @Test
    void filesThatAreDamagedAreRefusedByName() {
        TinyModels.builder().vocabulary(TOKENS).write(folder);
        for (Map.Entry<String, String> file : Map.of(
                        "tokenizer_config.json",
                        "{\"bos_token\": 7}",
                        "special_tokens_map.json",
                        "{\"eos_token\": [\"a\"]}",
                        "added_tokens.json",
                        "{\"<new>\": \"last\"}")
                .entrySet()) {
            Fixtures.write(folder.resolve(file.getKey()), file.getValue());
            assertThatThrownBy(() -> ModelDirectory.open(folder))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(file.getKey());
            Fixtures.write(folder.resolve(file.getKey()), "[");
            assertThatThrownBy(() -> ModelDirectory.open(folder))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(file.getKey() + " is not JSON");
            Fixtures.delete(folder.resolve(file.getKey()));
        }
    }
}
