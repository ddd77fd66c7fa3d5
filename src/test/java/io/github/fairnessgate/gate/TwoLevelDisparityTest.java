package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.gate.DisparityChange.Group;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("simulation")
class TwoLevelDisparityTest {

    private static final double ALPHA = 0.05;
    private static final int RECIPES = 2000;
    private static final int GROUPS = 4;
    private static final int CLUSTERS = 30;

    @Test
    void runsThatDoNotDifferFromTheBaselineHaveNoInterval() {
        TwoLevelDisparity change = new TwoLevelDisparity(
                Estimator.GROUP_RANGE, recipe(new Random(1), 3, 0, 0, 0, new double[GROUPS], 0), ALPHA, 199, 1);

        assertThat(change.low()).isZero();
        assertThat(change.high()).isZero();
        assertThat(change.pAbove(0)).isEqualTo(1);
    }

    /** Clusters without noise, two groups far apart: what is left is Student's interval of the runs' changes. */
    @Test
    void withoutNoiseOfTheItemsItIsStudentsInterval() {
        double[] changes = {0.3, 0.5, 0.9};
        Group[][] groups = new Group[3][];
        for (int run = 0; run < 3; run++) {
            groups[run] = new Group[] {
                new Group(new double[] {1, 1, 1}, new double[] {1, 1, 1}, new double[] {1, 1, 1}),
                new Group(new double[] {5, 5}, new double[] {5 + changes[run], 5 + changes[run]}, new double[] {1, 1})
            };
        }
        TwoLevelDisparity change = new TwoLevelDisparity(Estimator.GROUP_RANGE, groups, ALPHA, 999, 1);
        double mean = 1.7 / 3;
        double error = Math.sqrt((square(0.3 - mean) + square(0.5 - mean) + square(0.9 - mean)) / 2 / 3);
        double reach = TDistribution.of(2).inverseSurvivalProbability(ALPHA) * error;

        assertThat(change.estimate()).isCloseTo(mean, within(1e-12));
        assertThat(change.low()).isCloseTo(mean - reach, within(1e-9));
        assertThat(change.high()).isCloseTo(mean + reach, within(1e-9));
        assertThat(change.pAbove(change.low())).isCloseTo(ALPHA, within(1e-9));
        assertThat(change.pBelow(change.high())).isCloseTo(ALPHA, within(1e-9));
    }

    private static double square(double value) {
        return value * value;
    }

    /**
     * Means of the groups, deviations between runs and of items; {@code docs/statistics.md} prints the rates. Where the
     * groups of the baseline are equal, runs that differ have larger disparities, which is a change: the rate of FAIL
     * is counted where they are far apart.
     */
    @ParameterizedTest
    @CsvSource({"5, 0.3, 2, 1", "3, 0.3, 2, 0.3"})
    void anUnchangedRecipeRarelyFails(int runs, double ofRuns, double apart, double rest) {
        Random random = new Random(17);
        int failed = 0;
        for (int recipe = 0; recipe < RECIPES; recipe++) {
            failed += new TwoLevelDisparity(
                                            Estimator.GROUP_RANGE,
                                            recipe(
                                                    random,
                                                    runs,
                                                    ofRuns,
                                                    rest,
                                                    0,
                                                    new double[] {0, 0.9, 1.1, apart + 1},
                                                    0.5),
                                            ALPHA,
                                            99,
                                            recipe)
                                    .pAbove(0)
                            <= ALPHA
                    ? 1
                    : 0;
        }
        assertThat(failed / (double) RECIPES).isLessThanOrEqualTo(ALPHA + 0.01);
    }

    @ParameterizedTest
    @CsvSource({"3, 0.3, 0, 1", "3, 0.3, 2, 0.3"})
    void aRecipeThatGrewByTheMarginRarelyPasses(int runs, double ofRuns, double apart, double rest) {
        Random random = new Random(19);
        double margin = 1.5;
        int passed = 0;
        for (int recipe = 0; recipe < RECIPES; recipe++) {
            passed += new TwoLevelDisparity(
                                            Estimator.GROUP_RANGE,
                                            recipe(
                                                    random,
                                                    runs,
                                                    ofRuns,
                                                    rest,
                                                    margin,
                                                    new double[] {0, 0, 0, apart},
                                                    0.5),
                                            ALPHA,
                                            99,
                                            recipe)
                                    .high()
                            < margin
                    ? 1
                    : 0;
        }
        assertThat(passed / (double) RECIPES).isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /**
     * The last group of every candidate lies {@code margin} further up on average; every run moves every group by a
     * deviation of {@code ofRuns}.
     */
    private static Group[][] recipe(
            Random random, int runs, double ofRuns, double rest, double margin, double[] levels, double ofItems) {
        double[][] before = new double[GROUPS][CLUSTERS];
        double[] items = new double[CLUSTERS];
        Arrays.fill(items, 1);
        for (int g = 0; g < GROUPS; g++) {
            for (int k = 0; k < CLUSTERS; k++) {
                before[g][k] = levels[g] + ofItems * random.nextGaussian();
            }
        }
        Group[][] recipe = new Group[runs][GROUPS];
        for (int run = 0; run < runs; run++) {
            for (int g = 0; g < GROUPS; g++) {
                double moved = (g == GROUPS - 1 ? margin : 0) + ofRuns * random.nextGaussian();
                double[] after = new double[CLUSTERS];
                for (int k = 0; k < CLUSTERS; k++) {
                    after[k] = before[g][k] + moved + rest * random.nextGaussian();
                }
                recipe[run][g] = new Group(before[g], after, items);
            }
        }
        return recipe;
    }
}
