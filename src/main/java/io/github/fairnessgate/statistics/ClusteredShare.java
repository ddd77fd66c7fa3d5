package io.github.fairnessgate.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What items in clusters say about a share of items, or about the difference of two: what they would say if they were
 * independent, and what their clusters say, whichever is more careful. Each bound is the one further out and each
 * p-value the largest.
 *
 * <p>Clusters speak twice. First by the studentised bootstrap of the ratio of totals, {@code sum s_k / sum n_k}. It
 * knows nothing of what it has not seen: where no cluster or only a few differ from the rest, it has no width or no
 * bound and is not heard. Second by the score interval of independent items with their counts divided by the
 * {@link DesignEffect} that the data show. Where fewer than {@value ClusterBootstrap#FEWEST_CLUSTERS} clusters differ
 * from the rest, the effect is at least the expected one.
 *
 * @param items as if they were independent
 * @param clusters the bootstrap, if it has bounds, and the score interval of fewer items
 * @param signFlip of a difference the one-sided p-value against an increase, by the sign-flip test over clusters
 */
public record ClusteredShare(Inference items, List<Inference> clusters, OptionalDouble signFlip) implements Inference {

    public ClusteredShare {
        clusters = List.copyOf(clusters);
    }

    /**
     * Of items in clusters, at least two of which share one.
     *
     * @param counted the inference from independent items, by the design effect by which to divide their counts
     * @param totals of each cluster
     * @param squares sum of the squares of the items' numbers, which are 1, 0 or -1: how many are not 0
     * @param expected the design effect where only few items are not 0
     * @param signFlip of a difference
     * @param supply of resamples
     */
    public static ClusteredShare of(
            Function<DesignEffect, ? extends Inference> counted,
            Totals totals,
            double squares,
            DesignEffect expected,
            OptionalDouble signFlip,
            double alpha,
            ClusterBootstrap.Supply supply) {
        Inference whole = counted.apply(DesignEffect.NONE);
        return new ClusteredShare(whole, byClusters(counted, totals, squares, expected, alpha, supply), signFlip);
    }

    /** What the clusters alone say, each of the inferences to be heeded. */
    public static List<Inference> byClusters(
            Function<DesignEffect, ? extends Inference> counted,
            Totals totals,
            double squares,
            DesignEffect expected,
            double alpha,
            ClusterBootstrap.Supply supply) {
        double[] sums = totals.sums();
        double[] sizes = totals.weights();
        if (sums.length < ClusterBootstrap.FEWEST_CLUSTERS) {
            return List.of(counted.apply(DesignEffect.largest(sizes)));
        }
        DesignEffect estimated = DesignEffect.estimated(sums, sizes, squares, expected);
        Inference fewer = counted.apply(fewDiffer(sums, sizes) ? estimated.orLarger(expected) : estimated);
        ClusterBootstrap bootstrap = ClusterBootstrap.ofRatio(sums, sizes, totals.unit(), alpha, supply);
        return bootstrap.hasBounds() ? List.of(bootstrap, fewer) : List.of(fewer);
    }

    /** Fewer than {@value ClusterBootstrap#FEWEST_CLUSTERS} clusters are other than empty, or other than full. */
    private static boolean fewDiffer(double[] sums, double[] sizes) {
        long notEmpty = Arrays.stream(sums).filter(sum -> sum != 0).count();
        long notFull = 0;
        for (int k = 0; k < sums.length; k++) {
            notFull += Math.abs(sums[k]) != sizes[k] ? 1 : 0;
        }
        return Math.min(notEmpty, notFull) < ClusterBootstrap.FEWEST_CLUSTERS;
    }

    @Override
    public double estimate() {
        return items.estimate();
    }

    @Override
    public double low() {
        return Math.min(
                items.low(), clusters.stream().mapToDouble(Inference::low).min().orElseThrow());
    }

    @Override
    public double high() {
        return Math.max(
                items.high(),
                clusters.stream().mapToDouble(Inference::high).max().orElseThrow());
    }

    /** {@inheritDoc} Only the hypothesis of no change, 0, has a sign-flip test. */
    @Override
    public double pAbove(double hypothesis) {
        double p = Math.max(
                items.pAbove(hypothesis),
                clusters.stream()
                        .mapToDouble(each -> each.pAbove(hypothesis))
                        .max()
                        .orElseThrow());
        return hypothesis == 0 && signFlip.isPresent() ? Math.max(p, signFlip.getAsDouble()) : p;
    }

    @Override
    public double pBelow(double hypothesis) {
        return Math.max(
                items.pBelow(hypothesis),
                clusters.stream()
                        .mapToDouble(each -> each.pBelow(hypothesis))
                        .max()
                        .orElseThrow());
    }

    /** {@inheritDoc} That of the bootstrap: other intervals of a table count items as independent. */
    @Override
    public Optional<SecondOpinion> secondOpinion() {
        return clusters.get(0).secondOpinion().filter(opinion -> clusters.get(0) instanceof ClusterBootstrap);
    }

    @Override
    public Optional<McNemar> mcNemar() {
        return items.mcNemar();
    }

    @Override
    public String method() {
        return Widest.method(
                        Stream.concat(Stream.of(items), clusters.stream()).toList(),
                        each -> each == items || each instanceof ClusterBootstrap
                                ? each.method()
                                : each.method() + " with design effect")
                + (signFlip.isPresent() ? ", sign-flip test" : "");
    }
}
