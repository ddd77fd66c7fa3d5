package io.github.fairnessgate.gate;

import static io.github.fairnessgate.statistics.StatisticsTest.fixture;
import static io.github.fairnessgate.statistics.StatisticsTest.numbers;
import static io.github.fairnessgate.statistics.StatisticsTest.resamples;
import static io.github.fairnessgate.statistics.StatisticsTest.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.gate.IdealisedChange.Scores;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.Resamples;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdealisedChangeTest {

    private static final Offset<Double> CLOSE = within(1e-9);
    private static final int PAIRS = 2000;
    private static final double ALPHA = 0.05;

    @TestFactory
    List<DynamicTest> boundsAndPValuesEqualThoseOfNumpyOnTheSameResamples() throws IOException {
        return rows(fixture("icat").get("samples"), row -> row.get("name").asText(), row -> {
            JsonNode scores = row.get("scores");
            Scores before = new Scores(numbers(scores.get(0)), numbers(scores.get(1)));
            Scores after = new Scores(numbers(scores.get(2)), numbers(scores.get(3)));
            Optional<Integer> side = row.get("side").isNull()
                    ? Optional.empty()
                    : Optional.of(row.get("side").asInt());
            Resamples resamples = resamples(row.get("resamples"));
            for (JsonNode interval : row.get("intervals")) {
                double alpha = interval.get("alpha").asDouble();
                IdealisedChange change = new IdealisedChange(
                        before, after, side, alpha, clusters -> resamples, 1, OptionalDouble.empty());
                Inference candidate = after.inference(alpha, clusters -> resamples);
                assertThat(change.estimate()).isCloseTo(row.get("estimate").asDouble(), CLOSE);
                assertThat(change.low()).isCloseTo(interval.get("low").asDouble(), CLOSE);
                assertThat(change.high()).isCloseTo(interval.get("high").asDouble(), CLOSE);
                assertThat(candidate.estimate()).isCloseTo(row.get("candidate").asDouble(), CLOSE);
                assertThat(candidate.low())
                        .isCloseTo(interval.get("ofCandidate").get(0).asDouble(), CLOSE);
                assertThat(candidate.high())
                        .isCloseTo(interval.get("ofCandidate").get(1).asDouble(), CLOSE);
                assertThat(Arrays.stream(numbers(row.get("hypotheses")))
                                .map(change::pAbove)
                                .toArray())
                        .containsExactly(numbers(row.get("pAbove")), CLOSE);
                assertThat(Arrays.stream(numbers(row.get("hypotheses")))
                                .map(change::pBelow)
                                .toArray())
                        .containsExactly(numbers(row.get("pBelow")), CLOSE);
                assertThat(Arrays.stream(numbers(row.get("limits")))
                                .map(candidate::pBelow)
                                .toArray())
                        .containsExactly(numbers(row.get("candidateBelow")), CLOSE);
                assertThat(Arrays.stream(numbers(row.get("limits")))
                                .map(candidate::pAbove)
                                .toArray())
                        .containsExactly(numbers(row.get("candidateAbove")), CLOSE);
                if (row.has("permutationP")) {
                    assertThat(change.permutationP())
                            .isCloseTo(row.get("permutationP").asDouble(), CLOSE);
                }
            }
        });
    }

    @Test
    void theSameScoresHaveLostNothing() {
        Scores model = scores(new Random(1), 79, 0.9, 0.62, 0.9, 0.62, 0)[0];
        IdealisedChange change = new IdealisedChange(
                model,
                model,
                Optional.of(1),
                ALPHA,
                clusters -> Resamples.random(clusters, 1),
                1,
                OptionalDouble.empty());

        assertThat(change.low()).isEqualTo(change.estimate()).isZero();
        assertThat(change.high()).isZero();
        assertThat(change.pAbove(0)).isEqualTo(1);
    }

    @Test
    void aSingleChangedTermIsBoundedByTheNumberOfChangedTerms() {
        Scores before = scores(new Random(1), 79, 0.9, 0.62, 0.9, 0.62, 0)[0];
        double[] ss = before.ss().clone();
        ss[3] = Math.min(1, ss[3] + 0.1);
        IdealisedChange change = new IdealisedChange(
                before,
                new Scores(before.lms(), ss),
                Optional.of(1),
                ALPHA,
                clusters -> Resamples.random(clusters, 1),
                1,
                OptionalDouble.empty());

        assertThat(change.high())
                .isCloseTo(
                        200 * (ss[3] - before.ss()[3]) * ClusterBootstrap.clopperPearsonUpper(1, 79, ALPHA),
                        within(1e-9));
        assertThat(change.low()).isLessThanOrEqualTo(change.estimate());
        assertThat(change.pAbove(0)).isGreaterThan(ALPHA);
    }

    /**
     * 40 terms of 20 items, of which 30 % are drawn anew for the second model; {@code docs/statistics.md} prints the
     * rates.
     */
    @ParameterizedTest
    @CsvSource({"0.91, 0.62", "0.91, 0.5", "0.75, 0.38"})
    void anUnchangedScoreRarelyFails(double lms, double ss) {
        assertThat(rate(lms, ss, lms, ss, (change, loss) -> change.pAbove(1e-9) <= ALPHA))
                .isLessThanOrEqualTo(ALPHA + 0.01);
    }

    @ParameterizedTest
    @CsvSource({"0.91, 0.62, 0.91, 0.66", "0.91, 0.5, 0.91, 0.54", "0.91, 0.60, 0.91, 0.36"})
    void aScoreThatLostTheMarginRarelyPasses(double lms, double ss, double lmsAfter, double ssAfter) {
        assertThat(rate(lms, ss, lmsAfter, ssAfter, (change, loss) -> change.high() < loss))
                .isLessThanOrEqualTo(ALPHA + 0.01);
    }

    private interface Error {
        boolean made(IdealisedChange change, double loss);
    }

    private static double rate(double lms, double ss, double lmsAfter, double ssAfter, Error error) {
        Random random = new Random(17);
        int terms = 40;
        Resamples resamples = new Resamples(Arrays.copyOf(draws(terms), 199));
        double loss = 200 * (lms * Math.min(ss, 1 - ss) - lmsAfter * Math.min(ssAfter, 1 - ssAfter));
        int errors = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            Scores[] models = scores(random, terms, lms, ss, lmsAfter, ssAfter, 0.15);
            ClusterBootstrap preference = ClusterBootstrap.ofMean(models[0].ss(), 100, ALPHA, clusters -> resamples);
            Optional<Integer> side = preference.pAbove(50) <= ALPHA * ChangeTest.SIDE_LEVEL
                    ? Optional.of(1)
                    : preference.pBelow(50) <= ALPHA * ChangeTest.SIDE_LEVEL ? Optional.of(0) : Optional.empty();
            errors += error.made(
                            new IdealisedChange(
                                    models[0],
                                    models[1],
                                    side,
                                    ALPHA,
                                    clusters -> resamples,
                                    pair,
                                    OptionalDouble.empty()),
                            loss)
                    ? 1
                    : 0;
        }
        return errors / (double) PAIRS;
    }

    private static char[][] draws(int terms) {
        Resamples all = Resamples.random(terms, 5);
        char[][] draws = new char[all.count()][];
        Arrays.setAll(draws, all::draw);
        return draws;
    }

    /**
     * Two models' scores within terms of 20 items: every item is drawn anew for the second with the given probability.
     */
    private static Scores[] scores(
            Random random, int terms, double lms, double ss, double lmsAfter, double ssAfter, double disagreement) {
        int items = 20;
        double[][] means = new double[4][terms];
        for (int k = 0; k < terms; k++) {
            for (int i = 0; i < items; i++) {
                for (int score = 0; score < 2; score++) {
                    double first = random.nextDouble();
                    double second = random.nextDouble() < 2 * disagreement ? random.nextDouble() : first;
                    means[score][k] += first < (score == 0 ? lms : ss) ? 1. / items : 0;
                    means[2 + score][k] += second < (score == 0 ? lmsAfter : ssAfter) ? 1. / items : 0;
                }
            }
        }
        return new Scores[] {new Scores(means[0], means[1]), new Scores(means[2], means[3])};
    }
}
