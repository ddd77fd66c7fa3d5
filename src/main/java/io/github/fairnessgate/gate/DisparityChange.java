package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Range;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.Totals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The change of the disparity between groups: candidate's less baseline's, over the same items.
 *
 * <p>Within each group its clusters are drawn with replacement, as many as there are, the same for both models. The
 * interval's lower end is the percentile of the change. The upper end is not: the largest of several noisy means is too
 * large by chance, the more so the closer the groups lie together, so that a model whose groups are moved apart seems
 * to change by less than it does. A disparity is a seminorm, so it cannot grow by more than the disparity of the
 * groups' own changes; the upper end is the percentile of that. It is wide where groups moved, in whatever direction,
 * and 0 where nothing changed.
 *
 * <p>The bootstrap knows nothing of what it has not seen, so the upper end is also at least {@link RangeBound} of what
 * was not seen. The range of the groups' changes is the largest difference of two groups' changes, and this is twice
 * the mean of the changes of the one group and the reversed changes of the other, every group weighing as much. Each of
 * these means has its bound; the largest bound holds for the pair that truly differs most, at the same level. The sum
 * of the deviations from the mean of G groups is at most G / 2 times the range (a little less for odd G). Where no
 * cluster changed, the lower end is as far away. Of outcomes without a range nothing is shown if fewer than
 * {@value ClusterBootstrap#FEWEST_CLUSTERS} clusters of a group changed.
 *
 * <p>Test that nothing changed: the larger of the p-values of the bootstrap, {@code (1 + #{change* <= 0}) / (B + 1)},
 * and of a permutation test in which for every cluster it is drawn which model is called the candidate, {@code (1 +
 * #{change* >= change}) / (B + 1)}. The quantiles of the permuted changes say what chance alone does.
 *
 * <p>Sources: A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application (1997), sections 3.2 (several
 * samples), 4.3 and 5.3; B. Phipson, G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010)
 * 39; and those of {@link RangeBound}.
 */
final class DisparityChange implements Inference {

    /** Relative difference below which two disparities are equal but for rounding. */
    private static final double NEGLIGIBLE = 1e-12;

    private final double estimate;
    private final double magnitude;
    private final double[] resampled;
    private final double[] bounding;
    private final double[] permuted;
    private final double alpha;
    private final boolean unchanged;
    /** From a difference of two groups to the disparity. */
    private final double factor;
    /** For every ordered pair of groups, half the difference of their changes; none of outcomes without a range. */
    private final List<RangeBound> differences;
    /**
     * By how much the disparity may have grown if the rest is at the end of the range; infinite where nothing is known
     * about it.
     */
    private final double unseen;

    /**
     * Totals of a group's clusters.
     *
     * @param before outcomes of the baseline, added up, one for each cluster
     * @param after of the candidate
     * @param items in the cluster, positive
     */
    record Group(double[] before, double[] after, double[] items) {

        double mean(double[] outcomes) {
            return Arrays.stream(outcomes).sum() / Arrays.stream(items).sum();
        }

        private int changed() {
            return (int) IntStream.range(0, items.length)
                    .filter(k -> before[k] != after[k])
                    .count();
        }

        private double size() {
            return Arrays.stream(items).sum();
        }
    }

    /**
     * Infers the change.
     *
     * @param groups at least two, each with at least one cluster
     * @param range of every outcome, where it has one
     * @param tries number of resamples, and of permutations
     * @param seed of both
     */
    DisparityChange(
            Metric.Estimator estimator, Group[] groups, Optional<Range> range, double alpha, int tries, long seed) {
        this.alpha = alpha;
        this.unchanged = Arrays.stream(groups).allMatch(group -> group.changed() == 0);
        this.factor = factor(estimator, groups.length);
        this.differences = range.map(known -> differences(groups, known, alpha)).orElse(List.of());
        this.unseen = range.isEmpty()
                        && Arrays.stream(groups).anyMatch(group -> group.changed() < ClusterBootstrap.FEWEST_CLUSTERS)
                ? Double.POSITIVE_INFINITY
                : largest(differences, factor, alpha);
        double[] before = Arrays.stream(groups)
                .mapToDouble(group -> group.mean(group.before()))
                .toArray();
        double[] after = Arrays.stream(groups)
                .mapToDouble(group -> group.mean(group.after()))
                .toArray();
        this.estimate = Disparity.of(estimator, after) - Disparity.of(estimator, before);
        this.magnitude = Disparity.of(estimator, after) + Disparity.of(estimator, before);
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        this.resampled = new double[tries];
        this.bounding = new double[tries];
        this.permuted = new double[tries];
        for (int i = 0; i < tries; i++) {
            for (int g = 0; g < groups.length; g++) {
                resample(groups[g], random, before, after, g);
            }
            resampled[i] = Disparity.of(estimator, after) - Disparity.of(estimator, before);
            bounding[i] = Disparity.of(estimator, difference(after, before));
            for (int g = 0; g < groups.length; g++) {
                permute(groups[g], random, before, after, g);
            }
            permuted[i] = Disparity.of(estimator, after) - Disparity.of(estimator, before);
        }
        Arrays.sort(resampled);
        Arrays.sort(bounding);
        Arrays.sort(permuted);
    }

    /**
     * By how much more the disparity can change than two groups differ in their changes: half of the groups at either
     * end deviate the most.
     */
    private static double factor(Metric.Estimator estimator, int groups) {
        int above = groups / 2;
        return estimator == Metric.Estimator.GROUP_RANGE ? 1 : 2. * above * (groups - above) / groups;
    }

    private static List<RangeBound> differences(Group[] groups, Range range, double alpha) {
        List<RangeBound> differences = new ArrayList<>();
        for (Group one : groups) {
            for (Group other : groups) {
                if (one != other) {
                    differences.add(difference(one, other, range, alpha));
                }
            }
        }
        return differences;
    }

    /** The largest bound of a pair; most pairs need only be asked whether theirs is beyond the largest so far. */
    private static double largest(List<RangeBound> differences, double factor, double alpha) {
        double largest = 0;
        for (RangeBound difference : differences) {
            if (difference.pBelow(largest / (2 * factor)) > alpha) {
                largest = Math.max(largest, 2 * factor * difference.high());
            }
        }
        return largest;
    }

    /** Half of what the first group changed by more than the second, as a mean over the clusters of both. */
    private static RangeBound difference(Group one, Group other, Range range, double alpha) {
        int first = one.items().length;
        double[] sums = new double[first + other.items().length];
        double[] weights = new double[sums.length];
        for (int k = 0; k < sums.length; k++) {
            Group group = k < first ? one : other;
            int cluster = k < first ? k : k - first;
            double change = (group.after()[cluster] - group.before()[cluster]) / group.size();
            sums[k] = k < first ? change : -change;
            weights[k] = group.items()[cluster] / group.size();
        }
        return new RangeBound(
                new Totals(sums, weights, 1),
                range.ofChanges(),
                Arrays.stream(weights).max().orElseThrow(),
                alpha);
    }

    /**
     * The upper bound of the change of a disparity if no outcome changed: the smallest margin that these groups can
     * show, whatever the model.
     *
     * @param clusters their sizes in each group, at least two groups
     */
    static double ofEqualModels(Metric.Estimator estimator, List<List<Integer>> clusters, Range range, double alpha) {
        Group[] groups = clusters.stream()
                .map(group -> {
                    double[] items =
                            group.stream().mapToDouble(Integer::doubleValue).toArray();
                    return new Group(items, items, items);
                })
                .toArray(Group[]::new);
        return new DisparityChange(estimator, groups, Optional.of(range), alpha, (int) Math.ceil(1 / alpha), 0).high();
    }

    private static double[] difference(double[] after, double[] before) {
        double[] changes = new double[after.length];
        Arrays.setAll(changes, g -> after[g] - before[g]);
        return changes;
    }

    private static void resample(Group group, UniformRandomProvider random, double[] before, double[] after, int g) {
        double first = 0;
        double second = 0;
        double items = 0;
        for (int draw = 0; draw < group.items().length; draw++) {
            int cluster = random.nextInt(group.items().length);
            first += group.before()[cluster];
            second += group.after()[cluster];
            items += group.items()[cluster];
        }
        before[g] = first / items;
        after[g] = second / items;
    }

    private static void permute(Group group, UniformRandomProvider random, double[] before, double[] after, int g) {
        double first = 0;
        double second = 0;
        double items = 0;
        for (int cluster = 0; cluster < group.items().length; cluster++) {
            boolean exchanged = random.nextBoolean();
            first += exchanged ? group.after()[cluster] : group.before()[cluster];
            second += exchanged ? group.before()[cluster] : group.after()[cluster];
            items += group.items()[cluster];
        }
        before[g] = first / items;
        after[g] = second / items;
    }

    @Override
    public double estimate() {
        return estimate;
    }

    /** {@inheritDoc} Where all clusters of a group are alike, both ends are the estimate, but for rounding. */
    @Override
    public double low() {
        return unchanged ? -high() : Math.min(resampled[rank() - 1], high());
    }

    @Override
    public double high() {
        return Math.max(unseen, bounding[bounding.length - rank()]);
    }

    @Override
    public double pAbove(double hypothesis) {
        double bootstrap = (1.0
                        + Arrays.stream(resampled)
                                .filter(change -> change <= hypothesis)
                                .count())
                / (resampled.length + 1.0);
        return hypothesis == 0 ? Math.max(bootstrap, permutationP()) : bootstrap;
    }

    @Override
    public double pBelow(double hypothesis) {
        double bootstrap = (1.0
                        + Arrays.stream(bounding)
                                .filter(change -> change >= hypothesis)
                                .count())
                / (resampled.length + 1.0);
        return unseen == Double.POSITIVE_INFINITY
                ? 1
                : differences.stream()
                        .mapToDouble(difference -> difference.pBelow(hypothesis / (2 * factor)))
                        .reduce(bootstrap, Math::max);
    }

    /** The p-value of the permutation test, against an increase. */
    double permutationP() {
        double threshold = estimate - NEGLIGIBLE * magnitude;
        return (1.0
                        + Arrays.stream(permuted)
                                .filter(change -> change >= threshold)
                                .count())
                / (resampled.length + 1.0);
    }

    /** The change that a share of the permutations stay below. */
    double byChance(double share) {
        return permuted[Math.min(resampled.length - 1, (int) Math.floor(share * resampled.length))];
    }

    @Override
    public Optional<ByChance> byChance() {
        return Optional.of(new ByChance(byChance(alpha), byChance(0.5), byChance(1 - alpha), permutationP()));
    }

    @Override
    public String method() {
        return "bootstrap within groups, permutation of the models"
                + (unseen > bounding[bounding.length - rank()] ? " (upper bound: Gaffke's, from the range)" : "");
    }

    private int rank() {
        return (int) Math.floor(alpha * (resampled.length + 1) + 1e-9);
    }
}
