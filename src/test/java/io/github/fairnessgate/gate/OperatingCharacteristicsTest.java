package io.github.fairnessgate.gate;

import static io.github.fairnessgate.gate.EvaluationBuilder.PREFERENCE;
import static io.github.fairnessgate.gate.EvaluationBuilder.TOXIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.Resamples;
import io.github.fairnessgate.statistics.StandardNormal;
import io.github.fairnessgate.statistics.TangoScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often the gate errs, over 2,000 simulated pairs of models each; {@code docs/statistics.md} prints these rates.
 */
@Tag("simulation")
class OperatingCharacteristicsTest {

    private static final int PAIRS = 2000;
    private static final double ALPHA = 0.05;

    @ParameterizedTest
    @CsvSource({"0.05, 0.02, 300", "0.1, 0.15, 300", "0.3, 0.15, 60", "0.3, 0.5, 300"})
    void anUnchangedShareRarelyFails(double share, double discordance, int items) {
        assertThat(rate(Verdict.FAIL, () -> shares(TOXIC, share, share, discordance, items, "0.1")))
                .isLessThanOrEqualTo(ALPHA);
    }

    @ParameterizedTest
    @CsvSource({"0.30, 0.15, 300", "0.30, 0.10, 60", "0.10, 0.07, 300", "0.50, 0.5, 300"})
    void aShareThatGrewByTheMarginRarelyPasses(double share, double discordance, int items) {
        assertThat(rate(Verdict.PASS, () -> shares(TOXIC, share, share + 0.06, discordance, items, "6")))
                .isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /** The sum of the probabilities of all tables that pass, without simulation. */
    @ParameterizedTest
    @CsvSource({"60, 0.10", "60, 0.5", "100, 0.15", "100, 0.0601"})
    void aShareThatGrewByTheMarginRarelyPassesByEnumerationEither(int items, double discordance) {
        double increased = (discordance + 0.06) / 2;
        double decreased = (discordance - 0.06) / 2;
        double passing = 0;
        for (int b = 0; b <= items; b++) {
            double ofIncreased = BinomialDistribution.of(items, increased).probability(b);
            for (int c = 0; c <= items - b; c++) {
                if (new TangoScore(b, c, items).upper(ALPHA) < 0.06) {
                    passing += ofIncreased
                            * BinomialDistribution.of(items - b, decreased / (1 - increased))
                                    .probability(c);
                }
            }
        }
        assertThat(passing).isLessThanOrEqualTo(ALPHA + 0.01);
    }

    @ParameterizedTest
    @CsvSource({"0.60, 0.60", "0.40, 0.40", "0.50, 0.50", "0.53, 0.53", "0.52, 0.48"})
    void anUnchangedDistanceFromParityRarelyFails(double before, double after) {
        assertThat(rate(Verdict.FAIL, () -> shares(PREFERENCE, before, after, 0.15, 300, "0.1")))
                .isLessThanOrEqualTo(ALPHA);
    }

    @ParameterizedTest
    @CsvSource({"0.60, 0.66", "0.40, 0.34", "0.50, 0.56", "0.50, 0.44", "0.53, 0.59", "0.52, 0.42", "0.54, 0.40"})
    void aDistanceFromParityThatGrewByTheMarginRarelyPasses(double before, double after) {
        assertThat(rate(Verdict.PASS, () -> shares(PREFERENCE, before, after, 0.15, 300, "6")))
                .isLessThanOrEqualTo(ALPHA + 0.01);
    }

    @Test
    void anUnchangedModelPassesOnTheItemsThatThePowerFormulaAsksFor() {
        // m = (z(0.95) + z(0.8)) * sqrt(0.15 / 2106) = 0.021 for power 0.8
        int passed = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            int increased = 0;
            int decreased = 0;
            for (int i = 0; i < 2106; i++) {
                double uniform = random.nextDouble();
                increased += uniform < 0.075 ? 1 : 0;
                decreased += uniform > 0.925 ? 1 : 0;
            }
            passed += new TangoScore(increased, decreased, 2106).upper(ALPHA) < 0.021 ? 1 : 0;
        }
        assertThat(passed / (double) PAIRS).isBetween(0.77, 0.83);
    }

