package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Range;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.ClusteredShare;
import io.github.fairnessgate.statistics.DesignEffect;
import io.github.fairnessgate.statistics.ExactNumber;
import io.github.fairnessgate.statistics.ExponentialInference;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.MedianOfSample;
import io.github.fairnessgate.statistics.NothingShown;
import io.github.fairnessgate.statistics.PairedClusterChange;
import io.github.fairnessgate.statistics.RatioBootstrap;
import io.github.fairnessgate.statistics.Resamples;
import io.github.fairnessgate.statistics.SameModel;
import io.github.fairnessgate.statistics.SignFlip;
import io.github.fairnessgate.statistics.Totals;
import io.github.fairnessgate.statistics.Widest;
import io.github.fairnessgate.statistics.WilsonShare;
import io.github.fairnessgate.statistics.WrittenMeans;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The outcomes of one metric over one slice, of both models, item beside item. Items are in the order of their ids and
 * clusters in the order of their first item, so that no result depends on the order of a file.
 */
final class PairedItems implements RuleItems {

    private final Comparison comparison;
    private final PairedSuite suite;
    private final int[] positions;
    private final Metric metric;
    private final double[] before;
    private final double[] after;
    private final double[] weights;
    private final int[] clusterOf;
    private final int clusters;
    private final double[] sizes;
    private final SortedMap<String, List<Integer>> groupMembers;
    private final Optional<WrittenMeans> written;
    private DesignEffect expectedEffect;

    /**
     * Items that belong together.
     *
     * @param groupMembers the items of every group by its name, where the metric compares groups
     * @param written which share of an item's texts is written, where the metric is a mean over these
     */
    PairedItems(
            Comparison comparison,
            Metric metric,
            PairedSuite suite,
            PairedSuite.Column column,
            SortedMap<String, List<Integer>> groupMembers,
            Optional<PairedSuite.Column> written) {
        this.comparison = comparison;
        this.suite = suite;
        this.positions = column.positions();
        this.metric = metric;
        this.before = column.before();
        this.after = column.after();
        this.weights = new double[before.length];
        this.clusterOf = new int[before.length];
        int[] indices = new int[suite.clusters()];
        int found = 0;
        for (int i = 0; i < before.length; i++) {
            int position = column.positions()[i];
            weights[i] = suite.weight(position);
            int cluster = suite.cluster(position);
            if (indices[cluster] == 0) {
                found++;
                indices[cluster] = found;
            }
            clusterOf[i] = indices[cluster] - 1;
        }
        this.clusters = found;
        this.sizes = new double[found];
        Arrays.stream(clusterOf).forEach(cluster -> sizes[cluster]++);
        this.groupMembers = groupMembers;
        this.written = written.map(share -> new WrittenMeans(before, share.before(), after, share.after()));
    }

    @Override
    public int size() {
        return before.length;
    }

    @Override
    public int clusters() {
        return clusters;
    }

    @Override
    public int fewestClusters() {
        return groupMembers.values().stream()
                .mapToInt(members ->
                        (int) members.stream().map(i -> clusterOf[i]).distinct().count())
                .min()
                .orElse(clusters);
    }

    @Override
    public Optional<String> undefined() {
        return written.flatMap(WrittenMeans::undefined);
    }

    @Override
    public double baseline() {
        return written.map(WrittenMeans::baseline).orElseGet(() -> value(before));
    }

    @Override
    public double candidate() {
        return written.map(WrittenMeans::candidate).orElseGet(() -> value(after));
    }

    @Override
    public Inference aboutBaseline(double alpha) {
        return written.map(means -> aboutMeanOfWritten(before, means.writtenBefore(), alpha))
                .orElseGet(() -> aboutValue(before, alpha));
    }

    @Override
    public Inference aboutCandidate(double alpha) {
        return written.map(means -> aboutMeanOfWritten(after, means.writtenAfter(), alpha))
                .orElseGet(() -> aboutValue(after, alpha));
    }

