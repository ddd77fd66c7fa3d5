package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.FileErrors;
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

/** Models of SentencePiece without tokenizer.json, against make_sentencepieces.py, which asks transformers 4 and 5. */
@Tag("native")
class SentencePieceTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/models");

    @TempDir
    Path temporary;

    static Stream<Arguments> cases() {
        JsonNode fixture = Fixtures.json(FIXTURES.resolve("sentencepieces.json"));
        List<Arguments> cases = new ArrayList<>();
        fixture.get("cases")
                .forEach(one -> cases.add(Arguments.of(one.get("name").asText(), one, fixture.get("texts"))));
        return cases.stream();
    }

    private static boolean isAccepted(JsonNode one) {
        return !one.get("transformers-4").has("error");
    }

    private static boolean runsSentencePiece(JsonNode one) {
        return one.get("name").asText().matches("(BertGeneration|GPTSw3).*");
    }

    /** A model with the tokenizer of a case. */
    private static Path write(JsonNode one, Path folder) {
        TinyModels model =
                TinyModels.builder().vocabulary(one.at("/transformers-4/tokens").asInt(TinyModels.BYTE_VOCABULARY));
        Fixtures.write(
                folder.resolve(one.get("file").asText()),
                FileErrors.read(
                        FIXTURES.resolve("sentencepiece/" + one.get("model").asText() + ".model")));
        model.config().write(folder.resolve("config.json"));
        model.writeWeights(folder);
        Fixtures.editJson(
                folder.resolve("config.json"),
                config -> config.putNull("bos_token_id").putNull("eos_token_id"));
        one.get("files").properties().forEach(file -> {
            if (file.getKey().equals("config.json")) {
                Fixtures.editJson(folder.resolve("config.json"), config -> config.setAll((ObjectNode) file.getValue()));
            } else {
                Fixtures.write(folder.resolve(file.getKey()), file.getValue().toString());
            }
        });
        return folder;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void idsAndSpecialTokensAreThoseOfTransformers(String name, JsonNode one, JsonNode texts) {
        Path folder = write(one, temporary.resolve("model"));
        if (!isAccepted(one)) {
            assertThatThrownBy(() -> ModelDirectory.open(folder))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(one.get("file").asText())
                    .hasMessageMatching("(?s).*(Name this as tokenizer_class|model_type is 3).*");
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
        assertThat(model.specialTokens().beginning())
                .isEqualTo(expected.get(expected.get("bos").isNull() ? "eos" : "bos")
                        .asInt());
        assertThat(model.specialTokens().end()).isEqualTo(expected.get("eos").asInt());
        if (!runsSentencePiece(one)) {
            assertThat(model.tokenizer().disagreements())
                    .singleElement()
                    .asString()
                    .contains("is measured as transformers 4 converts it");
        } else if (expected.equals(one.get("transformers-5"))) {
            assertThat(model.tokenizer().disagreements()).isEmpty();
        } else {
            assertThat(model.tokenizer().disagreements())
                    .singleElement()
                    .asString()
                    .contains("do_lower_case = true, which is measured as transformers 4 follows it");
        }
    }

    @Test
    void theDigestIsThatOfTheFilesThatDecide() {
        Map<String, String> resultOfDigest = new HashMap<>();
        for (Arguments arguments :
                cases().filter(each -> isAccepted((JsonNode) each.get()[1])).toList()) {
            JsonNode one = (JsonNode) arguments.get()[1];
            ModelDirectory model = ModelDirectory.open(
                    write(one, temporary.resolve("model " + arguments.get()[0])));
            String result = one.get("transformers-4").toString();
            assertThat(resultOfDigest.merge(model.digest(), result, (known, now) -> known))
                    .as(arguments.get()[0].toString())
                    .isEqualTo(result);
            assertThat(model.tokenizerFiles())
                    .extracting(file -> file.getFileName().toString())
                    .contains(one.get("file").asText());
        }
        assertThat(resultOfDigest).hasSizeGreaterThan(10);
    }

    @Test
    void lowerCaseThatTransformersIgnoresIsNoted() {
        JsonNode one = (JsonNode) cases().filter(each -> each.get()[0].equals("rinna, do_lower_case"))
                .findFirst()
                .orElseThrow()
                .get()[1];

        assertThat(ModelDirectory.open(write(one, temporary.resolve("model")))
                        .tokenizer()
                        .notes())
                .anyMatch(note ->
                        note.contains("has do_lower_case = true, which the fast T5Tokenizer of transformers ignores"));
    }
}
