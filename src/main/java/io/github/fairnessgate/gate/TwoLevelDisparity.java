package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.TwoLevelChange;
import io.github.fairnessgate.statistics.TwoLevelChange.MeanSquares;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The change of the disparity between groups over several runs of a recipe: the mean, over all candidates that the
 * recipe could make, of a candidate's disparity, less that of the baseline, from S runs on the same items. A candidate
 * that is unequal in one group and one that is in another do not balance each other.
 *
 * <p>Lower bound and test are about the mean change {@code C = mean D(candidate) - D(baseline)}. The upper bound is
 * about {@code U = mean D(candidate - baseline)}, the mean disparity of the groups' own changes, which no change
 * exceeds and which noise only enlarges; see {@link DisparityChange}. Either bound is the wider one of two:
 *
 * <ul>
 *   <li>the percentile of a two-level bootstrap: runs are drawn with replacement, and within each group its clusters,
 *       the same for all runs;
 *   <li>{@code +- t sqrt(s^2 / S + v)}, with the variance {@code s^2} between runs, the bootstrap's variance {@code v}
 *       over clusters with the runs as they are, and Cochran's quantile between Student's with {@code S - 1} degrees of
 *       freedom and with one less than the clusters of the smallest group. What runs and clusters share of the variance
 *       counts twice.
 * </ul>
 *
 * Sources: those of {@link TwoLevelChange} and {@link DisparityChange}.
 */
final class TwoLevelDisparity implements Inference {

    private final int runs;
    private final int fewestClusters;
    private final double alpha;
    private final Side change;
    private final Side bounding;

    /**
     * One of the two statistics: its value, its resamples over both levels, and the standard error with the weights of
     * its two parts.
     */
    private record Side(double value, double[] twoLevel, MeanSquares parts) {

        double standardError() {
            return Math.sqrt(parts.ofRuns() + parts.ofItems());
        }

        double reach(double alpha) {
            return standardError() == 0 ? 0 : parts.quantile(alpha) * standardError();
        }

        double pOfDistance(double distance) {
            return standardError() == 0 ? distance > 0 ? 0 : 1 : parts.above(distance / standardError());
        }
    }

    /**
     * Infers the change.
     *
     * @param groups a row of at least two groups for each run, at least two; the baseline's outcomes are the same in
     *     every row
     * @param tries number of resamples
     * @param seed of the resamples
     */
    TwoLevelDisparity(
            Metric.Estimator estimator, DisparityChange.Group[][] groups, double alpha, int tries, long seed) {
        this.alpha = alpha;
        this.runs = groups.length;
        this.fewestClusters = Arrays.stream(groups[0])
                .mapToInt(group -> group.items().length)
                .min()
                .orElseThrow();
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        double[] changes = new double[runs];
        double[] bounds = new double[runs];
        measure(estimator, groups, everyCluster(groups[0]), changes, bounds);
        double change0 = mean(changes);
        double bound0 = mean(bounds);
        double ofRuns = variance(changes) / runs;
        double ofRunsBounding = variance(bounds) / runs;
        double[][] twoLevel = new double[2][tries];
        double[][] ofClusters = new double[2][tries];
        for (int i = 0; i < tries; i++) {
            measure(estimator, groups, draw(groups[0], random), changes, bounds);
            ofClusters[0][i] = mean(changes);
            ofClusters[1][i] = mean(bounds);
            for (int draw = 0; draw < runs; draw++) {
                int run = random.nextInt(runs);
                twoLevel[0][i] += changes[run] / runs;
                twoLevel[1][i] += bounds[run] / runs;
            }
        }
        this.change = side(change0, twoLevel[0], ofRuns, variance(ofClusters[0]));
        this.bounding = side(bound0, twoLevel[1], ofRunsBounding, variance(ofClusters[1]));
    }

    private Side side(double value, double[] twoLevel, double ofRuns, double ofClusters) {
        Arrays.sort(twoLevel);
        return new Side(value, twoLevel, new MeanSquares(runs, fewestClusters, ofRuns, ofClusters, 0));
    }

    /**
     * For every run the change of its disparity and the disparity of its changes, on the drawn clusters of each group.
     */
    private static void measure(
            Metric.Estimator estimator,
            DisparityChange.Group[][] groups,
            int[][] clusters,
            double[] changes,
            double[] bounds) {
        double[] before = new double[clusters.length];
        double[] items = new double[clusters.length];
        for (int g = 0; g < clusters.length; g++) {
            items[g] = sum(groups[0][g].items(), clusters[g]);
            before[g] = sum(groups[0][g].before(), clusters[g]) / items[g];
        }
        double[] after = new double[clusters.length];
        double[] difference = new double[clusters.length];
        for (int run = 0; run < groups.length; run++) {
            for (int g = 0; g < clusters.length; g++) {
                after[g] = sum(groups[run][g].after(), clusters[g]) / items[g];
                difference[g] = after[g] - before[g];
            }
            changes[run] = Disparity.of(estimator, after) - Disparity.of(estimator, before);
            bounds[run] = Disparity.of(estimator, difference);
        }
    }

    private static int[][] everyCluster(DisparityChange.Group[] groups) {
        return Arrays.stream(groups)
                .map(group -> {
                    int[] all = new int[group.items().length];
                    Arrays.setAll(all, k -> k);
                    return all;
                })
                .toArray(int[][]::new);
    }

    private static int[][] draw(DisparityChange.Group[] groups, UniformRandomProvider random) {
        return Arrays.stream(groups)
                .map(group -> {
                    int[] drawn = new int[group.items().length];
                    Arrays.setAll(drawn, k -> random.nextInt(drawn.length));
                    return drawn;
                })
                .toArray(int[][]::new);
    }

    private static double sum(double[] values, int[] clusters) {
        double sum = 0;
        for (int k : clusters) {
            sum += values[k];
        }
        return sum;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values)
                        .map(value -> (value - mean) * (value - mean))
                        .sum()
                / (values.length - 1);
    }

    @Override
    public double estimate() {
        return change.value();
    }

    /** {@inheritDoc} Where all clusters of a group are alike, both ends are the estimate, but for rounding. */
    @Override
    public double low() {
        return Math.min(Math.min(change.twoLevel()[rank() - 1], change.value() - change.reach(alpha)), high());
    }

    @Override
    public double high() {
        return Math.max(
                bounding.twoLevel()[bounding.twoLevel().length - rank()], bounding.value() + bounding.reach(alpha));
    }

    @Override
    public double pAbove(double hypothesis) {
        double bootstrap = (1.0
                        + Arrays.stream(change.twoLevel())
                                .filter(value -> value <= hypothesis)
                                .count())
                / (change.twoLevel().length + 1.0);
        return Math.max(bootstrap, change.pOfDistance(change.value() - hypothesis));
    }

    @Override
    public double pBelow(double hypothesis) {
        double bootstrap = (1.0
                        + Arrays.stream(bounding.twoLevel())
                                .filter(value -> value >= hypothesis)
                                .count())
                / (bounding.twoLevel().length + 1.0);
        return Math.max(bootstrap, bounding.pOfDistance(hypothesis - bounding.value()));
    }

    @Override
    public String method() {
        return "two-level bootstrap over runs and within groups";
    }

    private int rank() {
        return (int) Math.floor(alpha * (change.twoLevel().length + 1) + 1e-9);
    }
}
