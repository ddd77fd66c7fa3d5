package io.github.fairnessgate.gate;

import io.github.fairnessgate.metric.Metric.Range;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.ExponentialSum;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.StandardNormal;
import io.github.fairnessgate.statistics.Totals;
import java.util.Arrays;
import java.util.Optional;

/**
 * Bounds of a ratio of totals {@code R = sum s_k / sum w_k} over independent clusters whose numbers have a range, that
 * hold for few clusters and however skewed the numbers are: what was not seen counts as one more cluster, all of whose
 * items are at the end of the range.
 *
 * <p>With independent standard exponential numbers E, the upper bound is the number {@code r} that {@code (sum E_k s_k
 * + E_0 w_0 end) / (sum E_k w_k + E_0 w_0)} exceeds with probability alpha, {@code w_0} the weight of the cluster that
 * was not seen; the lower one likewise, from the other end. The p-value against {@code R >= r} is the chance that it
 * exceeds r, so that bounds and p-values agree exactly. In other words: the quantile of a Bayesian bootstrap (Rubin)
 * with one more observation.
 *
 * <p>Of yes-or-no numbers that each stand alone it is Clopper and Pearson's exact bound: of none among n it is {@code 1
 * - alpha^(1/n)}, about {@code 3 / n} at 0.05. Of many items it is the mean and 1.645 standard errors, and {@code (end
 * - R) / n} more. That it holds for independent numbers of whatever distribution within the range is Gaffke's
 * conjecture, of which no counterexample is known; {@code docs/statistics.md} has the simulations.
 *
 * <p>Sources: N. Gaffke, Three test statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative
 * variable, Mathematical Methods of Statistics 14 (2005) 451-467; E. Learned-Miller, P. S. Thomas, A new confidence
 * interval for the mean of a bounded random variable, arXiv 1905.06208 (2019), equation 4; D. B. Rubin, The Bayesian
 * bootstrap, Annals of Statistics 9 (1981) 130-134; C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404-413.
 */
final class RangeBound implements Inference {

    /** Of numbers without a range: by how many times the furthest one seen they are taken to lie away at most. */
    static final double REACH = 3;

    private static final double PRECISION = 1e-12;

    /** The range is halved after so many steps. */
    private static final int STEPS = 40;

    private static final int MOST_STEPS = 100;

    /** Chances nearer to 0 or 1 than this are not told from it. */
    private static final double SMALLEST = 1e-12;

    private static final double NEGLIGIBLE = 1e-12;

    private final double[] sums;
    private final double[] weights;
    private final double unit;
    private final Range range;
    private final double unseen;
    private final double ratio;
    private final double alpha;

    /**
     * Infers the ratio.
     *
     * @param totals of at least one cluster
     * @param range of {@code s_k / w_k}
     * @param unseen the weight of the cluster that was not seen, positive
     * @param alpha error rate of either bound
     */
    RangeBound(Totals totals, Range range, double unseen, double alpha) {
        this.sums = ClusterBootstrap.grouped(totals.sums());
        this.weights = ClusterBootstrap.grouped(totals.weights());
        this.unit = totals.unit();
        this.range = range;
        this.unseen = unseen;
        this.ratio = Arrays.stream(sums).sum() / Arrays.stream(weights).sum();
        this.alpha = alpha;
    }

    /**
     * The range that changes are taken to have of which nothing limits the size: {@value #REACH} times as far from
     * their mean as the furthest cluster seen; from 0 where all clusters changed alike.
     *
     * @return nothing where no cluster changed, as that says nothing about how far one could
     */
    static Optional<Range> ofChangesSeen(Totals totals) {
        return ofValuesSeen(totals).or(() -> around(0, totals));
    }

    /**
     * Likewise of values: {@value #REACH} times as far from their mean as the furthest cluster seen; nothing where all
     * are equal.
     */
    static Optional<Range> ofValuesSeen(Totals totals) {
        return around(
                Arrays.stream(totals.sums()).sum()
                        / Arrays.stream(totals.weights()).sum(),
                totals);
    }

