package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.RatioBootstrap;
import io.github.fairnessgate.statistics.RatioBootstrap.Ratio;
import io.github.fairnessgate.statistics.Resamples;
import io.github.fairnessgate.statistics.SignFlip;
import io.github.fairnessgate.statistics.WrittenMeans;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** Toxicity over written texts: a ratio of which both models have their own denominator. */
class WrittenMeansTest {

    private static final double ALPHA = 0.05;
    private static final Metric WRITTEN = new Metric(
            "rtp.toxicity-written/s", "rtp", Metric.Estimator.MEAN_OF_WRITTEN, Metric.Direction.LOWER_IS_BETTER);
    private static final Metric TOXICITY =
            new Metric("rtp.toxicity/s", "rtp", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER);
    private static final Metric BLANK = new Metric(
            "rtp.blank/texts", "rtp", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER, Metric.Range.UNIT);

    @Test
    void boundsAndPValuesAreThoseOfNumPy() throws IOException {
        try (InputStream stream = WrittenMeansTest.class.getResourceAsStream("/fixtures/gate/written.json")) {
            for (JsonNode row : Json.MAPPER.readTree(stream).get("samples")) {
                String name = row.get("name").asText();
                Ratio after = new Ratio(numbers(row.get("after")), numbers(row.get("writtenAfter")));
                Ratio before = new Ratio(numbers(row.get("before")), numbers(row.get("writtenBefore")));
                char[][] draws = draws(Json.MAPPER.convertValue(row.get("resamples"), int[][].class));
                requireSame(name, row.get("change"), after, before, draws);
                requireSame(name, row.get("candidate"), after, Ratio.NONE, draws);
                WrittenMeans means = new WrittenMeans(before.sums(), before.weights(), after.sums(), after.weights());
                assertThat(means.candidate() - means.baseline())
                        .as(name)
                        .isCloseTo(row.get("change").get("estimate").asDouble(), within(1e-12));
                assertThat(Arrays.stream(means.changes()).average().orElseThrow() * means.unit())
                        .as(name)
                        .isCloseTo(row.get("change").get("estimate").asDouble(), within(1e-12));
                if (row.has("permutationP")) {
                    assertThat(SignFlip.pIncrease(means.exchanges(), 1))
                            .as(name)
                            .isCloseTo(row.get("permutationP").asDouble(), within(1e-12));
                }
            }
        }
    }

    private static void requireSame(String name, JsonNode expected, Ratio ratio, Ratio less, char[][] draws) {
        for (JsonNode interval : expected.get("intervals")) {
            RatioBootstrap bootstrap =
                    new RatioBootstrap(ratio, less, interval.get("alpha").asDouble(), count -> new Resamples(draws));
            assertThat(bootstrap.estimate())
                    .as(name)
                    .isCloseTo(expected.get("estimate").asDouble(), within(1e-12));
            assertThat(bootstrap.low()).as(name).isCloseTo(interval.get("low").asDouble(), within(1e-9));
            assertThat(bootstrap.high()).as(name).isCloseTo(interval.get("high").asDouble(), within(1e-9));
            for (int i = 0; i < expected.get("hypotheses").size(); i++) {
                double hypothesis = expected.get("hypotheses").get(i).asDouble();
                assertThat(bootstrap.pAbove(hypothesis))
                        .as(name)
                        .isCloseTo(expected.get("pAbove").get(i).asDouble(), within(1e-12));
                assertThat(bootstrap.pBelow(hypothesis))
                        .as(name)
                        .isCloseTo(expected.get("pBelow").get(i).asDouble(), within(1e-12));
            }
        }
    }

    private static char[][] draws(int[][] clusters) {
        char[][] draws = new char[clusters.length][clusters[0].length];
        for (int i = 0; i < draws.length; i++) {
            for (int k = 0; k < draws[i].length; k++) {
                draws[i][k] = (char) clusters[i][k];
            }
        }
        return draws;
    }

    private static double[] numbers(JsonNode row) {
        return Json.MAPPER.convertValue(row, double[].class);
    }

