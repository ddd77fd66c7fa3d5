package io.github.fairnessgate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.apache.commons.statistics.distribution.TDistribution;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against statsmodels, SciPy and NumPy, on the same draws; and by simulation. */
@Tag("simulation")
class TwoLevelChangeTest {

    private static final Offset<Double> CLOSE = within(1e-9);
    private static final double ALPHA = 0.05;
    private static final int TRIALS = 2000;
    private static final int DRAWS = 199;

    @TestFactory
    List<DynamicTest> boundsAndPValuesEqualThoseOfStatsmodelsScipyAndNumpy() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode row : fixture().get("cases")) {
            tests.add(DynamicTest.dynamicTest(row.get("name").asText(), () -> assertCase(row)));
        }
        assertThat(tests).hasSize(5);
        return tests;
    }

    private static void assertCase(JsonNode row) {
        double[][] sums = StreamSupport.stream(row.get("sums").spliterator(), false)
                .map(TwoLevelChangeTest::numbers)
                .toArray(double[][]::new);
        TwoLevelChange change = TwoLevelChange.of(
                sums,
                numbers(row.get("weights")),
                1,
                row.get("alpha").asDouble(),
                draws(row.get("runDraws")),
                draws(row.get("itemDraws")));
        assertThat(change.estimate()).isCloseTo(row.get("estimate").asDouble(), CLOSE);
        assertThat(change.meanSquares().ofRuns()).isCloseTo(row.get("ofRuns").asDouble(), CLOSE);
        assertThat(change.meanSquares().ofItems()).isCloseTo(row.get("ofItems").asDouble(), CLOSE);
        assertThat(change.meanSquares().rest()).isCloseTo(row.get("rest").asDouble(), CLOSE);
        assertThat(Math.sqrt(change.meanSquares().ofMean()))
                .isCloseTo(row.get("standardError").asDouble(), CLOSE);
        assertThat(change.low())
                .isCloseTo(
                        Math.min(
                                row.get("studentLow").asDouble(),
                                row.get("bootstrapLow").asDouble()),
                        CLOSE);
        assertThat(change.high())
                .isCloseTo(
                        Math.max(
                                row.get("studentHigh").asDouble(),
                                row.get("bootstrapHigh").asDouble()),
                        CLOSE);
        double[] hypotheses = numbers(row.get("hypotheses"));
        for (int i = 0; i < hypotheses.length; i++) {
            assertThat(change.pAbove(hypotheses[i]))
                    .isCloseTo(row.get("pAbove").get(i).asDouble(), CLOSE);
            assertThat(change.pBelow(hypotheses[i]))
                    .isCloseTo(row.get("pBelow").get(i).asDouble(), CLOSE);
        }
    }

    /** Standard deviations between runs, between items, and of the rest; 3 or 5 runs over 40 items. */
    @ParameterizedTest
    @CsvSource({
        "3, 0, 0.3, 0.1",
        "3, 0.3, 0.3, 0.1",
        "3, 0.05, 0.3, 0.1",
        "3, 0, 0, 0.3",
        "3, 1, 0, 0.1",
        "5, 0.05, 0.3, 0.1",
        "5, 0.3, 0.3, 0.1",
        "5, 0, 0, 0.3"
    })
    void theMeanOverRunsAndItemsIsRarelyMissedOnEitherSide(int runs, double ofRuns, double ofItems, double rest) {
        Random random = new Random(7);
        int above = 0;
        int below = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            TwoLevelChange change = simulated(random, runs, 40, ofRuns, ofItems, rest);
            above += change.low() > 0 ? 1 : 0;
            below += change.high() < 0 ? 1 : 0;
            assertThat(change.pAbove(0) <= ALPHA).isEqualTo(change.low() > 0);
        }
        assertThat(above / (double) TRIALS)
                .as("wrong FAIL of an unchanged recipe")
                .isLessThanOrEqualTo(ALPHA + 0.01);
        assertThat(below / (double) TRIALS)
                .as("wrong PASS of a recipe that changed by the margin")
                .isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /** Why not the bootstrap alone, and why not one run: what runs have in common says nothing about the next one. */
    @Test
    void theBootstrapOfThreeRunsAloneErrsFarMoreOftenAndOneRunMoreOftenStill() {
        Random random = new Random(11);
        int percentile = 0;
        int single = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            double[][] sums = table(random, 3, 40, 0.3, 0.3, 0.1);
            double[] replicates = new double[DRAWS];
            for (int i = 0; i < DRAWS; i++) {
                double sum = 0;
                int[] items = random.ints(40, 0, 40).toArray();
                for (int run : random.ints(3, 0, 3).toArray()) {
                    sum += Arrays.stream(items).mapToDouble(k -> sums[run][k]).sum();
                }
                replicates[i] = sum;
            }
            Arrays.sort(replicates);
            percentile += replicates[9] > 0 ? 1 : 0;
            single += ClusterBootstrap.ofMean(sums[0], 1, ALPHA, clusters -> draws(random, clusters))
                                    .low()
                            > 0
                    ? 1
                    : 0;
        }
        assertThat(percentile / (double) TRIALS).isBetween(0.10, 0.25);
        assertThat(single / (double) TRIALS).isBetween(0.28, 0.45);
    }

    @Test
    void theSplitFindsWhatWasPutIn() {
        double[] squares = new double[3];
        Random random = new Random(13);
        for (int trial = 0; trial < TRIALS; trial++) {
            VarianceSplit split = TwoLevelChange.split(table(random, 5, 60, 0.2, 0.4, 0.3), ones(60), 100);
            squares[0] += split.ofRuns() * split.ofRuns() / TRIALS;
            squares[1] += split.ofItems() * split.ofItems() / TRIALS;
            squares[2] += split.rest() * split.rest() / TRIALS;
        }
        assertThat(Math.sqrt(squares[0])).isCloseTo(20, within(1.0));
        assertThat(Math.sqrt(squares[1])).isCloseTo(40, within(0.5));
        assertThat(Math.sqrt(squares[2])).isCloseTo(30, within(0.2));
    }

    @Test
    void runsThatAreAllAlikeLeaveWhatTheItemsSay() {
        double[] changes = new Random(17).doubles(30).toArray();
        double[][] runs = {changes, changes, changes};
        VarianceSplit split = TwoLevelChange.split(runs, ones(30), 1);
        assertThat(split.ofRuns()).isZero();
        assertThat(split.rest()).isCloseTo(0, within(1e-12));
        assertThat(split.shareOfRuns()).isZero();
        TwoLevelChange change =
                TwoLevelChange.of(runs, ones(30), 1, ALPHA, Resamples.random(3, 1), Resamples.random(30, 2));
        assertThat(change.meanSquares().quantile(ALPHA))
                .isCloseTo(TDistribution.of(29).inverseSurvivalProbability(ALPHA), within(1e-12));
        assertThat(change.high() - change.low()).isGreaterThan(0.1);
    }

    private static TwoLevelChange simulated(
            Random random, int runs, int items, double ofRuns, double ofItems, double rest) {
        return TwoLevelChange.of(
                table(random, runs, items, ofRuns, ofItems, rest),
                ones(items),
                1,
                ALPHA,
                draws(random, runs),
                draws(random, items));
    }

    private static double[][] table(Random random, int runs, int items, double ofRuns, double ofItems, double rest) {
        double[] items0 = random.doubles(items)
                .map(ignored -> ofItems * random.nextGaussian())
                .toArray();
        double[][] sums = new double[runs][];
        for (int s = 0; s < runs; s++) {
            double run = ofRuns * random.nextGaussian();
            sums[s] = Arrays.stream(items0)
                    .map(item -> run + item + rest * random.nextGaussian())
                    .toArray();
        }
        return sums;
    }

    private static Resamples draws(Random random, int count) {
        char[][] draws = new char[DRAWS][count];
        for (char[] draw : draws) {
            for (int k = 0; k < count; k++) {
                draw[k] = (char) random.nextInt(count);
            }
        }
        return new Resamples(draws);
    }

    private static Resamples draws(JsonNode rows) {
        char[][] draws = new char[rows.size()][];
        for (int i = 0; i < draws.length; i++) {
            double[] row = numbers(rows.get(i));
            draws[i] = new char[row.length];
            for (int k = 0; k < row.length; k++) {
                draws[i][k] = (char) row[k];
            }
        }
        return new Resamples(draws);
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static JsonNode fixture() throws IOException {
        try (InputStream stream = TwoLevelChangeTest.class.getResourceAsStream("/fixtures/gate/two-level.json")) {
            return Json.MAPPER.readTree(stream);
        }
    }
}