    @Override
    public Inference aboutChange(Reading ofBaseline, Reading ofCandidate, double alpha) {
        if (written.isPresent()) {
            return changeOfMeanOfWritten(written.get(), alpha);
        }
        if (metric.estimator().isCost()) {
            double[] ratios = new double[size()];
            Arrays.setAll(ratios, i -> after[i] / before[i]);
            return aboutCost(ratios, alpha);
        }
        double[] first = read(before, ofBaseline);
        double[] second = read(after, ofCandidate);
        if (metric.estimator() == Metric.Estimator.SHARE) {
            return changeOfShare(first, second, alpha);
        }
        if (Disparity.is(metric.estimator())) {
            return new DisparityChange(
                    metric.estimator(),
                    groups(first, second),
                    metric.range(),
                    alpha,
                    Resamples.COUNT,
                    comparison.seed());
        }
        return changeOverClusters(differences(first, second), alpha);
    }

    @Override
    public List<Item> turned(double from, double to) {
        return IntStream.range(0, size())
                .filter(i -> before[i] == from && after[i] == to)
                .mapToObj(i -> suite.item(positions[i]))
                .toList();
    }

    @Override
    public Inference aboutTurned(double from, double to, double alpha) {
        return share(turnedTotals(from, to), alpha);
    }

    /** Of the changes from baseline to candidate. */
    Totals changes(Reading ofBaseline, Reading ofCandidate) {
        return totals(differences(read(before, ofBaseline), read(after, ofCandidate)));
    }

    /** How many items count more and less after, and how many both times, where an item counts 0 or 1. */
    record Turned(long increased, long decreased, long both) {}

    Turned turned(Reading ofBaseline, Reading ofCandidate) {
        return turned(read(before, ofBaseline), read(after, ofCandidate));
    }

    private static Turned turned(double[] first, double[] second) {
        long decreased = count(second, first);
        return new Turned(
                count(first, second), decreased, Math.round(Arrays.stream(first).sum()) - decreased);
    }

    /** Whether items share clusters. */
    boolean clustered() {
        return clusters < size();
    }

    /** Of the baseline's values. */
    Totals valuesBefore() {
        return totals(before);
    }

    /** Whether the other metric's outcomes are of the same items. */
    boolean isOfTheItemsOf(PairedItems other) {
        return ids().equals(other.ids());
    }

    private List<String> ids() {
        return Arrays.stream(positions)
                .mapToObj(position -> suite.item(position).id())
                .toList();
    }

    /** Of the candidate's values. */
    Totals values() {
        return totals(after);
    }

    /** The totals of every group, where the metric compares groups; in the order of their names. */
    DisparityChange.Group[] groups(Reading ofBaseline, Reading ofCandidate) {
        return groups(read(before, ofBaseline), read(after, ofCandidate));
    }

    /** Of the items whose outcome is {@code from} with the baseline and {@code to} with the candidate. */
    Totals turnedTotals(double from, double to) {
        return totals(IntStream.range(0, size())
                .mapToDouble(i -> before[i] == from && after[i] == to ? 1 : 0)
                .toArray());
    }

    static double[] differences(double[] first, double[] second) {
        double[] differences = new double[first.length];
        Arrays.setAll(differences, i -> second[i] - first[i]);
        return differences;
    }

    private Totals totals(double[] outcomes) {
        return switch (metric.estimator()) {
            case SHARE -> new Totals(clusterSums(outcomes), sizes, 100);
            case CLUSTER_SHARE -> new Totals(clusterMeans(outcomes), repeated(1), 100);
            case MEAN -> new Totals(clusterSums(outcomes), sizes, 1);
            case PERPLEXITY -> new Totals(clusterSums(outcomes), clusterSums(weights), 1);
            case MEAN_OF_WRITTEN, GROUP_RANGE, GROUP_DEVIATION, DERIVED, EXACT, TURNS ->
                throw new IllegalStateException(
                        metric.estimator() + " is no ratio of totals with the same denominators");
        };
    }

