package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.evaluate.Metric;
import io.github.fairnessgate.evaluate.Metric.Range;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The change of the disparity between groups: candidate's less baseline's, over the same items.
 *
 * <p>Within each group its clusters are drawn with replacement, as many as there are, the same for both models. The
 * interval's lower end is the percentile of the change. The upper end is not: the largest of several noisy means is too
 * large by chance, the more so the closer the groups lie together, so that a model whose groups are moved apart seems to
 * change by less than it does. A disparity is a seminorm, so it cannot grow by more than the disparity of the groups' own
 * changes; the upper end is the percentile of that. It is wide where groups moved, in whatever direction, and 0 where
 * nothing changed.
 *
 * <p>Of outcomes with a range, from 0 to 1, it is at least what groups may have changed unseen of which fewer than {@value ClusterBootstrap#FEWEST_CLUSTERS} clusters changed: if
 * {@code m} clusters of F groups did, of at least {@code n} in each, the sum of the shares that do is at most F times Clopper and Pearson's bound of m of
 * {@code F n}, as shares that are all alike make few changes the likeliest (Hoeffding); of m = 0 that is {@code F (1 - alpha^(1 / (F n)))}. The range of these
 * groups' changes is at most the sum of two shares, the sum of their deviations {@code 2 (G - 1) / G} times that of all, of G groups with the others. Where no
 * cluster of any group changed, the lower end is as far away. Changes of at most {@value #NOISE} of the range are none. Of outcomes without a range there is no such bound,
 * and where so few clusters of a group changed, nothing is shown.
 *
 * <p>Test that nothing changed: the larger of the p-values of the bootstrap, {@code (1 + #{change* <= 0}) / (B + 1)}, and
 * of a permutation test in which for every cluster it is drawn which model is called the candidate,
 * {@code (1 + #{change* >= change}) / (B + 1)}. The quantiles of the permuted changes say what chance alone does.
 *
 * <p>Sources: A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application (1997), sections 3.2 (several samples),
 * 4.3 and 5.3; B. Phipson, G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010) 39;
 * C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404-413; W. Hoeffding, Annals of Mathematical Statistics 27 (1956) 713-721.
 */
final class DisparityChange implements Inference {

    /** Relative difference below which two disparities are equal but for rounding. */
    private static final double NEGLIGIBLE = 1e-12;

    /** As a share of the range. */
    private static final double NOISE = 0.01;

    private final double estimate;
    private final double magnitude;
    private final double[] resampled;
    private final double[] bounding;
    private final double[] permuted;
    private final double alpha;
    private final boolean unchanged;
    private final double unseen;

    /**
     * Totals of a group's clusters.
     *
     * @param before outcomes of the baseline, added up, one for each cluster
     * @param after  of the candidate
     * @param items  in the cluster, positive
     */
    record Group(double[] before, double[] after, double[] items) {

        double mean(double[] outcomes) {
            return Arrays.stream(outcomes).sum() / Arrays.stream(items).sum();
        }

        /** How many clusters changed by more than so much an item. */
        private int changed(double noise) {
            return (int) IntStream.range(0, items.length).filter(k -> Math.abs(before[k] - after[k]) > noise * items[k]).count();
        }
    }

    /**
     * Infers the change.
     *
     * @param groups at least two, each with at least one cluster
     * @param range  of every outcome, where it has one
     * @param tries  number of resamples, and of permutations
     * @param seed   of both
     */
    DisparityChange(Metric.Estimator estimator, Group[] groups, Optional<Range> range, double alpha, int tries, long seed) {
        this.alpha = alpha;
        this.unchanged = Arrays.stream(groups).allMatch(group -> group.changed(0) == 0);
        this.unseen = unseen(estimator, groups, range, alpha);
        double[] before = Arrays.stream(groups).mapToDouble(group -> group.mean(group.before())).toArray();
        double[] after = Arrays.stream(groups).mapToDouble(group -> group.mean(group.after())).toArray();
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

    /** By how much the disparity of the groups may have changed of which few clusters did; 0 where there is no such group, infinite where nothing bounds it. */
    private static double unseen(Metric.Estimator estimator, Group[] groups, Optional<Range> range, double alpha) {
        double width = range.map(known -> known.highest() - known.lowest()).orElse(0.);
        Group[] few = Arrays.stream(groups).filter(group -> group.changed(NOISE * width) < ClusterBootstrap.FEWEST_CLUSTERS).toArray(Group[]::new);
        if (few.length == 0) {
            return 0;
        }
        if (range.isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        int clusters = Arrays.stream(few).mapToInt(group -> group.items().length).min().orElseThrow();
        int[] changed = Arrays.stream(few).mapToInt(group -> group.changed(NOISE * width)).sorted().toArray();
        return width * unseen(estimator, groups.length, changed, clusters, alpha);
    }

    /**
     * The upper bound of the change of a disparity if no outcome changed: the smallest margin that these groups can show, whatever the model.
     *
     * @param groups   at least 2
     * @param clusters of the smallest group
     */
    static double unseen(Metric.Estimator estimator, int groups, int clusters, Range range, double alpha) {
        return (range.highest() - range.lowest()) * unseen(estimator, groups, new int[groups], clusters, alpha);
    }

    /** As a share of the range; counts of changed clusters ascend. */
    private static double unseen(Metric.Estimator estimator, int groups, int[] changed, int clusters, double alpha) {
        return estimator == Metric.Estimator.GROUP_RANGE ? shares(Arrays.copyOfRange(changed, Math.max(0, changed.length - 2), changed.length), clusters, alpha)
                : 2 * (groups - 1.) / groups * shares(changed, clusters, alpha);
    }

    /** The bound of the sum of the shares of clusters that change, of as many groups as there are counts. */
    private static double shares(int[] changed, int clusters, double alpha) {
        return changed.length * ClusterBootstrap.clopperPearsonUpper(Arrays.stream(changed).sum(), (double) changed.length * clusters, alpha);
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
        return unchanged && unseen > 0 ? -unseen : Math.min(resampled[rank() - 1], high());
    }

    @Override
    public double high() {
        return Math.max(unseen, bounding[bounding.length - rank()]);
    }

    @Override
    public double pAbove(double hypothesis) {
        double bootstrap = (1.0 + Arrays.stream(resampled).filter(change -> change <= hypothesis).count()) / (resampled.length + 1.0);
        return hypothesis == 0 ? Math.max(bootstrap, permutationP()) : bootstrap;
    }

    @Override
    public double pBelow(double hypothesis) {
        return (1.0 + Arrays.stream(bounding).filter(change -> change >= hypothesis).count()) / (resampled.length + 1.0);
    }

    /** The p-value of the permutation test, against an increase. */
    double permutationP() {
        double threshold = estimate - NEGLIGIBLE * magnitude;
        return (1.0 + Arrays.stream(permuted).filter(change -> change >= threshold).count()) / (resampled.length + 1.0);
    }

    /** The change that a share of the permutations stay below. */
    double byChance(double share) {
        return permuted[Math.min(resampled.length - 1, (int) Math.floor(share * resampled.length))];
    }

    @Override
    public String method() {
        return "bootstrap within groups, permutation of the models" + (unseen > bounding[bounding.length - rank()] ? " (upper bound: Clopper-Pearson, of the few that changed)" : "");
    }

    private int rank() {
        return (int) Math.floor(alpha * (resampled.length + 1) + 1e-9);
    }
}