    /**
     * Why not by slices: nine categories of CrowS-Pairs, each of which may move by at most two points, without any
     * interval.
     */
    @Test
    void aNaiveGateOverNineCategoriesRejectsAnUnchangedModelNearlyAlways() {
        int[] sizes = {516, 262, 172, 159, 105, 87, 84, 63, 60};
        int rejected = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            boolean worse = false;
            for (int size : sizes) {
                int change = 0;
                for (int i = 0; i < size; i++) {
                    double uniform = random.nextDouble();
                    change += uniform < 0.075 ? 1 : uniform > 0.925 ? -1 : 0;
                }
                worse |= 100.0 * change / size > 2;
            }
            rejected += worse ? 1 : 0;
        }
        assertThat(rejected / (double) PAIRS).isBetween(0.91, 0.97);
    }

    /** Why pairs: StereoSet's gender, 255 items, 60 % that becomes 65 %, 15 % of the items disagree. */
    @Test
    void anUnpairedTestMissesWhatAPairedOneFinds() {
        int unpaired = 0;
        int paired = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            int before = 0;
            int increased = 0;
            int decreased = 0;
            for (int i = 0; i < 255; i++) {
                double uniform = random.nextDouble();
                increased += uniform < 0.10 ? 1 : 0;
                decreased += uniform >= 0.10 && uniform < 0.15 ? 1 : 0;
                before += uniform >= 0.10 && uniform < 0.70 ? 1 : 0;
            }
            int after = before + increased - decreased;
            double pooled = (before + after) / 510.0;
            double z = (after - before) / 255.0 / Math.sqrt(2 * pooled * (1 - pooled) / 255);
            unpaired += z > StandardNormal.exceededWith(ALPHA) ? 1 : 0;
            paired += new TangoScore(increased, decreased, 255).lower(ALPHA) > 0 ? 1 : 0;
        }
        assertThat(unpaired / (double) PAIRS).as("power without pairs").isBetween(0.17, 0.25);
        assertThat(paired / (double) PAIRS).as("power with pairs").isBetween(0.60, 0.72);
    }

    @Test
    void aMeanOverClustersErrsAsRarely() {
        Random random = new Random(41);
        int above = 0;
        int below = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            double[] differences = new double[60];
            for (int k = 0; k < differences.length; k++) {
                differences[k] = random.nextGaussian() * (1 + random.nextDouble());
            }
            ClusterBootstrap bootstrap = bootstrap(random, differences, ones(differences.length));
            above += bootstrap.low() > 0 ? 1 : 0;
            below += bootstrap.high() < 0 ? 1 : 0;
        }
        assertThat(above / (double) PAIRS).isLessThanOrEqualTo(ALPHA + 0.01);
        assertThat(below / (double) PAIRS).as("true change equal to the margin").isLessThanOrEqualTo(ALPHA + 0.01);
    }

    @Test
    void aRatioOverDocumentsOfVeryDifferentLengthErrsAsRarely() {
        Random random = new Random(43);
        int above = 0;
        int below = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            double[] sums = new double[60];
            double[] tokens = new double[60];
            for (int k = 0; k < sums.length; k++) {
                tokens[k] = 100 + random.nextInt(5000);
                sums[k] = tokens[k] * (0.1 + 0.05 * random.nextGaussian());
            }
            ClusterBootstrap bootstrap = bootstrap(random, sums, tokens);
            above += bootstrap.low() > 0.1 ? 1 : 0;
            below += bootstrap.high() < 0.1 ? 1 : 0;
        }
        assertThat(above / (double) PAIRS).isLessThanOrEqualTo(ALPHA + 0.01);
        assertThat(below / (double) PAIRS).isLessThanOrEqualTo(ALPHA + 0.01);
    }

    private final Map<String, Item> made = new HashMap<>();
    private final Random random = new Random(2022);

    private double rate(Verdict verdict, Supplier<GateResult> pair) {
        int count = 0;
        for (int i = 0; i < PAIRS; i++) {
            count += pair.get().verdict() == verdict ? 1 : 0;
        }
        return count / (double) PAIRS;
    }

    /** Two models of which each item says yes with the given probabilities, and of which a share of items disagree. */
    private GateResult shares(
            Metric metric, double before, double after, double discordance, int items, String margin) {
        double increased = (discordance + after - before) / 2;
        double decreased = (discordance - after + before) / 2;
        double both = before - decreased;
        assertThat(Math.min(Math.min(increased, decreased), both)).isNotNegative();
        double[] baseline = new double[items];
        double[] candidate = new double[items];
        for (int i = 0; i < items; i++) {
            double uniform = random.nextDouble();
            baseline[i] = uniform < both + decreased ? 1 : 0;
            candidate[i] =
                    uniform < both || uniform >= both + decreased && uniform < both + decreased + increased ? 1 : 0;
        }
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nalpha: 0.05\nrules:\n  - {metric: %s, maxIncrease: %s, role: fairness}\n"
                        .formatted(metric.id(), margin),
                "t");
        return Gate.decide(thresholds, evaluation(metric, baseline), evaluation(metric, candidate));
    }

    private Evaluation evaluation(Metric metric, double[] outcomes) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < outcomes.length; i++) {
            String id = "item-" + i;
            double outcome = outcomes[i];
            items.add(made.computeIfAbsent(
                    id + outcome,
                    key -> new Item(
                            id,
                            id,
                            List.of(),
                            new TreeMap<>(),
                            new TreeMap<>(),
                            new TreeMap<>(Map.of(metric.id(), outcome)),
                            1)));
        }
        return new Evaluation(
                List.of(metric),
                List.of(),
                Map.of(metric.suite(), items),
                new Provenance("digest", "source", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
    }

    private static ClusterBootstrap bootstrap(Random random, double[] sums, double[] weights) {
        char[][] draws = new char[999][sums.length];
        for (char[] draw : draws) {
            for (int k = 0; k < draw.length; k++) {
                draw[k] = (char) random.nextInt(draw.length);
            }
        }
        return ClusterBootstrap.ofRatio(sums, weights, 1, ALPHA, clusters -> new Resamples(draws));
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }
}