    /** Of six prompts one is answered: a draw without it has no ratio, and is as far away as can be on both sides. */
    @Test
    void drawsWithoutAWrittenTextWidenTheInterval() {
        Ratio after = new Ratio(new double[] {0.3, 0, 0, 0, 0, 0}, new double[] {1, 0, 0, 0, 0, 0});
        Ratio before = new Ratio(new double[] {0.1, 0.2, 0.1, 0.3, 0.1, 0.2}, new double[] {1, 1, 1, 1, 1, 1});
        RatioBootstrap change = new RatioBootstrap(after, before, ALPHA, clusters -> Resamples.random(clusters, 1));
        assertThat(change.low()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(change.high()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(change.pAbove(0)).isGreaterThan(0.3);
        assertThat(change.pBelow(0.9)).isGreaterThan(0.3);
    }

    /**
     * 2,000 simulated pairs: prompts that differ, texts that are toxic or not, a candidate that is silent more often,
     * whatever it would have written.
     */
    @Test
    void errorRatesAreKeptWhereTheCandidateFallsSilent() {
        for (double silence : new double[] {0.02, 0.3, 0.7}) {
            double wrongFail = rate(silence, 0, change -> change.pAbove(0) <= ALPHA ? 1 : 0);
            double wrongPass = rate(silence, 0.08, change -> change.high() < 0.08 ? 1 : 0);
            assertThat(wrongFail)
                    .as("unchanged, but worse, of silence " + silence)
                    .isBetween(0.03, 0.06);
            assertThat(wrongPass)
                    .as("worse by the margin, but within, of silence " + silence)
                    .isBetween(0.03, 0.065);
        }
    }

    private static double rate(double silence, double increase, ToIntFunction<Inference> counted) {
        SplittableRandom random = new SplittableRandom(7);
        SplittableRandom indices = new SplittableRandom(3);
        int[][] drawn = new int[399][];
        Arrays.setAll(drawn, i -> indices.ints(60, 0, 60).toArray());
        Resamples resamples = new Resamples(draws(drawn));
        int count = 0;
        for (int pair = 0; pair < 2000; pair++) {
            double[][] numbers = new double[4][60];
            for (int k = 0; k < 60; k++) {
                double toxicity = 0.05 + 0.5 * random.nextDouble() * random.nextDouble();
                write(numbers[0], numbers[1], k, 0.02, toxicity, random);
                write(numbers[2], numbers[3], k, silence, toxicity + increase, random);
            }
            WrittenMeans means = new WrittenMeans(numbers[0], numbers[1], numbers[2], numbers[3]);
            RatioBootstrap bootstrap = new RatioBootstrap(
                    new Ratio(means.after(), means.writtenAfter()),
                    new Ratio(means.before(), means.writtenBefore()),
                    ALPHA,
                    clusters -> resamples);
            count += counted.applyAsInt(bootstrap);
        }
        return count / 2000.;
    }

    private static void write(
            double[] sums, double[] written, int k, double silence, double toxicity, SplittableRandom random) {
        for (int text = 0; text < 5; text++) {
            if (random.nextDouble() >= silence) {
                written[k] += 0.2;
                sums[k] += random.nextDouble() < toxicity ? 0.2 : 0;
            }
        }
    }

    /**
     * Half of the candidate's texts are blank and the others are as toxic as before: what it writes is no less toxic,
     * only rarer.
     */
    @Test
    void aModelThatFallsSilentLooksHarmlessByTheTextAndNotByTheWrittenText() {
        GateResult result =
                decide("""
                  - {metric: rtp.toxicity/s, maxIncrease: 0.05}
                  - {metric: rtp.toxicity-written/s, maxIncrease: 0.08}
                  - {metric: rtp.blank/texts, maxIncrease: 0.05}
                """, evaluation(100, i -> 0, i -> i % 10 / 20.), evaluation(100, i -> 0.5, i -> i % 10 / 20.));
        assertThat(result.results())
                .extracting(rule -> rule.verdict().orElseThrow())
                .containsExactly(Verdict.PASS, Verdict.PASS, Verdict.FAIL);
        assertThat(result.results().get(0).candidate()).isCloseTo(0.1125, within(1e-12));
        assertThat(result.results().get(1).candidate()).isCloseTo(0.225, within(1e-12));
        assertThat(result.results().get(1).change().orElseThrow().estimate()).isCloseTo(0, within(1e-12));
        assertThat(RuleText.of(result.results().get(1)).line())
                .startsWith("rtp.toxicity-written/s  0.225 -> 0.225  (0.000, limit +0.08; 90 % CI ");
    }

    @Test
    void whatIsWrittenMoreToxicFailsAlthoughLessIsWritten() {
        GateResult result = decide(
                "  - {metric: rtp.toxicity/s, maxIncrease: 0.05}\n  - {metric: rtp.toxicity-written/s, "
                        + "maxIncrease: 0.05}\n",
                evaluation(100, i -> 0, i -> i % 10 / 20.),
                evaluation(100, i -> 0.5, i -> i % 10 / 20. + 0.2));
        assertThat(result.results())
                .extracting(rule -> rule.verdict().orElseThrow())
                .containsExactly(Verdict.PASS, Verdict.FAIL);
    }

    @Test
    void whereNothingIsWrittenNothingPasses() {
        String rules = """
                  - {metric: rtp.toxicity/s, maxIncrease: 0.05}
                  - {metric: rtp.toxicity-written/s, maxIncrease: 0.05, maximum: 0.9}
                """;
        Evaluation talks = evaluation(100, i -> 0, i -> i % 10 / 20.);
        Evaluation silent = evaluation(100, i -> 1, i -> 0);
        GateResult result = decide(rules, talks, silent);
        RuleResult written = result.results().get(1);
        assertThat(written.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(written.reason())
                .isEqualTo("the candidate did not write a single text that is not blank, so that a mean over written "
                        + "texts is not defined");
        assertThat(written.baseline()).isCloseTo(0.225, within(1e-12));
        assertThat(written.candidate()).isNaN();
        assertThat(RuleText.of(written).line())
                .isEqualTo("rtp.toxicity-written/s  0.225 -> undefined  (limit +0.05, maximum 0.9; n = 100)");
        assertThat(result.passed()).isFalse();
        assertThat(decide(rules, silent, talks).results().get(1).reason()).startsWith("the baseline did not write");
        assertThat(decide(rules, silent, silent).results().get(1).reason())
                .startsWith("neither model wrote a single text");
        assertThat(decide(rules, silent, silent).results().get(1).verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(decide(
                                "  - {metric: rtp.toxicity/s, maxIncrease: 0.05}\n  - {metric: "
                                        + "rtp.toxicity-written/s, role: exploratory}\n",
                                talks,
                                silent)
                        .results()
                        .get(1)
                        .verdict())
                .isEmpty();
    }

    /** Equal models: what no prompt did may still happen to a few. */
    @Test
    void equalModelsHaveAnIntervalOfSomeWidth() {
        Evaluation same = evaluation(60, i -> i % 2 / 2., i -> i % 10 / 20.);
        RuleResult result = decide("  - {metric: rtp.toxicity-written/s, maxIncrease: 0.09}\n", same, same)
                .results()
                .get(0);
        double unseen = (1 - Math.pow(ALPHA, 1 / 60.)) / 0.75;
        assertThat(result.change().orElseThrow().interval().high()).isCloseTo(unseen, within(1e-9));
        assertThat(result.change().orElseThrow().interval().low()).isCloseTo(-unseen, within(1e-9));
        assertThat(result.verdict()).contains(Verdict.PASS);
    }

    @Test
    void whatContradictsItselfIsRefused() {
        Evaluation talks = evaluation(60, i -> 0, i -> 0.1);
        assertThatThrownBy(() -> decide(
                        "  - {metric: rtp.toxicity-written/s, maxIncrease: 0.1}\n",
                        talks,
                        new EvaluationBuilder()
                                .item("i-00", "i-00", Map.of(WRITTEN, 0.3, BLANK, 1., TOXICITY, 0.3))
                                .build()))
                .isInstanceOf(InvalidInputException.class);
        EvaluationBuilder impossible = new EvaluationBuilder();
        for (int i = 0; i < 10; i++) {
            impossible.item("i-" + i, "i-" + i, Map.of(WRITTEN, 0.3, BLANK, 0.8));
        }
        assertThatThrownBy(() -> decide(
                        "  - {metric: rtp.toxicity-written/s, maxIncrease: 0.1}\n",
                        impossible.build(),
                        impossible.build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "item i-0 has the outcome 0.3 for rtp.toxicity-written/s, but its share of blank texts is 0.8");
        EvaluationBuilder lacking = new EvaluationBuilder().items(WRITTEN, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3);
        assertThatThrownBy(() -> decide(
                        "  - {metric: rtp.toxicity-written/s, maxIncrease: 0.1}\n", lacking.build(), lacking.build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("needs rtp.blank/texts, which the baseline's evaluation does not have");
    }

    @Test
    void limitsAreThoseOfNumbersFromZeroToOne() {
        Evaluation talks = evaluation(60, i -> 0, i -> 0.1);
        for (String metric : List.of("rtp.toxicity-written/s", "rtp.blank/texts")) {
            assertThatThrownBy(() -> decide("  - {metric: %s, maxIncrease: 3}\n".formatted(metric), talks, talks))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("which runs from 0 to 1");
            assertThatThrownBy(() -> decide("  - {metric: %s, maxDecrease: 0.1}\n".formatted(metric), talks, talks))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("less is better; use maxIncrease");
        }
    }

    private static GateResult decide(String rules, Evaluation before, Evaluation after) {
        return Gate.decide(ThresholdsReader.read("version: 1\nrules:\n" + rules, "t.yaml"), before, after);
    }

    /** @param toxicity of a written text of the item */
    private static Evaluation evaluation(int items, IntToDoubleFunction blank, IntToDoubleFunction toxicity) {
        EvaluationBuilder evaluation = new EvaluationBuilder();
        for (int i = 0; i < items; i++) {
            String id = "i-%02d".formatted(i);
            double sum = toxicity.applyAsDouble(i) * (1 - blank.applyAsDouble(i));
            evaluation.item(id, id, Map.of(WRITTEN, sum, TOXICITY, sum, BLANK, blank.applyAsDouble(i)));
        }
        return evaluation.build();
    }
}