    private static Optional<Range> around(double centre, Totals totals) {
        double furthest = 0;
        double largest = Math.abs(centre);
        for (int k = 0; k < totals.sums().length; k++) {
            double number = totals.sums()[k] / totals.weights()[k];
            furthest = Math.max(furthest, Math.abs(number - centre));
            largest = Math.max(largest, Math.abs(number));
        }
        return furthest <= NEGLIGIBLE * largest
                ? Optional.empty()
                : Optional.of(new Range(centre - REACH * furthest, centre + REACH * furthest));
    }

    /**
     * By the Illinois form of false position, on the scale of normal quantiles, where the chance is nearly a straight
     * line. The first step goes to where the bound of many clusters would be, so that most of the range is ruled out at
     * once.
     */
    private double bound(boolean upper) {
        double inner = Math.max(range.lowest(), Math.min(range.highest(), ratio));
        double outer = upper ? range.highest() : range.lowest();
        double atInner = excess(inner, upper);
        double atOuter = excess(outer, upper);
        double first = Math.min(
                1,
                nearly() * (outer == inner ? 1 : 1 / Math.abs(outer - inner))
                        + unseen / Arrays.stream(weights).sum());
        for (int i = 0;
                i < MOST_STEPS && Math.abs(outer - inner) > PRECISION * (range.highest() - range.lowest());
                i++) {
            double step = i == 0 ? first : i < STEPS ? atInner / (atInner - atOuter) : 0.5;
            double next = inner + step * (outer - inner);
            double excess = excess(next, upper);
            if (Math.abs(excess) < PRECISION) {
                return next;
            }
            if (excess > 0) {
                inner = next;
                atInner = excess;
                atOuter /= 2;
            } else {
                outer = next;
                atOuter = excess;
                atInner /= 2;
            }
        }
        return outer;
    }

    /** Where the bound would be of many alike clusters, and a fifth more: how far from the ratio. */
    private double nearly() {
        double squares = 0;
        for (int k = 0; k < sums.length; k++) {
            double residual = sums[k] - ratio * weights[k];
            squares += residual * residual;
        }
        return 1.2
                * StandardNormal.exceededWith(alpha)
                * Math.sqrt(squares)
                / Arrays.stream(weights).sum();
    }

    private double excess(double number, boolean upper) {
        double chance = Math.max(SMALLEST, Math.min(1 - SMALLEST, beyond(number, upper)));
        return StandardNormal.exceededWith(alpha) - StandardNormal.exceededWith(chance);
    }

    /**
     * The chance that the ratio, with one more cluster at an end of the range, lies beyond a number on the side of this
     * end.
     */
    private double beyond(double number, boolean upper) {
        double end = upper ? range.highest() : range.lowest();
        double side = upper ? 1 : -1;
        double[] factors = new double[sums.length + 1];
        for (int k = 0; k < sums.length; k++) {
            double factor = sums[k] - number * weights[k];
            // Sums of the same decimal fractions may differ in the last digit.
            factors[k] = Math.abs(factor) <= NEGLIGIBLE * weights[k] * (range.highest() - range.lowest())
                    ? 0
                    : side * factor;
        }
        factors[sums.length] = side * unseen * (end - number);
        return ExponentialSum.isPositive(factors);
    }

    @Override
    public double estimate() {
        return unit * ratio;
    }

    @Override
    public double low() {
        return unit * bound(false);
    }

    @Override
    public double high() {
        return unit * bound(true);
    }

    /** {@inheritDoc} A number outside of the range is certainly not it. */
    @Override
    public double pAbove(double hypothesis) {
        double number = hypothesis / unit;
        return number <= range.lowest() ? 1 - certainly(number < range.lowest()) : beyond(number, false);
    }

    @Override
    public double pBelow(double hypothesis) {
        double number = hypothesis / unit;
        return number >= range.highest() ? 1 - certainly(number > range.highest()) : beyond(number, true);
    }

    private static int certainly(boolean outside) {
        return outside ? 1 : 0;
    }

    @Override
    public String method() {
        return "Gaffke's bound from the range";
    }
}
