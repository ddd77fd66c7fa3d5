package io.github.fairnessgate.statistics;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.numbers.arrays.Selection;
import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * Studentised bootstrap (bootstrap-t) of a ratio of totals over independent clusters: {@code R = sum s_k / sum w_k},
 * times a unit. A mean over clusters is the case {@code w_k = 1}.
 *
 * <p>Clusters are drawn with replacement, as many as there are; each draw gives {@code t* = (R* - R) / se*}, with the
 * linearised standard error {@code se^2 = K / (K - 1) * sum (s_k - R w_k)^2 / (sum w_k)^2}. With {@code t(j)} the j-th
 * smallest of {@code B} values and {@code j = floor(alpha (B + 1))}, the bounds are {@code R - t(B + 1 - j) se} and
 * {@code R - t(j) se}, and the p-value against {@code R <= r} is {@code (1 + #{t* >= (R - r) / se}) / (B + 1)}; bounds
 * and p-values agree exactly.
 *
 * <p>A draw of equal clusters has no standard error; its {@code t*} is infinite, with the sign of {@code R* - R}. If
 * that happens to more than alpha of the draws, which takes a sample in which only a few clusters are other than the
 * rest, the bound is infinite. Where all clusters are equal the interval is the value itself. It says nothing of what
 * was not seen: {@code RangeBound} does.
 *
 * <p>Of more than {@value #MOST_CLUSTERS} clusters, every {@value #GROUPS}th is put into the same group, and groups are
 * drawn instead: sums of independent clusters are independent too, and with so many of them nothing measurable is lost.
 *
 * <p>Sources: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), section 12.5; A. C. Davison, D. V.
 * Hinkley, Bootstrap Methods and their Application (1997), sections 2.4 and 3.8; K. M. Wolter, Introduction to Variance
 * Estimation (2007), chapter 2, for random groups.
 */
public final class ClusterBootstrap implements Inference {

    /** Fewer clusters than this show nothing at usual levels: among 4, even a unanimous sign has one chance in 16. */
    public static final int FEWEST_CLUSTERS = 5;

    /** More clusters than this are grouped. */
    static final int MOST_CLUSTERS = 1000;

    private static final int GROUPS = 500;

    /** Relative size below which a standard error is rounding error. */
    private static final double NEGLIGIBLE = 1e-12;

    private final double[] centred;
    private final double[] weights;
    private final boolean equalWeights;
    private final double alpha;
    private final double ratio;
    private final double standardError;
    private final double unit;
    private final double[] replicates;
    private final double[] studentised;
    private final double low;
    private final double high;

    private ClusterBootstrap(double[] values, double[] valueWeights, double unit, double alpha, Supply supply) {
        this.alpha = alpha;
        double[] sums = grouped(values);
        this.weights = grouped(valueWeights);
        this.equalWeights = Arrays.stream(weights).allMatch(weight -> weight == 1);
        this.unit = unit;
        double totalWeight = Arrays.stream(weights).sum();
        this.ratio = Arrays.stream(sums).sum() / totalWeight;
        this.centred = new double[sums.length];
        double squares = 0;
        double magnitude = 0;
        for (int k = 0; k < sums.length; k++) {
            centred[k] = sums[k] - ratio * weights[k];
            squares += centred[k] * centred[k];
            magnitude += Math.abs(sums[k]);
        }
        double error = Math.sqrt(squares * sums.length / (sums.length - 1.0)) / totalWeight;
        this.standardError = error <= NEGLIGIBLE * magnitude / totalWeight ? 0 : error;
        Resamples resamples = standardError == 0 ? new Resamples(new char[0][]) : supply.of(sums.length);
        this.replicates = new double[resamples.count()];
        this.studentised = new double[resamples.count()];
        for (int resample = 0; resample < resamples.count(); resample++) {
            resample(resample, resamples.draw(resample));
        }
        if (standardError > 0) {
            Selection.select(studentised, new int[] {rank() - 1, studentised.length - rank()});
        }
        this.low = lowerBound();
        this.high = upperBound();
    }

    /**
     * Bootstraps a mean over clusters.
     *
     * @param values one for each cluster, at least two
     * @param unit factor from the mean to the unit of the result
     */
    public static ClusterBootstrap ofMean(double[] values, double unit, double alpha, Supply supply) {
        return ofRatio(values, ones(values.length), unit, alpha, supply);
    }

    /**
     * Bootstraps a ratio of totals.
     *
     * @param sums numerator of each cluster, at least two
     * @param weights denominator of each cluster, positive
     */
    public static ClusterBootstrap ofRatio(double[] sums, double[] weights, double unit, double alpha, Supply supply) {
        return new ClusterBootstrap(sums, weights, unit, alpha, supply);
    }

    /** Where resamples come from. */
    @FunctionalInterface
    public interface Supply {

        /** Resamples of so many clusters, the same every time. */
        Resamples of(int clusters);
    }

    /**
     * Every {@value #GROUPS}th value added up, if there are too many; they lie in the order of their ids, which says
     * nothing.
     */
    public static double[] grouped(double[] values) {
        if (values.length <= MOST_CLUSTERS) {
            return values;
        }
        double[] groups = new double[GROUPS];
        for (int k = 0; k < values.length; k++) {
            groups[k % GROUPS] += values[k];
        }
        return groups;
    }

    /** Whether clusters differ, and enough of them for either bound. */
    public boolean hasBounds() {
        return standardError > 0 && Double.isFinite(low) && Double.isFinite(high);
    }

    /** Whether clusters are all equal. */
    boolean isConstant() {
        return standardError == 0;
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
        return pOfIncrease(ratio - hypothesis / unit, standardError, studentised, centred.length);
    }

    @Override
    public double pBelow(double hypothesis) {
        return pOfDecrease(ratio - hypothesis / unit, standardError, studentised, centred.length);
    }

    /**
     * The share of resamples whose t* is at least the t of the sample, the sample counted among them.
     *
     * @param distance of the estimate from the hypothesis
     * @param standardError of the estimate; 0 where all clusters are equal, and the sign test decides
     * @param studentised t* of every resample
     */
    static double pOfIncrease(double distance, double standardError, double[] studentised, int clusters) {
        if (standardError == 0) {
            return distance > 0 ? pOfUnanimity(clusters) : 1;
        }
        double t = distance / standardError;
        return (1.0 + Arrays.stream(studentised).filter(value -> value >= t).count()) / (studentised.length + 1.0);
    }

    /** As {@link #pOfIncrease}, with the share of those whose t* is at most t. */
    static double pOfDecrease(double distance, double standardError, double[] studentised, int clusters) {
        if (standardError == 0) {
            return distance < 0 ? pOfUnanimity(clusters) : 1;
        }
        double t = distance / standardError;
        return (1.0 + Arrays.stream(studentised).filter(value -> value <= t).count()) / (studentised.length + 1.0);
    }

    @Override
    public String method() {
        return "studentised cluster bootstrap";
    }

    @Override
    public Optional<SecondOpinion> secondOpinion() {
        if (standardError == 0) {
            return Optional.empty();
        }
        BcaInterval interval = BcaInterval.of(replicates.clone(), ratio, leaveOneOut(), alpha);
        return Optional.of(interval)
                .filter(bounds -> bounds.low() <= bounds.high())
                .map(bounds -> new SecondOpinion(unit * bounds.low(), unit * bounds.high(), "BCa cluster bootstrap"));
    }

    /** All clusters equal: the sign test's chance that all of them lie on one side. */
    private static double pOfUnanimity(int clusters) {
        return Math.max(Math.pow(0.5, clusters), 1.0 / (Resamples.COUNT + 1));
    }

    /** R* and t* of one resample. Sums of the centred numerators lose no digits, unlike those of the raw ones. */
    private void resample(int resample, char[] clusters) {
        double sum = 0;
        double squares = 0;
        double weight = clusters.length;
        double products;
        double weightSquares = clusters.length;
        if (equalWeights) {
            for (char k : clusters) {
                double s = centred[k];
                sum += s;
                squares += s * s;
            }
            products = sum;
        } else {
            weight = 0;
            products = 0;
            weightSquares = 0;
            for (char k : clusters) {
                double s = centred[k];
                double w = weights[k];
                sum += s;
                weight += w;
                squares += s * s;
                products += s * w;
                weightSquares += w * w;
            }
        }
        double shift = sum / weight;
        boolean equal = Math.abs(shift) <= NEGLIGIBLE * standardError;
        replicates[resample] = equal ? ratio : ratio + shift;
        double residuals = squares - 2 * shift * products + shift * shift * weightSquares;
        if (residuals <= NEGLIGIBLE * (squares + shift * shift * weightSquares)) {
            studentised[resample] = equal ? 0 : Math.signum(shift) * Double.POSITIVE_INFINITY;
        } else {
            studentised[resample] = shift / (Math.sqrt(residuals * clusters.length / (clusters.length - 1.0)) / weight);
        }
    }

    private double lowerBound() {
        return standardError == 0 ? ratio : ratio - studentised[studentised.length - rank()] * standardError;
    }

    private double upperBound() {
        return standardError == 0 ? ratio : ratio - studentised[rank() - 1] * standardError;
    }

    /** How many values lie beyond the bound, itself included. */
    private int rank() {
        // A product that should be whole may lie a rounding error below.
        int rank = (int) Math.floor(alpha * (studentised.length + 1) + 1e-9);
        if (rank < 1) {
            throw new IllegalArgumentException(studentised.length + " resamples have no quantile at " + alpha);
        }
        return rank;
    }

    private double[] leaveOneOut() {
        double totalWeight = Arrays.stream(weights).sum();
        double[] ratios = new double[centred.length];
        for (int k = 0; k < ratios.length; k++) {
            ratios[k] = ratio - centred[k] / (totalWeight - weights[k]);
        }
        return ratios;
    }

    /**
     * The one-sided upper bound of a share of which {@code count} of {@code n} were seen; of counts divided by a design
     * effect, too.
     */
    public static double clopperPearsonUpper(double count, double n, double alpha) {
        return count >= n ? 1 : BetaDistribution.of(count + 1, n - count).inverseSurvivalProbability(alpha);
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }
}
