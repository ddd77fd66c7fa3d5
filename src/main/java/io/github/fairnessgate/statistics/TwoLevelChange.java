package io.github.fairnessgate.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The mean, over all candidates that a recipe could make and all items that there could be, of a ratio of totals
 * {@code R = sum s / sum w}, from S runs of the recipe on the same K clusters. Both levels are samples.
 *
 * <p>Two intervals are formed, and each bound is the wider of the two:
 *
 * <ul>
 *   <li>the two-level bootstrap: runs are drawn with replacement, and so are clusters, the same for every run, as the
 *       items of all runs are the same; {@code T(j)} and {@code T(B + 1 - j)} are the bounds, {@code j = floor(alpha (B
 *       + 1))};
 *   <li>Student's: {@code R +- t sqrt(V)}, with the variance of the mean from the analysis of variance of the
 *       linearised values {@code y = (s - R w) / mean(w)}, {@code V = max(MS(run), MS(item), MS(run) + MS(item) -
 *       MS(rest)) / (S K)}, and Cochran's quantile {@code t = (MS(run) t(S - 1) + MS(item) t(K - 1)) / (MS(run) +
 *       MS(item))}. Satterthwaite's degrees of freedom in its place err more often than alpha where runs dominate and
 *       are three.
 * </ul>
 *
 * The bootstrap alone is far too narrow: three runs resampled vary by a third less than they should, and have 10
 * different means. Student's interval knows how little three runs say about a fourth: with runs alone, its {@code t} is
 * 2.92 and not 1.64.
 *
 * <p>Sources: P. McCarthy, Review of the International Statistical Institute 37 (1969) 239-264, and A. B. Owen, Annals
 * of Applied Statistics 1 (2007) 386-411, for rows and columns drawn independently; W. G. Cochran, Biometrics 20 (1964)
 * 191-195; S. R. Searle, G. Casella, C. E. McCulloch, Variance Components (1992), chapter 4.
 */
public final class TwoLevelChange implements Inference {

    /** Relative size below which a mean square is rounding error. */
    private static final double NEGLIGIBLE = 1e-24;

    /** Halves an interval within (0, 1/2) until its width is below 1e-15. */
    private static final int BISECTIONS = 50;

    private final double unit;
    private final double ratio;
    private final MeanSquares meanSquares;
    private final double standardError;
    private final double[] replicates;
    private final double low;
    private final double high;

    /** Mean squares of a table of runs and clusters. */
    public record MeanSquares(int runs, int clusters, double ofRuns, double ofItems, double rest) {

        /** @param values one row for each run */
        static MeanSquares of(double[][] values) {
            int runs = values.length;
            int clusters = values[0].length;
            double[] ofRun = Arrays.stream(values)
                    .mapToDouble(row -> Arrays.stream(row).sum() / clusters)
                    .toArray();
            double[] ofItem = IntStream.range(0, clusters)
                    .mapToDouble(k ->
                            Arrays.stream(values).mapToDouble(row -> row[k]).sum() / runs)
                    .toArray();
            double mean = Arrays.stream(ofRun).sum() / runs;
            double rest = 0;
            for (int s = 0; s < runs; s++) {
                for (int k = 0; k < clusters; k++) {
                    rest += square(values[s][k] - ofRun[s] - ofItem[k] + mean);
                }
            }
            return new MeanSquares(
                    runs,
                    clusters,
                    clusters
                            * Arrays.stream(ofRun)
                                    .map(value -> square(value - mean))
                                    .sum()
                            / (runs - 1),
                    runs
                            * Arrays.stream(ofItem)
                                    .map(value -> square(value - mean))
                                    .sum()
                            / (clusters - 1),
                    rest / (runs - 1) / (clusters - 1));
        }

        double ofMean() {
            return Math.max(Math.max(ofRuns, ofItems), ofRuns + ofItems - rest) / runs / clusters;
        }

        /** Cochran's quantile of the mean in standard errors. */
        public double quantile(double alpha) {
            return (ofRuns * TDistribution.of(runs - 1).inverseSurvivalProbability(alpha)
                            + ofItems * TDistribution.of(clusters - 1).inverseSurvivalProbability(alpha))
                    / (ofRuns + ofItems);
        }

        /** The level whose quantile is {@code t}: between those of the two distributions. */
        public double above(double t) {
            if (t < 0) {
                return 1 - above(-t);
            }
            double one = TDistribution.of(runs - 1).survivalProbability(t);
            double other = TDistribution.of(clusters - 1).survivalProbability(t);
            double low = Math.min(one, other);
            double high = Math.max(one, other);
            for (int i = 0; i < BISECTIONS && low < high; i++) {
                double middle = (low + high) / 2;
                if (quantile(middle) > t) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return high;
        }

        VarianceSplit split(double unit) {
            return new VarianceSplit(
                    runs,
                    clusters,
                    unit * Math.sqrt(Math.max(0, ofRuns - rest) / clusters),
                    unit * Math.sqrt(Math.max(0, ofItems - rest) / runs),
                    unit * Math.sqrt(rest));
        }

        private static double square(double value) {
            return value * value;
        }
    }

