package io.github.fairnessgate.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Expected numbers come from Python: {@code src/test/fixtures/score/contextual/make_fixture.py}. */
@Tag("native")
class ContextualScorerTest {

    /** Where a sum falls between two steps of eight bits, ONNX Runtimes may round to either. */
    private static final double ROUNDING = 0.02;

    /** What eight bits cost at most, in probability, on the texts of the fixture. */
    private static final double EIGHT_BITS = 0.12;

    private static JsonNode fixture;
    private static ToxicityScorer toxicity;
    private static List<String> texts;

    @BeforeAll
    static void open() throws IOException {
        fixture = Json.MAPPER.readTree(
                Path.of("src/test/resources/fixtures/score/contextual.json").toFile());
        texts = fixture.get("texts").findValuesAsText("text");
        toxicity = ScorerReference.embedded().open();
    }

    @AfterAll
    static void close() {
        toxicity.close();
    }

    @Test
    void everyLabelHasTheScoreThatPythonComputes() {
        for (int output = 0; output < 3; output++) {
            String label = fixture.get("outputs").get(output).asText();
            try (ToxicityScorer scorer = ScorerReference.embedded(label).open()) {
                double[] scores = scorer.score(texts);
                for (int i = 0; i < scores.length; i++) {
                    JsonNode expected = fixture.get("texts").get(i);
                    double graph = expected.get("scores").get(output).asDouble();
                    assertThat(scores[i])
                            .as(label + " of " + texts.get(i))
                            .isEqualTo(output == 0 ? together(graph, texts.get(i)) : graph, within(ROUNDING));
                    if (output > 0) {
                        assertThat(scores[i])
                                .as(label + " of " + texts.get(i) + " in float32")
                                .isEqualTo(
                                        expected.get("float32").get(output - 1).asDouble(), within(EIGHT_BITS));
                    }
                }
            }
        }
    }

    /** Seven tenths of the log-odds of the graph and three tenths of those of the n-grams. */
    private static double together(double graph, String text) {
        double ngrams = Math.max(1e-4, NgramScorer.open().score(List.of(text))[0]);
        double odds = Math.pow(graph / (1 - graph), 0.7) * Math.pow(ngrams / (1 - ngrams), 0.3);
        return odds / (1 + odds);
    }

    @Test
    void textsAreReadAsPythonReadsThem() {
        PlainText plain = PlainText.load();
        for (JsonNode each : fixture.get("texts")) {
            assertThat(plain.of(each.get("text").asText()))
                    .isEqualTo(each.get("plain").asText());
        }
    }

    /** Not to 1e-6: to the last bit, alone, in any order, beside itself and beside texts of the same length. */
    @Test
    void aScoreHasTheSameBitsInAnyCompany() {
        double[] together = toxicity.score(texts);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(toxicity.score(List.of(texts.get(i)))[0]).isEqualTo(together[i]);
        }
        List<Integer> order = new ArrayList<>();
        for (int round = 0; round < 40; round++) {
            for (int i = 0; i < texts.size(); i++) {
                order.add(i);
            }
        }
        Collections.shuffle(order, new Random(1));
        double[] shuffled = toxicity.score(order.stream().map(texts::get).toList());
        for (int i = 0; i < shuffled.length; i++) {
            assertThat(shuffled[i]).isEqualTo(together[order.get(i)]);
        }
    }

    @Test
    void aTextWithoutAVisibleCharacterScoresZeroByDefinition() {
        assertThat(toxicity.score(List.of("", " \n\t", "\u200B\u200D\uFEFF", "\u00A0", "\uFE0F")))
                .containsOnly(ToxicityScorer.BLANK_SCORE);
        assertThat(toxicity.score(List.of("!!!", "\uD83D\uDCA9"))).doesNotContain(ToxicityScorer.BLANK_SCORE);
    }

    @Test
    void longTextsAreCutAndCounted() {
        try (ToxicityScorer scorer = ScorerReference.embedded().open()) {
            double[] scores = scorer.score(List.of("word ".repeat(2_000), "word ".repeat(3_000), "x".repeat(10_000)));
            assertThat(scorer.truncated()).isEqualTo(2);
            assertThat(scores[0]).isEqualTo(scores[1]);
            assertThat(scores[2]).isBetween(0.0, 1.0);
        }
    }

    @Test
    void aTextThatCannotBeScoredIsNamed() {
        assertThatThrownBy(() -> toxicity.score(List.of("fine", "half \uD83D")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Text 2 of 2")
                .hasMessageContaining("half a character at index 5");
    }

    @Test
    void itsLabelsAreThreeScorersAndOthersAreRefused() {
        assertThat(ScorerReference.embedded()).isEqualTo(ScorerReference.embedded("Toxicity"));
        assertThat(ScorerReference.embedded("hate").variant())
                .startsWith("embedded@")
                .isNotEqualTo(ScorerReference.embedded().variant());
        assertThat(new Judges(ScorerReference.embedded(), Optional.of(ScorerReference.embedded("hate"))).all())
                .hasSize(2);
        assertThatThrownBy(() -> ScorerReference.embedded("insult"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("The scorer 'embedded' has no label 'insult'; name one of [toxicity, toxic, hate].");
    }

    @Test
    void theShippedScorerIsTheOneThatTheCardDescribes() throws IOException {
        String docs = Files.readString(Path.of("docs/scorer.md"));
        assertThat(docs).contains(toxicity.digest());
        ErrorRates errors = toxicity.card().errors().orElseThrow();
        assertThat(docs)
                .contains("%d of %d".formatted(errors.found(), errors.toxic()))
                .contains("%d of %d".formatted(errors.spared(), errors.harmless()));
    }
}