    private Inference aboutValue(double[] outcomes, double alpha) {
        if (metric.estimator().isCost()) {
            return aboutCost(outcomes, alpha);
        }
        if (metric.estimator() == Metric.Estimator.SHARE) {
            return share(totals(outcomes), alpha);
        }
        Totals totals = totals(outcomes);
        return inUnit(overClusters(totals, rangeOfValues(totals), unseen(), alpha, comparison::resamples));
    }

    /** What is counted is known, and what was found in several rounds has a median. */
    private Inference aboutCost(double[] numbers, double alpha) {
        return metric.estimator() == Metric.Estimator.EXACT
                ? new ExactNumber(numbers[0])
                : new MedianOfSample(numbers, alpha);
    }

    /** A ratio of totals: the bootstrap and the bound from the range, whichever is more careful. */
    private Inference aboutMeanOfWritten(double[] outcomes, double[] share, double alpha) {
        RatioBootstrap bootstrap = new RatioBootstrap(
                new RatioBootstrap.Ratio(clusterSums(outcomes), clusterSums(share)),
                RatioBootstrap.Ratio.NONE,
                alpha,
                comparison::resamples);
        return widest(
                bootstrap,
                new RangeBound(new Totals(clusterSums(outcomes), clusterSums(share), 1), Range.UNIT, unseen(), alpha));
    }

    private Inference changeOfMeanOfWritten(WrittenMeans means, double alpha) {
        RatioBootstrap bootstrap = new RatioBootstrap(
                new RatioBootstrap.Ratio(clusterSums(means.after()), clusterSums(means.writtenAfter())),
                new RatioBootstrap.Ratio(clusterSums(means.before()), clusterSums(means.writtenBefore())),
                alpha,
                comparison::resamples);
        double[] changes = means.changes();
        Inference change = widest(
                bootstrap,
                new RangeBound(
                        new Totals(clusterSums(changes), sizes, means.unit()),
                        Range.UNIT.ofChanges(),
                        unseen(),
                        alpha));
        return new PairedClusterChange(change, signFlip(new Totals(clusterSums(means.exchanges()), sizes, 1)));
    }

    private static Inference widest(RatioBootstrap bootstrap, RangeBound bound) {
        return bootstrap.isConstant() ? bound : new Widest(bootstrap.estimate(), List.of(bootstrap, bound));
    }

    /** The share of items whose totals are given. */
    private Inference share(Totals totals, double alpha) {
        double count = Arrays.stream(totals.sums()).sum();
        return clustered()
                ? ClusteredShare.of(
                        effect -> effect.share(count, size(), alpha),
                        totals,
                        count,
                        expectedEffect(),
                        OptionalDouble.empty(),
                        alpha,
                        comparison::resamples)
                : WilsonShare.of(count, size(), alpha);
    }

    private Inference changeOfShare(double[] first, double[] second, double alpha) {
        Turned turned = turned(first, second);
        if (!clustered()) {
            return DesignEffect.NONE.difference(turned.increased(), turned.decreased(), turned.both(), size(), alpha);
        }
        Totals totals = totals(differences(first, second));
        return ClusteredShare.of(
                effect -> effect.difference(turned.increased(), turned.decreased(), turned.both(), size(), alpha),
                totals,
                turned.increased() + turned.decreased(),
                expectedEffect(),
                OptionalDouble.of(signFlip(totals)),
                alpha,
                comparison::resamples);
    }

    /**
     * Items of a cluster turn together only as far as they were decided alike: the larger design effect of either
     * model's own share.
     */
    DesignEffect expectedEffect() {
        if (expectedEffect == null) {
            expectedEffect = expectedEffect(before).orLarger(expectedEffect(after));
        }
        return expectedEffect;
    }

