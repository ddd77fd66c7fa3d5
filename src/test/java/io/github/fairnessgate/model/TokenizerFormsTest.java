package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Fixtures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokenizers that are not GPT-2's byte pairs, against make_tokenizer_forms.py, which asks transformers 4 and 5. */
@Tag("native")
class TokenizerFormsTest {

    private static final Path FIXTURE = Path.of("src/test/resources/fixtures/models/tokenizer-forms.json");
    /** Transformers 4 refuses it, and 5 makes a tokenizer without words of it. */
    private static final String WITHOUT_CLASS = "vocab.txt, no class";

    @TempDir
    Path temporary;

    static Stream<Arguments> cases() {
        JsonNode fixture = Fixtures.json(FIXTURE);
        List<Arguments> cases = new ArrayList<>();
        fixture.get("cases")
                .forEach(one -> cases.add(Arguments.of(one.get("name").asText(), one, fixture.get("texts"))));
        return cases.stream();
    }

    /** A model with the tokenizer of a case. */
    private static Path write(JsonNode one, Path folder) {
        TinyModels.create(folder);
        Fixtures.delete(folder.resolve("tokenizer.json"));
        JsonNode expected = one.get("transformers-4");
        TinyModels model =
                TinyModels.builder().vocabulary(expected.path("tokens").asInt(TinyModels.BYTE_VOCABULARY));
        model.config().write(folder.resolve("config.json"));
        model.writeWeights(folder);
        Fixtures.editJson(
                folder.resolve("config.json"),
                config -> config.putNull("bos_token_id").putNull("eos_token_id"));
        one.get("files").properties().forEach(file -> {
            if (file.getKey().equals("config.json")) {
                Fixtures.editJson(folder.resolve("config.json"), config -> config.setAll((ObjectNode) file.getValue()));
            } else {
                Fixtures.write(
                        folder.resolve(file.getKey()),
                        file.getValue().isTextual()
                                ? file.getValue().asText()
                                : file.getValue().toString());
            }
        });
        return folder;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void idsAndSpecialTokensAreThoseOfTransformers(String name, JsonNode one, JsonNode texts) {
        Path folder = write(one, temporary.resolve("model"));
        if (name.equals(WITHOUT_CLASS)) {
            assertThatThrownBy(() -> ModelDirectory.open(folder))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("vocab.txt");
            return;
        }
        ModelDirectory model = ModelDirectory.open(folder);
        JsonNode expected = one.get("transformers-4");
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            for (int i = 0; i < texts.size(); i++) {
                assertThat(tokenizer.encode(texts.get(i).asText()))
                        .as(texts.get(i).asText())
                        .containsExactly(
                                Json.MAPPER.convertValue(expected.get("ids").get(i), int[].class));
            }
        }
        JsonNode beginning = expected.get(expected.get("bos").isNull() ? "eos" : "bos");
        assertThat(model.specialTokens().beginning()).isEqualTo(beginning.isNull() ? 2 : beginning.asInt()); // [CLS]
        assertThat(model.specialTokens().end())
                .isEqualTo(
                        expected.get("eos").isNull()
                                ? model.specialTokens().beginning()
                                : expected.get("eos").asInt());
        assertThat(model.tokenizer().disagreements()).hasSize(expected.equals(one.get("transformers-5")) ? 0 : 1);
    }

    @Test
    void theDigestIsThatOfTheFilesThatDecide() {
        Map<String, String> resultOfDigest = new HashMap<>();
        for (Arguments arguments :
                cases().filter(each -> !each.get()[0].equals(WITHOUT_CLASS)).toList()) {
            JsonNode one = (JsonNode) arguments.get()[1];
            ModelDirectory model = ModelDirectory.open(write(
                    one,
                    temporary.resolve(
                            "model " + resultOfDigest.size() + arguments.get()[0])));
            String result = one.get("transformers-4").toString();
            assertThat(resultOfDigest.merge(model.digest(), result, (known, now) -> known))
                    .as(arguments.get()[0].toString())
                    .isEqualTo(result);
        }
        assertThat(resultOfDigest).hasSizeGreaterThan(20);
    }
}
