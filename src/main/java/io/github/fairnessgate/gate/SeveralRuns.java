package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.gate.DisparityChange.Group;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Range;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.ClusteredShare;
import io.github.fairnessgate.statistics.DesignEffect;
import io.github.fairnessgate.statistics.ExponentialInference;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.PairedClusterChange;
import io.github.fairnessgate.statistics.Resamples;
import io.github.fairnessgate.statistics.SameModel;
import io.github.fairnessgate.statistics.SignFlip;
import io.github.fairnessgate.statistics.Totals;
import io.github.fairnessgate.statistics.TwoLevelChange;
import io.github.fairnessgate.statistics.VarianceSplit;
import io.github.fairnessgate.statistics.Widest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A rule's items with several candidates that one recipe made under different seeds. What is inferred is about the mean
 * over all that the recipe could make. Nothing is shown that the items would not show if the candidates' mean were a
 * single candidate: beside {@link TwoLevelChange} stands what is inferred of a single one, and each bound is the one
 * further out. Of a disparity between groups it is {@link TwoLevelDisparity}.
 */
final class SeveralRuns implements RuleItems {

    private final Metric metric;
    private final List<PairedItems> runs;
    private final List<Comparison> comparisons;

    private SeveralRuns(Metric metric, List<PairedItems> runs, List<Comparison> comparisons) {
        this.metric = metric;
        this.runs = runs;
        this.comparisons = comparisons;
    }

    /**
     * Pairs the items of every candidate with those of the baseline.
     *
     * @param comparisons of the same baseline, one for each candidate, at least two
     * @throws io.github.fairnessgate.InvalidInputException if items are not the same everywhere, or are fewer than two
     */
    static SeveralRuns of(Rule rule, Metric metric, List<Comparison> comparisons) {
        List<PairedItems> runs = comparisons.stream()
                .map(comparison -> new ItemPairing(rule, metric, comparison).items())
                .toList();
        if (runs.get(0).size() < 2) {
            throw rule.location()
                    .problem("%s has only one item, which shows nothing over several runs; remove the rule"
                            .formatted(rule.subject()));
        }
        return new SeveralRuns(metric, runs, comparisons);
    }

    /** Where the variance of the change comes from. */
    VarianceSplit split() {
        List<Totals> changes = runs.stream()
                .map(run -> run.changes(Reading.AS_IS, Reading.AS_IS))
                .toList();
        return TwoLevelChange.split(
                sums(changes), changes.get(0).weights(), changes.get(0).unit());
    }

    @Override
    public int size() {
        return runs.get(0).size();
    }

    @Override
    public int clusters() {
        return runs.get(0).clusters();
    }

    @Override
    public int fewestClusters() {
        return runs.get(0).fewestClusters();
    }

    @Override
    public double baseline() {
        return runs.get(0).baseline();
    }

    /** {@inheritDoc} Of perplexities the geometric mean, which belongs to the mean of their logarithms. */
    @Override
    public double candidate() {
        boolean perplexity = metric.estimator() == Metric.Estimator.PERPLEXITY;
        double mean = runs.stream()
                .mapToDouble(run -> perplexity ? Math.log(run.candidate()) : run.candidate())
                .average()
                .orElseThrow();
        return perplexity ? Math.exp(mean) : mean;
    }

    @Override
    public Inference aboutBaseline(double alpha) {
        return runs.get(0).aboutBaseline(alpha);
    }

    @Override
    public Inference aboutCandidate(double alpha) {
        return inUnit(widest(PairedItems::values, PairedItems::rangeOfValues, alpha, meanShare(alpha)));
    }

    @Override
    public Inference aboutChange(Reading ofBaseline, Reading ofCandidate, double alpha) {
        if (Disparity.is(metric.estimator())) {
            return aboutDisparity(
                    runs.stream()
                            .map(run -> run.groups(ofBaseline, ofCandidate))
                            .toArray(Group[][]::new),
                    alpha);
        }
        Inference change = runs.stream().allMatch(PairedItems::sameModel)
                ? new SameModel()
                : widest(
                        run -> run.changes(ofBaseline, ofCandidate),
                        PairedItems::rangeOfChanges,
                        alpha,
                        meanTables(ofBaseline, ofCandidate, alpha));
        if (metric.estimator() == Metric.Estimator.SHARE && !runs.get(0).clustered()) {
            return change;
        }
        double[] mean = mean(sums(
                runs.stream().map(run -> run.changes(ofBaseline, ofCandidate)).toList()));
        return inUnit(new PairedClusterChange(
                change,
                SignFlip.pIncrease(
                        ClusterBootstrap.grouped(mean), comparisons.get(0).seed())));
    }

    @Override
    public List<Item> turned(double from, double to) {
        Map<String, Integer> counts = new HashMap<>();
        SortedMap<String, Item> items = new TreeMap<>();
        runs.forEach(run -> run.turned(from, to).forEach(item -> {
            counts.merge(item.id(), 1, Integer::sum);
            items.put(item.id(), item);
        }));
        return items.values().stream()
                .filter(item -> 2 * counts.get(item.id()) > runs.size())
                .toList();
    }

    @Override
    public Inference aboutTurned(double from, double to, double alpha) {
        double mean = runs.stream()
                .mapToInt(run -> run.turned(from, to).size())
                .average()
                .orElseThrow();
        return widest(run -> run.turnedTotals(from, to), PairedItems::rangeOfValues, alpha, wilson(mean, alpha));
    }