    private TwoLevelChange(
            double[][] sums, double[] weights, double unit, double alpha, Resamples runs, Resamples clusters) {
        this.unit = unit;
        this.ratio = ratio(sums, weights);
        this.meanSquares = MeanSquares.of(linearised(sums, weights, ratio));
        double magnitude = Arrays.stream(sums)
                .flatMapToDouble(Arrays::stream)
                .map(value -> value * value)
                .sum();
        double variance = meanSquares.ofMean();
        this.standardError = variance <= NEGLIGIBLE * magnitude ? 0 : Math.sqrt(variance);
        this.replicates = standardError == 0 ? new double[0] : replicates(sums, weights, runs, clusters);
        Arrays.sort(replicates);
        double reach = standardError == 0 ? 0 : standardError * meanSquares.quantile(alpha);
        int rank = (int) Math.floor(alpha * (replicates.length + 1) + 1e-9);
        this.low = standardError == 0 ? ratio : Math.min(ratio - reach, replicates[rank - 1]);
        this.high = standardError == 0 ? ratio : Math.max(ratio + reach, replicates[replicates.length - rank]);
    }

    /**
     * Infers the ratio.
     *
     * @param sums numerators, a row for each run, at least two, with as many clusters each, at least two
     * @param weights denominator of each cluster, positive, the same in every run
     * @param unit factor from the ratio to the unit of the result
     * @param runs draws of runs
     * @param clusters draws of clusters, as many of them, after {@link ClusterBootstrap#grouped}
     */
    public static TwoLevelChange of(
            double[][] sums, double[] weights, double unit, double alpha, Resamples runs, Resamples clusters) {
        return new TwoLevelChange(sums, weights, unit, alpha, runs, clusters);
    }

    /** Where the variance comes from; in {@code unit}. */
    public static VarianceSplit split(double[][] sums, double[] weights, double unit) {
        return MeanSquares.of(linearised(sums, weights, ratio(sums, weights))).split(unit);
    }

    MeanSquares meanSquares() {
        return meanSquares;
    }

    /** The mean over runs of the ratio of totals. */
    public static double ratio(double[][] sums, double[] weights) {
        return Arrays.stream(sums).mapToDouble(row -> Arrays.stream(row).sum()).sum()
                / sums.length
                / Arrays.stream(weights).sum();
    }

    private static double[][] linearised(double[][] sums, double[] weights, double ratio) {
        double meanWeight = Arrays.stream(weights).sum() / weights.length;
        return Arrays.stream(sums)
                .map(row -> IntStream.range(0, row.length)
                        .mapToDouble(k -> (row[k] - ratio * weights[k]) / meanWeight)
                        .toArray())
                .toArray(double[][]::new);
    }

    private static double[] replicates(double[][] sums, double[] weights, Resamples runs, Resamples clusters) {
        double[][] grouped = Arrays.stream(sums).map(ClusterBootstrap::grouped).toArray(double[][]::new);
        double[] groupedWeights = ClusterBootstrap.grouped(weights);
        double[] replicates = new double[runs.count()];
        double[] ofRun = new double[sums.length];
        for (int resample = 0; resample < replicates.length; resample++) {
            Arrays.fill(ofRun, 0);
            double weight = 0;
            for (char k : clusters.draw(resample)) {
                weight += groupedWeights[k];
                for (int s = 0; s < ofRun.length; s++) {
                    ofRun[s] += grouped[s][k];
                }
            }
            double sum = 0;
            for (char s : runs.draw(resample)) {
                sum += ofRun[s];
            }
            replicates[resample] = sum / ofRun.length / weight;
        }
        return replicates;
    }

    @Override
    public double estimate() {
        return unit * ratio;
    }

    @Override
    public double low() {
        return unit * low;
    }

    @Override
    public double high() {
        return unit * high;
    }

    @Override
    public double pAbove(double hypothesis) {
        return p(
                ratio - hypothesis / unit,
                Arrays.stream(replicates)
                        .filter(value -> value <= hypothesis / unit)
                        .count());
    }

    @Override
    public double pBelow(double hypothesis) {
        return p(
                hypothesis / unit - ratio,
                Arrays.stream(replicates)
                        .filter(value -> value >= hypothesis / unit)
                        .count());
    }

    private double p(double distance, long against) {
        if (standardError == 0) {
            return distance > 0 ? Math.max(Math.pow(0.5, meanSquares.clusters()), 1. / (Resamples.COUNT + 1)) : 1;
        }
        return Math.max(meanSquares.above(distance / standardError), (1. + against) / (replicates.length + 1));
    }

    @Override
    public String method() {
        return "two-level bootstrap and analysis of variance over runs and items";
    }
}
