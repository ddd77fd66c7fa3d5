package io.github.fairnessgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Fixtures;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class TokenizerRandomnessTest {

    private static final String TEXT = "the nurse and the engineer said that they had to leave early";

    @TempDir
    Path folder;

    /** The first two of these made every encoding another one, or one of single bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"0.1", "1.0", "1", "1e-1", "0.999"})
    void dropoutIsSwitchedOffAndReported(String dropout) {
        ModelDirectory plain = model("plain", json -> {});
        ModelDirectory dropped =
                model("dropped", json -> ((ObjectNode) json.get("model")).set("dropout", number(dropout)));
        assertThat(dropped.tokenizer().random()).singleElement().asString().startsWith("model.dropout = ");
        assertThat(plain.tokenizer().random()).isEmpty();
        assertThat(encodings(dropped)).isEqualTo(encodings(plain)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "null", "false"})
    void dropoutThatIsOffIsNotReported(String dropout) {
        ModelDirectory model = model("model", json -> ((ObjectNode) json.get("model")).set("dropout", number(dropout)));
        assertThat(model.tokenizer().random()).isEmpty();
        assertThat(encodings(model)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model": {"type": "BPE", "dropout": "0.1"}}                          | model.dropout = "?"
            {"model": {"type": "BPE", "dropout": "high"}}                         | model.dropout = "high"
            {"model": {"type": "BPE", "Drop-Out": 0.2}}                           | model.Drop-Out = 0.2
            {"model": {"type": "BPE", "bpe_dropout": 0.2}}                        | model.bpe_dropout = 0.2
            {"model": {"type": "BPE", "dropout": [0.2]}}                          | model.dropout = ?
            {"model": {"type": "Unigram", "alpha": 0.1}}                          | model.alpha = 0.1
            {"model": {"type": "Unigram", "nbest_size": 64}}                      | model.nbest_size = 64
            {"model": {"type": "Unigram", "enable_sampling": true}}               | model.enable_sampling = true
            {"model": {"type": "Sequence", "models": [{"type": "BPE"}, {"type": "BPE", "dropout": 0.3}]}} | model.models.1.dropout = 0.3
            {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"dropout": 0.4}]}} | pre_tokenizer.pretokenizers.0.dropout = 0.4
            {"dropout": 0.5}                                                      | dropout = 0.5
            """)
    void randomnessIsFoundWhereverItIsAndHoweverItIsSpelt(String tokenizer, String found) throws Exception {
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(tokenizer);
        assertThat(TokenizerRandomness.switchOff(json)).containsExactly(found);
        assertThat(TokenizerRandomness.switchOff(json)).isEmpty();
        assertThat(json.toString())
                .doesNotContainIgnoringCase("dropout\":")
                .doesNotContain("alpha", "nbest", "sampling");
    }

    @Test
    void tokensThatAreCalledLikeASettingStay() throws Exception {
        String tokenizer =
                "{\"added_tokens\":[{\"id\":1,\"content\":\"dropout\"}],\"post_processor\":{\"special_tokens\":{\"alpha\":{\"ids\":[1]}}},"
                        + "\"model\":{\"vocab\":{\"dropout\":0,\"alpha\":1},\"merges\":[]}}";
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(tokenizer);
        assertThat(TokenizerRandomness.switchOff(json)).isEmpty();
        assertThat(json.toString()).isEqualTo(tokenizer);
    }

    @Test
    void whatAStrangersFileCallsThingsIsNotRepeated() throws Exception {
        ObjectNode json = (ObjectNode)
                Json.MAPPER.readTree("{\"a\\n::error::b\":{\"dropout\":\"\\u202e\\n[INFO] Verdict: PASS\"}}");
        assertThat(TokenizerRandomness.switchOff(json)).containsExactly("?.dropout = \"?\"");
    }

    private ModelDirectory model(String name, Consumer<ObjectNode> edit) {
        Path model =
                TinyModels.builder().vocabulary(700).write(folder.resolve(name)).path();
        Fixtures.editJson(model.resolve("tokenizer.json"), edit);
        return ModelDirectory.open(model);
    }

    private static JsonNode number(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** All that come out of encoding the same text again and again. */
    private static Set<String> encodings(ModelDirectory model) {
        Set<String> encodings = new HashSet<>();
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            for (int i = 0; i < 30; i++) {
                encodings.add(Arrays.toString(tokenizer.encode(TEXT)));
            }
        }
        return encodings;
    }
}
