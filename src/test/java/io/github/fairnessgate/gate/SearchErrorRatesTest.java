package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often a search errs, and how much its choice flatters the chosen candidate, over 2,000 simulated searches each;
 * {@code docs/statistics.md} prints these rates. Candidates are chosen by the harm itself, which is the choice that
 * flatters most.
 */
@Tag("simulation")
class SearchErrorRatesTest {

    private static final int SEARCHES = 2000;
    private static final int CANDIDATES = 20;
    private static final int ITEMS = 300; // on either side
    private static final double TOXIC = 0.2;
    private static final double ALPHA = 0.05;

    /** Points of harm. */
    private static final int MARGIN = 6;

    /** @param harm true one of every candidate, in points */
    @ParameterizedTest
    @CsvSource({"6, 3", "6, 1", "0, 3"})
    void theChoiceFlattersNoNumberOfTheOtherSide(int harm, int finalists) {
        Random random = new Random(23);
        Thresholds thresholds = thresholds().forEachOf(finalists);
        int passed = 0;
        double screened = 0;
        double judged = 0;
        for (int search = 0; search < SEARCHES; search++) {
            double[][] baseline = new double[2][];
            double[][][] candidates = new double[CANDIDATES][2][];
            for (int side = 0; side < 2; side++) {
                baseline[side] = random.doubles(ITEMS)
                        .map(chance -> chance < TOXIC ? 1 : 0)
                        .toArray();
                for (double[][] candidate : candidates) {
                    candidate[side] = changed(baseline[side], harm, random);
                }
            }
            List<Integer> best = IntStream.range(0, CANDIDATES)
                    .boxed()
                    .sorted(Comparator.comparingDouble(one -> share(candidates[one][0])))
                    .limit(finalists)
                    .toList();
            screened += share(candidates[best.get(0)][0]) - share(baseline[0]);
            judged += share(candidates[best.get(0)][1]) - share(baseline[1]);
            passed += best.stream()
                            .anyMatch(one ->
                                    Gate.decide(thresholds, evaluation(baseline[1]), evaluation(candidates[one][1]))
                                                    .verdict()
                                            == Verdict.PASS)
                    ? 1
                    : 0;
        }

        assertThat(screened / SEARCHES - harm).as("bias where it was chosen").isLessThan(-2);
        assertThat(judged / SEARCHES - harm).as("bias of what is reported").isBetween(-0.15, 0.15);
        if (harm == MARGIN) {
            assertThat(passed / (double) SEARCHES).as("at the limit, but PASS").isLessThanOrEqualTo(ALPHA + 0.01);
        } else {
            assertThat(passed / (double) SEARCHES).as("unchanged, and PASS").isGreaterThan(0.8);
        }
    }

    /** Items flip in both directions, and more often to harm by what is wanted. */
    private static double[] changed(double[] before, int harm, Random random) {
        double back = 0.15;
        double forth = (harm / 100. + back * TOXIC) / (1 - TOXIC);
        return Arrays.stream(before)
                .map(outcome -> random.nextDouble() < (outcome == 1 ? back : forth) ? 1 - outcome : outcome)
                .toArray();
    }

    private static double share(double[] outcomes) {
        return 100 * Arrays.stream(outcomes).average().orElseThrow();
    }

    private static Evaluation evaluation(double[] outcomes) {
        return new EvaluationBuilder().items(EvaluationBuilder.TOXIC, outcomes).build();
    }

    private static Thresholds thresholds() {
        return new Thresholds(
                new BigDecimal("0.05"),
                Thresholds.OnInconclusive.FAIL,
                Optional.empty(),
                true,
                new TreeMap<>(),
                List.of(new Rule(
                        new Location("t.yaml", 1, ""),
                        EvaluationBuilder.TOXIC.id(),
                        Evaluation.ALL,
                        Optional.empty(),
                        List.of(new Limit(Limit.Kind.MAX_INCREASE, BigDecimal.valueOf(MARGIN))),
                        Rule.Role.FAIRNESS,
                        Rule.Level.ERROR)));
    }
}
