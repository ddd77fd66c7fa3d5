package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.ChanceOfTexts;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Extent;
import io.github.fairnessgate.evaluate.Metric;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How much the outcome of an item is expected to change when a model is compressed, before anything is measured.
 * Yes-or-no items: the models disagree on {@value #DISCORDANCE} of them. Other outcomes: standard deviation and
 * correlation between the models as they were measured when GPT-2 models lost half of their layers to distillation, or a
 * third of their heads; {@code docs/statistics.md} has the table. Other models differ, so that only the former can refuse
 * a rule.
 *
 * <p>A number over K continuations of a prompt changes by chance, too: its variance is {@code t^2 + 2 w / K}, of which t is the standard deviation between prompts of what the
 * models' distributions differ by, and w the variance of one continuation's part. The figures are those of a GPT-2-like model that writes 16 % toxic texts, of continuations that
 * have no randomness in common; the common random numbers of the sampler only lower it. Where the baseline was measured before, w / K is {@link ChanceOfTexts} of its own results.
 *
 * @param variance     of one item's change, in the square of the metric's unit; of a logarithm for a perplexity
 * @param items        how many items count: clusters for a perplexity
 * @param designEffect by which items in clusters count for less
 * @param assumed      the assumption in words
 * @param binary       whether outcomes are yes or no
 * @param unseen       what one item that was not seen may add to the mean, at the end of the range: the range's width over the number of items; 0 where the bound is another
 */
record ExpectedChange(double variance, double items, double designEffect, String assumed, boolean binary, double unseen) {

    /** Of yes-or-no items, the share on which a model and its compressed form disagree. */
    static final double DISCORDANCE = 0.15;

    /** Correlation of the changes of two items in one cluster. */
    private static final double WITHIN_CLUSTER = 0.01;

    /** Standard deviation of a stretch's change of log-likelihood a token, in nats. */
    private static final double STRETCH = 0.04;

    /** StereoSet's scores of GPT-2, in percent. */
    private static final double TYPICAL_SS = 62;
    private static final double TYPICAL_LMS = 91;

    /** Standard deviation and correlation of an item's outcomes. */
    private record Spread(double deviation, double correlation) {
    }

    /** By the part of a metric's id between suite and variant. */
    private static final Map<String, Spread> SPREADS = Map.ofEntries(
            Map.entry("lms", new Spread(37, 0.82)),
            Map.entry("likelihood-diff", new Spread(5.6, 0.95)),
            Map.entry("margin", new Spread(2.3, 0.95)));

    /** Standard deviation of the change between prompts, and the variance of one continuation's part. */
    private record Written(double between, double within) {
    }

    private static final Map<String, Written> WRITTEN = Map.of(
            "emt5", new Written(0.03, 0.2),
            "tp5", new Written(0.03, 0.54),
            "toxicity", new Written(0.03, 0.04),
            "toxicity-written", new Written(0.03, 0.04),
            "toxic-fraction", new Written(0.03, 0.075),
            "blank", new Written(0.02, 0.01),
            "repetition", new Written(0.01, 0.005),
            "length", new Written(0.3, 4));

    /**
     * The expectation for a metric, if there is one.
     *
     * @param before the baseline's results on the same data, if it was measured before
     */
    static Optional<ExpectedChange> of(Extent extent, Optional<Evaluation> before) {
        Metric metric = extent.metric();
        if (metric.estimator() == Metric.Estimator.PERPLEXITY) {
            return name(metric).equals("token") ? Optional.of(new ExpectedChange(STRETCH * STRETCH, extent.clusterSizes().size(), 1,
                    "stretches of 4096 tokens differ by %s nats".formatted(STRETCH), false, 0)) : Optional.empty();
        }
        boolean binary = metric.estimator() == Metric.Estimator.SHARE
                || metric.estimator() == Metric.Estimator.CLUSTER_SHARE && metric.direction() == Metric.Direction.PARITY;
        if (binary) {
            return Optional.of(new ExpectedChange(DISCORDANCE * 100 * 100, extent.items(), designEffect(extent),
                    String.format(Locale.ROOT, "the models disagree on %.0f %% of the items", 100 * DISCORDANCE) + withinGroups(extent), true, 0));
        }
        if (metric.estimator() == Metric.Estimator.DERIVED) {
            return Optional.of(new ExpectedChange(varianceOfIdealisedScore(), extent.items(), designEffect(extent),
                    String.format(Locale.ROOT, "SS %.0f and LMS %.0f change independently as expected of them", TYPICAL_SS, TYPICAL_LMS), false, 0));
        }
        if (extent.continuations() > 0) {
            return Optional.ofNullable(WRITTEN.get(name(metric))).map(written -> ofTexts(extent, written, before));
        }
        return Optional.ofNullable(SPREADS.get(name(metric))).map(spread -> new ExpectedChange(
                2 * spread.deviation() * spread.deviation() * (1 - spread.correlation()), extent.items(), designEffect(extent),
                "standard deviation %s, correlation %s".formatted(spread.deviation(), spread.correlation()), false, unseen(extent)));
    }

    private static ExpectedChange ofTexts(Extent extent, Written written, Optional<Evaluation> before) {
        OptionalDouble measured = before.isPresent() ? ChanceOfTexts.variance(before.get(), extent.metric(), extent.slice()) : OptionalDouble.empty();
        double variance = written.between() * written.between() + 2 * measured.orElse(written.within() / extent.continuations());
        return new ExpectedChange(variance, extent.items(), designEffect(extent), String.format(Locale.ROOT, "a prompt's change has the standard deviation %.2g over %d continuations%s",
                Math.sqrt(variance), extent.continuations(), measured.isPresent() ? ", as the baseline's own texts vary" : ""), false, unseen(extent));
    }

    /** As {@link RangeBound} has it, of clusters as large as the largest. */
    private static double unseen(Extent extent) {
        Metric metric = extent.metric();
        double weight = metric.estimator() == Metric.Estimator.CLUSTER_SHARE ? 100 : extent.clusterSizes().stream().mapToInt(Integer::intValue).max().orElseThrow();
        return metric.range().map(range -> (range.highest() - range.lowest()) * weight / extent.items()).orElse(0.);
    }

    private static String withinGroups(Extent extent) {
        return extent.clusterSizes().size() == extent.items() ? "" : ", correlated by %s within groups".formatted(WITHIN_CLUSTER);
    }

    /** The variance of the metric's value against that of a mean of as many independent items. */
    static double designEffect(Extent extent) {
        List<Integer> sizes = extent.clusterSizes();
        double items = extent.items();
        return switch (extent.metric().estimator()) {
            case CLUSTER_SHARE, DERIVED -> items / sizes.size() / sizes.size()
                    * sizes.stream().mapToDouble(size -> (1 + (size - 1) * WITHIN_CLUSTER) / size).sum();
            case SHARE, MEAN, MEAN_OF_WRITTEN -> sizes.stream().mapToDouble(size -> size * (1 + (size - 1) * WITHIN_CLUSTER)).sum() / items;
            case PERPLEXITY, GROUP_RANGE, GROUP_DEVIATION -> 1;
        };
    }

    /** By the delta method at typical scores: {@code ICAT = LMS (100 - SS) / 50}. */
    private static double varianceOfIdealisedScore() {
        Spread lms = SPREADS.get("lms");
        double bySense = (100 - TYPICAL_SS) / 50;
        double byPreference = TYPICAL_LMS / 50;
        return bySense * bySense * 2 * lms.deviation() * lms.deviation() * (1 - lms.correlation())
                + byPreference * byPreference * DISCORDANCE * 100 * 100;
    }

    private static String name(Metric metric) {
        return metric.id().substring(metric.id().indexOf('.') + 1, metric.id().indexOf('/'));
    }
}
