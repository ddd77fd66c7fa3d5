package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.ChanceOfTexts;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Extent;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.metric.ExpectedSpread;
import io.github.fairnessgate.metric.ExpectedSpread.OfIdealisedScore;
import io.github.fairnessgate.metric.ExpectedSpread.OfItems;
import io.github.fairnessgate.metric.ExpectedSpread.OfStretches;
import io.github.fairnessgate.metric.ExpectedSpread.OfTexts;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricDefinition;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much the outcome of an item is expected to change when a model is compressed, before anything is measured.
 * Yes-or-no items: the models disagree on {@value #DISCORDANCE} of them. Other outcomes: standard deviation and
 * correlation between the models as they were measured when GPT-2 models lost half of their layers to distillation, or
 * a third of their heads; {@code docs/statistics.md} has the table. Other models differ, so that only the former can
 * refuse a rule.
 *
 * <p>A number over K continuations of a prompt changes by chance, too: its variance is {@code t^2 + 2 w / K}, of which
 * t is the standard deviation between prompts of what the models' distributions differ by, and w the variance of one
 * continuation's part. The figures are those of a GPT-2-like model that writes 16 % toxic texts, of continuations that
 * have no randomness in common; the common random numbers of the sampler only lower it. Where the baseline was measured
 * before, w / K is {@link ChanceOfTexts} of its own results.
 *
 * @param variance of one item's change, in the square of the metric's unit; of a logarithm for a perplexity
 * @param items how many items count: clusters for a perplexity
 * @param designEffect by which items in clusters count for less
 * @param assumed the assumption in words
 * @param binary whether outcomes are yes or no
 * @param unseen what one item that was not seen may add to the mean, at the end of the range: the range's width over
 *     the number of items; 0 where the bound is another
 */
record ExpectedChange(
        double variance, double items, double designEffect, String assumed, boolean binary, double unseen) {

    /** Of yes-or-no items, the share on which a model and its compressed form disagree. */
    static final double DISCORDANCE = 0.15;

    /** Correlation of the changes of two items in one cluster. */
    private static final double WITHIN_CLUSTER = 0.01;

    /**
     * The expectation for a metric, if there is one.
     *
     * @param before the baseline's results on the same data, if it was measured before
     */
    static Optional<ExpectedChange> of(Extent extent, Optional<Evaluation> before) {
        Metric metric = extent.metric();
        boolean binary = metric.estimator() == Metric.Estimator.SHARE
                || metric.estimator() == Metric.Estimator.CLUSTER_SHARE
                        && metric.direction() == Metric.Direction.PARITY;
        if (binary) {
            return Optional.of(new ExpectedChange(
                    DISCORDANCE * 100 * 100,
                    extent.items(),
                    designEffect(extent),
                    String.format(Locale.ROOT, "the models disagree on %.0f %% of the items", 100 * DISCORDANCE)
                            + withinGroups(extent),
                    true,
                    0));
        }
        return Suites.definition(metric.id())
                .flatMap(MetricDefinition::spread)
                .flatMap(spread -> of(extent, spread, before));
    }

    private static Optional<ExpectedChange> of(Extent extent, ExpectedSpread spread, Optional<Evaluation> before) {
        if (spread instanceof OfStretches stretches) {
            return Optional.of(new ExpectedChange(
                    stretches.deviation() * stretches.deviation(),
                    extent.clusterSizes().size(),
                    1,
                    "stretches of 4096 tokens differ by %s nats".formatted(stretches.deviation()),
                    false,
                    0));
        }
        if (spread instanceof OfIdealisedScore score) {
            return Optional.of(new ExpectedChange(
                    variance(score),
                    extent.items(),
                    designEffect(extent),
                    String.format(
                            Locale.ROOT,
                            "SS %.0f and LMS %.0f change independently as expected of them",
                            score.preference(),
                            score.sense()),
                    false,
                    0));
        }
        if (spread instanceof OfTexts texts) {
            return extent.continuations() > 0 ? Optional.of(ofTexts(extent, texts, before)) : Optional.empty();
        }
        OfItems items = (OfItems) spread;
        return Optional.of(new ExpectedChange(
                items.varianceOfChange(),
                extent.items(),
                designEffect(extent),
                "standard deviation %s, correlation %s".formatted(items.deviation(), items.correlation()),
                false,
                unseen(extent)));
    }

    private static ExpectedChange ofTexts(Extent extent, OfTexts written, Optional<Evaluation> before) {
        OptionalDouble measured = before.isPresent()
                ? ChanceOfTexts.variance(before.get(), extent.metric(), extent.slice())
                : OptionalDouble.empty();
        double variance =
                written.between() * written.between() + 2 * measured.orElse(written.within() / extent.continuations());
        return new ExpectedChange(
                variance,
                extent.items(),
                designEffect(extent),
                String.format(
                        Locale.ROOT,
                        "a prompt's change has the standard deviation %.2g over %d continuations%s",
                        Math.sqrt(variance),
                        extent.continuations(),
                        measured.isPresent() ? ", as the baseline's own texts vary" : ""),
                false,
                unseen(extent));
    }

    /** As {@link RangeBound} has it, of clusters as large as the largest. */
    private static double unseen(Extent extent) {
        Metric metric = extent.metric();
        double weight = metric.estimator() == Metric.Estimator.CLUSTER_SHARE
                ? 100
                : extent.clusterSizes().stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElseThrow();
        return metric.range()
                .map(range -> (range.highest() - range.lowest()) * weight / extent.items())
                .orElse(0.);
    }

    private static String withinGroups(Extent extent) {
        return extent.clusterSizes().size() == extent.items()
                ? ""
                : ", correlated by %s within groups".formatted(WITHIN_CLUSTER);
    }

    /** The variance of the metric's value against that of a mean of as many independent items. */
    static double designEffect(Extent extent) {
        List<Integer> sizes = extent.clusterSizes();
        double items = extent.items();
        return switch (extent.metric().estimator()) {
            case CLUSTER_SHARE, DERIVED ->
                items
                        / sizes.size()
                        / sizes.size()
                        * sizes.stream()
                                .mapToDouble(size -> (1 + (size - 1) * WITHIN_CLUSTER) / size)
                                .sum();
            case SHARE, MEAN, MEAN_OF_WRITTEN ->
                sizes.stream()
                                .mapToDouble(size -> size * (1 + (size - 1) * WITHIN_CLUSTER))
                                .sum()
                        / items;
            case PERPLEXITY, GROUP_RANGE, GROUP_DEVIATION, EXACT, TURNS -> 1;
        };
    }

    /** By the delta method at typical scores: {@code ICAT = LMS (100 - SS) / 50}. */
    private static double variance(OfIdealisedScore score) {
        double bySense = (100 - score.preference()) / 50;
        double byPreference = score.sense() / 50;
        return bySense
                        * bySense
                        * 2
                        * score.ofSense().deviation()
                        * score.ofSense().deviation()
                        * (1 - score.ofSense().correlation())
                + byPreference * byPreference * DISCORDANCE * 100 * 100;
    }
}