    private DesignEffect expectedEffect(double[] outcomes) {
        double[] items = itemsOfClusters();
        double[] means = clusterMeans(outcomes);
        double[] sums = new double[clusters];
        Arrays.setAll(sums, k -> items[k] * means[k]);
        return DesignEffect.estimated(
                sums, items, counted(outcomes, outcome -> outcome * outcome), DesignEffect.largest(items));
    }

    /**
     * As many as there are; where clusters count alike however large they are, so many independent items in each that a
     * mean over clusters varies as it does.
     */
    private double[] itemsOfClusters() {
        return metric.estimator() == Metric.Estimator.CLUSTER_SHARE
                ? repeated(clusters / Arrays.stream(sizes).map(size -> 1 / size).sum())
                : sizes;
    }

    /** The sum of a function of all items, each counted as {@link #itemsOfClusters} says. */
    private double counted(double[] outcomes, DoubleUnaryOperator function) {
        double[] items = itemsOfClusters();
        double[] means = clusterMeans(Arrays.stream(outcomes).map(function).toArray());
        return IntStream.range(0, clusters)
                .mapToDouble(k -> items[k] * means[k])
                .sum();
    }

    /** How many items changed, and of how many, as independent ones. */
    record Changed(double changed, double items) {}

    /** Of items in clusters fewer: both numbers are divided by the expected design effect. */
    Changed changed() {
        double effect = expectedEffect().value();
        return new Changed(
                counted(differences(before, after), change -> change == 0 ? 0 : 1) / effect,
                Arrays.stream(itemsOfClusters()).sum() / effect);
    }

    /**
     * Of a cluster's number in {@link #values}; where it has none by definition, the one that the data suggest, if any.
     */
    Optional<Range> rangeOfValues(Totals totals) {
        return metric.range().isPresent() ? metric.range() : RangeBound.ofValuesSeen(totals);
    }

    /** Likewise of a cluster's change. */
    Optional<Range> rangeOfChanges(Totals totals) {
        return metric.range().isPresent() ? metric.range().map(Range::ofChanges) : RangeBound.ofChangesSeen(totals);
    }

    /**
     * The weight of a cluster that was not seen: that of the largest one. Of a share within clusters, of which items
     * say yes or no, so many items of a cluster as the {@link DesignEffect} says that go together: all of them where
     * clusters are decided as wholes, one where items are decided one by one.
     */
    double unseen() {
        return switch (metric.estimator()) {
            case CLUSTER_SHARE -> expectedEffect().value() / itemsOfClusters()[0];
            case PERPLEXITY -> Arrays.stream(clusterSums(weights)).max().orElseThrow();
            default -> Arrays.stream(sizes).max().orElseThrow();
        };
    }

    private double signFlip(Totals totals) {
        return SignFlip.pIncrease(ClusterBootstrap.grouped(totals.sums()), comparison.seed());
    }

    private Inference changeOverClusters(double[] differences, double alpha) {
        Totals totals = totals(differences);
        Inference change = sameModel()
                ? new SameModel()
                : overClusters(totals, rangeOfChanges(totals), unseen(), alpha, comparison::resamples);
        return inUnit(new PairedClusterChange(change, signFlip(totals)));
    }

    /**
     * Whether two perplexities are those of the same model: no likelihood of any text differs in any digit, and the
     * texts' own likelihoods do. Every parameter has a part in the likelihood of every token, so that models which
     * differ in anything differ there.
     */
    boolean sameModel() {
        return metric.estimator() == Metric.Estimator.PERPLEXITY
                && Arrays.equals(before, after)
                && IntStream.range(0, size())
                                .mapToDouble(i -> before[i] / weights[i])
                                .distinct()
                                .count()
                        >= ClusterBootstrap.FEWEST_CLUSTERS;
    }

