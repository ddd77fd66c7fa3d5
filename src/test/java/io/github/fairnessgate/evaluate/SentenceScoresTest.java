package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reference model against Hugging Face transformers; {@code src/test/fixtures/runtime/make_logits.py} made the
 * expectations.
 */
@Tag("native")
class SentenceScoresTest {

    private static LanguageModel model;
    private static JsonNode fixture;

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        model = OnnxGpt2.open(ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder)), Device.CPU);
        fixture = Json.MAPPER.readTree(Path.of("src/test/resources/fixtures/runtime/reference-likelihoods.json")
                .toFile());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void geometricMeanIsStereoSetsOfficialScore() {
        double[] scores = SentenceScores.geometricMean(model, texts(), done -> {});
        for (int i = 0; i < scores.length; i++) {
            assertThat(scores[i])
                    .isCloseTo(
                            fixture.get("sentences")
                                    .get(i)
                                    .get("stereosetScore")
                                    .asDouble(),
                            withPercentage(1e-3));
        }
    }

    @Test
    void sumIsTheLogLikelihoodAfterEndOfText() {
        double[] sums = SentenceScores.sumAfterBeginning(model, texts(), done -> {});
        for (int i = 0; i < sums.length; i++) {
            assertThat(sums[i])
                    .isCloseTo(
                            fixture.get("sentences")
                                    .get(i)
                                    .get("sumAfterEndOfText")
                                    .asDouble(),
                            org.assertj.core.data.Offset.offset(1e-3));
        }
    }

    @Test
    void perplexityIsThatOfTheTransformersProcedureForEveryStride(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(
                folder.resolve("text.txt"), fixture.get("longText").asText());
        for (JsonNode expected : fixture.get("perplexity")) {
            String metric = "mine.token/strided-256-" + expected.get("stride").asInt();
            SuiteResult result =
                    new Perplexity("mine", List.of(text), List.of(metric), Subset.ALL).evaluate(model, Progress.NONE);
            assertThat(result.values()).hasSize(1);
            assertThat(result.values().get(0).metric()).isEqualTo(metric);
            assertThat(result.values().get(0).value())
                    .isCloseTo(expected.get("perplexity").asDouble(), withPercentage(1e-3));
            assertThat(result.items().stream().mapToDouble(Item::weight).sum())
                    .isEqualTo(expected.get("tokens").asDouble());
        }
    }

    @Test
    void textsWithoutTokensAndTextsBeyondTheContextAreErrorsThatShowTheText() {
        assertThatThrownBy(() -> SentenceScores.geometricMean(model, List.of("fine", ""), done -> {}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("\"\" has 0 tokens");
        assertThatThrownBy(() -> SentenceScores.sumAfterBeginning(model, List.of("word ".repeat(300)), done -> {}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("1 to 256 tokens");
    }

    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        fixture.get("sentences")
                .forEach(sentence -> texts.add(sentence.get("text").asText()));
        return texts;
    }

    /**
     * The harness has the tokenizer's bos_token before a text; StereoSet's authors have {@code <|endoftext|>}, whatever
     * the tokenizer says.
     */
    @Test
    void theHarnessBeginsWithTheTokenizersOwnTokenAndStereoSetWithEndOfText(@TempDir Path folder) throws Exception {
        Path own = TinyModels.builder()
                .vocabulary(300)
                .write(folder.resolve("own"))
                .path();
        Files.writeString(own.resolve("tokenizer_config.json"), "{\"bos_token\": \"ab\"}");
        ModelDirectory plain = TinyModels.builder().vocabulary(300).write(folder.resolve("plain"));
        try (LanguageModel one = OnnxGpt2.open(ModelDirectory.open(own), Device.CPU);
                LanguageModel other = OnnxGpt2.open(plain, Device.CPU)) {
            List<String> texts = List.of("x y");
            int[] tokens = one.encode("x y");
            int[] begun =
                    IntStream.concat(IntStream.of(257), Arrays.stream(tokens)).toArray();
            double expected =
                    SentenceScores.sum(other.logProbabilities(List.of(new LanguageModel.Request(begun, 1)), done -> {})
                            .get(0));
            assertThat(SentenceScores.sumAfterBeginning(one, texts, done -> {})[0])
                    .isEqualTo(expected)
                    .isNotEqualTo(SentenceScores.sumAfterBeginning(other, texts, done -> {})[0]);
            assertThat(SentenceScores.meanAfterBeginning(one, texts, done -> {})[0])
                    .isEqualTo(expected / tokens.length);
            assertThat(SentenceScores.geometricMean(one, texts, done -> {}))
                    .isEqualTo(SentenceScores.geometricMean(other, texts, done -> {}));
        }
    }
}
