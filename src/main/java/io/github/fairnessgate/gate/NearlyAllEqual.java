package io.github.fairnessgate.gate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * A bootstrap over clusters of numbers from a known range, of which all but a few are the same one. What no cluster did, no resample does: of clusters that
 * are all equal the bootstrap's interval has no width, however few they are. So beside it stands what Clopper and Pearson say: if {@code m} of {@code n}
 * independent items lie above the rest {@code r}, at most a share {@code u} of all items does, and the mean is at most {@code r + u (end - r)} with the end
 * of the range; likewise below. Of none among n, {@code u = 1 - alpha^(1/n)}, about {@code 3 / n} at 0.05. Each bound is the one further out and each p-value the larger one.
 *
 * <p>A little noise on the rest does not hide it: numbers that lie by at most {@value #NOISE} of the range from it belong to the rest, and {@code r} is the one of them that lies
 * furthest on the side of the bound. What is above a number that {@code m} items exceed, be it one of the sample, is at most that share: a distribution-free tolerance bound.
 *
 * <p>Items of one cluster are no independent ones: n and m are divided by the {@link DesignEffect} that is expected of the models' own numbers.
 *
 * <p>It is heard where fewer than {@value ClusterBootstrap#FEWEST_CLUSTERS} clusters differ from the rest, or none from any other one.
 *
 * <p>Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404-413; B. D. Jovanovic, P. S. Levy, The American Statistician 51 (1997) 137-139, for no event
 * at all ("the rule of three"); S. S. Wilks, Annals of Mathematical Statistics 12 (1941) 91-96, for tolerance bounds.
 *
 * @param bootstrap over the clusters
 * @param limits    the other bounds, at least one
 * @param unit      factor to the unit of the bootstrap's result
 */
record NearlyAllEqual(Inference bootstrap, List<OneSided> limits, double unit, double alpha) implements Inference {

    private static final double NOISE = 0.01;

    NearlyAllEqual {
        limits = List.copyOf(limits);
    }

    /**
     * The number that most items have, in the range, but for noise.
     *
     * @param lowest  the least that there is of it
     * @param highest the most
     */
    record Rest(double lowest, double highest) {

        /** The rest around a number. */
        static Rest around(double number, double[] numbers) {
            DoubleSummaryStatistics near = Arrays.stream(numbers).filter(each -> Math.abs(each - number) <= NOISE).summaryStatistics();
            return new Rest(Math.min(number, near.getMin()), Math.max(number, near.getMax()));
        }

        private boolean has(double number) {
            return number >= lowest && number <= highest;
        }
    }

    /**
     * How many items differ from a rest, as independent ones.
     *
     * @param above items above it
     * @param below items below it
     * @param items all of them, positive
     */
    record Counts(Rest rest, double above, double below, double items) {
    }

    /**
     * The range of a number.
     *
     * @param lowest  less than {@code highest}
     */
    record Range(double lowest, double highest) {

        /** Of an outcome. */
        static final Range OUTCOME = new Range(0, 1);

        /** Of the difference of two outcomes. */
        static final Range CHANGE = new Range(-1, 1);
    }

    /** What is known of a mean on the side of the rest on which an end of the range lies. */
    record OneSided(double rest, double end, double count, double items) {

        double bound(double alpha) {
            return rest + (end - rest) * ClusterBootstrap.clopperPearsonUpper(count, items, alpha);
        }

        /** P-value against a mean that is not between rest and hypothesis: the chance of so few items or fewer, if the share of others is what that takes. */
        double p(double hypothesis) {
            double share = (hypothesis - rest) / (end - rest);
            return share <= 0 || count >= items ? 1 : share >= 1 ? 0 : BetaDistribution.of(count + 1, items - count).survivalProbability(share);
        }

        boolean isAbove() {
            return end > rest;
        }
    }

    /** As below, of a bootstrap that says itself whether clusters differ. */
    static Inference of(ClusterBootstrap bootstrap, Totals totals, Range range, List<Counts> rests, double alpha) {
        return of(bootstrap, bootstrap.isConstant(), totals, range, rests, alpha);
    }

    /**
     * The bootstrap, with its bounds widened where all but a few clusters are the same.
     *
     * @param constant whether no cluster differs from any other one
     * @param totals of the clusters
     * @param range  of the number of an item, and of the ratio of a cluster's totals
     * @param rests  numbers of which many items may be, with the items that are not
     */
    static Inference of(Inference bootstrap, boolean constant, Totals totals, Range range, List<Counts> rests, double alpha) {
        List<OneSided> limits = new ArrayList<>();
        rests.stream().filter(counts -> differing(totals, counts.rest()) < ClusterBootstrap.FEWEST_CLUSTERS).forEach(counts -> add(limits, counts, range));
        if (limits.isEmpty() && constant) {
            double number = bootstrap.estimate() / totals.unit();
            add(limits, new Counts(new Rest(number, number), 0, 0, totals.sums().length), range);
        }
        return limits.isEmpty() ? bootstrap : new NearlyAllEqual(bootstrap, limits, totals.unit(), alpha);
    }

    private static void add(List<OneSided> limits, Counts counts, Range range) {
        if (counts.rest().highest() < range.highest()) {
            limits.add(new OneSided(counts.rest().highest(), range.highest(), counts.above(), counts.items()));
        }
        if (counts.rest().lowest() > range.lowest()) {
            limits.add(new OneSided(counts.rest().lowest(), range.lowest(), counts.below(), counts.items()));
        }
    }

    private static long differing(Totals totals, Rest rest) {
        double[] sums = totals.sums();
        return IntStream.range(0, sums.length).filter(k -> !rest.has(sums[k] / totals.weights()[k])).count();
    }

    @Override
    public double estimate() {
        return bootstrap.estimate();
    }

    @Override
    public double low() {
        return limits.stream().filter(limit -> !limit.isAbove()).mapToDouble(limit -> unit * limit.bound(alpha)).reduce(bootstrap.low(), Math::min);
    }

    @Override
    public double high() {
        return limits.stream().filter(OneSided::isAbove).mapToDouble(limit -> unit * limit.bound(alpha)).reduce(bootstrap.high(), Math::max);
    }

    @Override
    public double pAbove(double hypothesis) {
        return limits.stream().filter(limit -> !limit.isAbove()).mapToDouble(limit -> limit.p(hypothesis / unit)).reduce(bootstrap.pAbove(hypothesis), Math::max);
    }

    @Override
    public double pBelow(double hypothesis) {
        return limits.stream().filter(OneSided::isAbove).mapToDouble(limit -> limit.p(hypothesis / unit)).reduce(bootstrap.pBelow(hypothesis), Math::max);
    }

    @Override
    public String method() {
        return "%s, Clopper-Pearson bound of the few that differ".formatted(bootstrap.method());
    }
}