    private Inference aboutDisparity(Group[][] groups, double alpha) {
        long seed = comparisons.get(0).seed();
        Group[] mean = new Group[groups[0].length];
        for (int g = 0; g < mean.length; g++) {
            int group = g;
            double[] before = groups[0][g].before();
            double[] changes = mean(Arrays.stream(groups)
                    .map(run -> PairedItems.differences(before, run[group].after()))
                    .toArray(double[][]::new));
            double[] after = new double[before.length];
            Arrays.setAll(after, k -> before[k] + changes[k]); // the very same number where no run changed it
            mean[g] = new Group(before, after, groups[0][g].items());
        }
        TwoLevelDisparity twoLevel = new TwoLevelDisparity(metric.estimator(), groups, alpha, Resamples.COUNT, seed);
        return new Widest(
                twoLevel.estimate(),
                List.of(
                        twoLevel,
                        new DisparityChange(metric.estimator(), mean, metric.range(), alpha, Resamples.COUNT, seed)));
    }

    /**
     * What items that say yes or no would say if they were independent.
     *
     * @param inference by the effect of their clusters
     * @param squares how many items of a run are not 0, on average
     */
    private record Counted(Function<DesignEffect, Widest> inference, double squares) {}

    /**
     * @param range of a cluster's number
     * @param counted where items say yes or no
     */
    private Inference widest(
            Function<PairedItems, Totals> totals,
            BiFunction<PairedItems, Totals, Optional<Range>> range,
            double alpha,
            Optional<Counted> counted) {
        List<Totals> all = runs.stream().map(totals).toList();
        double[] weights = all.get(0).weights();
        double[][] sums = sums(all);
        double unit = all.get(0).unit();
        Comparison any = comparisons.get(0);
        List<Inference> inferences = new ArrayList<>();
        if (weights.length > 1) { // of a single cluster there is no variance
            inferences.add(TwoLevelChange.of(
                    sums,
                    weights,
                    unit,
                    alpha,
                    any.resamplesOfRuns(runs.size()),
                    any.resamples(ClusterBootstrap.grouped(weights).length)));
        }
        if (counted.isEmpty()) {
            Totals mean = new Totals(mean(sums), weights, unit);
            double unseen = runs.stream().mapToDouble(PairedItems::unseen).max().orElseThrow();
            inferences.add(
                    PairedItems.overClusters(mean, range.apply(runs.get(0), mean), unseen, alpha, any::resamples));
        } else {
            inferences.add(counted.get().inference().apply(DesignEffect.NONE));
            if (runs.get(0).clustered()) {
                inferences.addAll(ClusteredShare.byClusters(
                        counted.get().inference(),
                        new Totals(mean(sums), weights, unit),
                        counted.get().squares(),
                        runs.stream()
                                .map(PairedItems::expectedEffect)
                                .reduce(DesignEffect.NONE, DesignEffect::orLarger),
                        alpha,
                        any::resamples));
            }
        }
        return new Widest(unit * TwoLevelChange.ratio(sums, weights), inferences);
    }

    /** Tango's intervals of the two whole tables around the mean one, where items say yes or no. */
    private Optional<Counted> meanTables(Reading ofBaseline, Reading ofCandidate, double alpha) {
        if (metric.estimator() != Metric.Estimator.SHARE) {
            return Optional.empty();
        }
        List<PairedItems.Turned> turned =
                runs.stream().map(run -> run.turned(ofBaseline, ofCandidate)).toList();
        double increased = turned.stream()
                .mapToLong(PairedItems.Turned::increased)
                .average()
                .orElseThrow();
        double decreased = turned.stream()
                .mapToLong(PairedItems.Turned::decreased)
                .average()
                .orElseThrow();
        return Optional.of(new Counted(
                effect -> widest(
                        effect.difference(Math.ceil(increased), Math.floor(decreased), 0, size(), alpha),
                        effect.difference(Math.floor(increased), Math.ceil(decreased), 0, size(), alpha)),
                increased + decreased));
    }

    private Optional<Counted> meanShare(double alpha) {
        return metric.estimator() != Metric.Estimator.SHARE
                ? Optional.empty()
                : wilson(
                        runs.stream()
                                .mapToDouble(run ->
                                        Arrays.stream(run.values().sums()).sum())
                                .average()
                                .orElseThrow(),
                        alpha);
    }

    private Optional<Counted> wilson(double count, double alpha) {
        return Optional.of(new Counted(
                effect -> widest(
                        effect.share(Math.floor(count), size(), alpha), effect.share(Math.ceil(count), size(), alpha)),
                count));
    }

    private static Widest widest(Inference one, Inference other) {
        return new Widest(one.estimate(), List.of(one, other));
    }

    private Inference inUnit(Inference inference) {
        return metric.estimator() == Metric.Estimator.PERPLEXITY ? new ExponentialInference(inference) : inference;
    }

    private static double[][] sums(List<Totals> totals) {
        return totals.stream().map(Totals::sums).toArray(double[][]::new);
    }

    /** Of whole numbers that are the same in every run, that number to the last digit. */
    private static double[] mean(double[][] sums) {
        double[] mean = new double[sums[0].length];
        Arrays.setAll(mean, k -> Arrays.stream(sums).mapToDouble(row -> row[k]).sum() / sums.length);
        return mean;
    }
}