    /**
     * What clusters say: the bootstrap over them, where enough of them differ, and the bound from the range, whichever
     * is more careful; of several runs, by the means over them.
     *
     * @param range of a cluster's number; nothing where there is none, so that nothing is shown
     * @param unseen the weight of a cluster that was not seen
     */
    static Inference overClusters(
            Totals totals, Optional<Range> range, double unseen, double alpha, ClusterBootstrap.Supply supply) {
        ClusterBootstrap bootstrap =
                ClusterBootstrap.ofRatio(totals.sums(), totals.weights(), totals.unit(), alpha, supply);
        if (range.isEmpty()) {
            return new NothingShown(bootstrap.estimate());
        }
        RangeBound bound = new RangeBound(totals, range.get(), unseen, alpha);
        return bootstrap.hasBounds() ? new Widest(bootstrap.estimate(), List.of(bootstrap, bound)) : bound;
    }

    /** Perplexities are bootstrapped as logarithms. */
    private Inference inUnit(Inference inference) {
        return metric.estimator() == Metric.Estimator.PERPLEXITY ? new ExponentialInference(inference) : inference;
    }

    private double value(double[] outcomes) {
        return switch (metric.estimator()) {
            case SHARE -> 100 * Arrays.stream(outcomes).sum() / size();
            case CLUSTER_SHARE -> 100 * Arrays.stream(clusterMeans(outcomes)).sum() / clusters;
            case MEAN -> Arrays.stream(outcomes).sum() / size();
            case PERPLEXITY ->
                Math.exp(Arrays.stream(outcomes).sum() / Arrays.stream(weights).sum());
            case EXACT -> outcomes[0];
            case TURNS -> MedianOfSample.of(outcomes);
            case GROUP_RANGE, GROUP_DEVIATION ->
                Disparity.of(
                        metric.estimator(),
                        Arrays.stream(groups(outcomes, outcomes))
                                .mapToDouble(group -> group.mean(group.before()))
                                .toArray());
            case MEAN_OF_WRITTEN, DERIVED ->
                throw new IllegalStateException("outcomes alone do not say what " + metric.id() + " is");
        };
    }

    private DisparityChange.Group[] groups(double[] first, double[] second) {
        return groupMembers.values().stream()
                .map(members -> {
                    int[] own = members.stream().mapToInt(Integer::intValue).toArray();
                    Map<Integer, Integer> indices = new HashMap<>();
                    int[] cluster = Arrays.stream(own)
                            .map(i -> indices.computeIfAbsent(clusterOf[i], name -> indices.size()))
                            .toArray();
                    DisparityChange.Group group = new DisparityChange.Group(
                            new double[indices.size()], new double[indices.size()], new double[indices.size()]);
                    for (int i = 0; i < own.length; i++) {
                        group.before()[cluster[i]] += first[own[i]];
                        group.after()[cluster[i]] += second[own[i]];
                        group.items()[cluster[i]]++;
                    }
                    return group;
                })
                .toArray(DisparityChange.Group[]::new);
    }

    private double[] read(double[] outcomes, Reading reading) {
        if (reading == Reading.AS_IS) {
            return outcomes;
        }
        boolean share =
                metric.estimator() == Metric.Estimator.SHARE || metric.estimator() == Metric.Estimator.CLUSTER_SHARE;
        return Arrays.stream(outcomes)
                .map(outcome -> share ? 1 - outcome : -outcome)
                .toArray();
    }

    private double[] clusterSums(double[] values) {
        double[] sums = new double[clusters];
        for (int i = 0; i < values.length; i++) {
            sums[clusterOf[i]] += values[i];
        }
        return sums;
    }

    private double[] clusterMeans(double[] values) {
        double[] means = clusterSums(values);
        for (int k = 0; k < clusters; k++) {
            means[k] /= sizes[k];
        }
        return means;
    }

    /** One number for every cluster. */
    private double[] repeated(double number) {
        double[] numbers = new double[clusters];
        Arrays.fill(numbers, number);
        return numbers;
    }

    private static long count(double[] lower, double[] higher) {
        long count = 0;
        for (int i = 0; i < lower.length; i++) {
            count += higher[i] > lower[i] ? 1 : 0;
        }
        return count;
    }
}
