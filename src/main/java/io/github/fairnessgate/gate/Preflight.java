package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Extent;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.Power;
import io.github.fairnessgate.yaml.NearestName;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the data of every rule can show, before any model runs: a margin below that would come out inconclusive even for
 * a model that did not change at all.
 *
 * @param rule the rule
 * @param items of the metric in the slice; 0 where that is known only after measuring
 * @param clusters independent groups of them; every item is one where the metric counts items as independent
 * @param smallest the smallest margin that can be shown, in the unit of the rule's limit; nothing where too little is
 *     known
 * @param assumed what that rests on, in words
 * @param binding whether a smaller margin is refused: outcomes are yes or no, so that the data's size says it all
 * @param tooFew how many independent groups there are, in words, where these are too few to show anything, so that the
 *     rule is inconclusive by design; of a metric that compares slices, which of these have so few
 */
public record Preflight(
        Rule rule,
        int items,
        int clusters,
        Optional<Double> smallest,
        String assumed,
        boolean binding,
        Optional<String> tooFew) {

    /** With which a model that did not change is to pass. */
    public static final double POWER = 0.8;

    private static final int DECIMALS = 2;

    /**
     * Looks at every rule.
     *
     * @param extents of all suites that the thresholds name
     * @param written ids of those whose prompts the models continue: under an escalation, their rules are looked at by
     *     what the first look shows
     * @throws InvalidInputException if a rule that decides has a margin that its data cannot show, or data that can
     *     show nothing, unless the thresholds allow it; if a suite has no such metric or slice; if more is to be drawn
     *     of what no look can have more of
     */
    public static List<Preflight> of(Thresholds thresholds, List<Extent> extents, Set<String> written) {
        return of(thresholds, extents, written, Optional.empty());
    }

    /**
     * Looks at every rule.
     *
     * @param baseline what was measured of it before, on the same data: what it writes says how much of a change is
     *     chance
     */
    public static List<Preflight> of(
            Thresholds thresholds, List<Extent> extents, Set<String> written, Optional<Evaluation> baseline) {
        double alpha = thresholds.alpha().doubleValue();
        Optional<Escalation> plan = thresholds.escalation();
        plan.ifPresent(escalation -> escalation.requireDraws(thresholds, written));
        List<Preflight> rules = thresholds.rules().stream()
                .map(rule -> plan.filter(escalation -> written.contains(rule.suite()))
                        .map(escalation -> of(
                                        rule,
                                        thresholds,
                                        new Power(escalation.level(alpha, 1), POWER),
                                        extents,
                                        baseline)
                                .atFirstOf(escalation))
                        .orElseGet(() -> of(rule, thresholds, new Power(alpha, POWER), extents, baseline)))
                .toList();
        if (!thresholds.allowUnderpowered()) {
            rules.forEach(Preflight::requireGroups);
            rules.forEach(rule -> rule.requirePower(thresholds));
        }
        return rules;
    }

    /** What a suite measures is known before any model runs, and so is a metric or a slice that it does not have. */
    private static void requireKnown(Rule rule, Thresholds thresholds, List<Extent> extents) {
        Map<String, Set<String>> slices = new TreeMap<>();
        extents.stream()
                .filter(extent -> extent.metric().suite().equals(rule.suite()))
                .forEach(extent -> slices.computeIfAbsent(extent.metric().id(), id -> new TreeSet<>())
                        .add(extent.slice()));
        if (!slices.isEmpty() && slices.keySet().stream().noneMatch(metric -> means(rule, metric))) {
            throw rule.location()
                    .problem("the suite %s has no metric \"%s\"%s"
                            .formatted(rule.suite(), rule.metric(), NearestName.hint(rule.metric(), slices.keySet())));
        }
        slices.keySet().removeIf(metric -> !means(rule, metric));
        slices.values().stream().filter(known -> known.size() > 1).findFirst().ifPresent(known -> {
            throw rule.location()
                    .problem("%s has no slice \"%s\"%s%s"
                            .formatted(
                                    rule.metric(),
                                    rule.slice(),
                                    choice(thresholds, rule.suite()),
                                    NearestName.hint(rule.slice(), known)));
        });
    }

    /** Why a slice may not be there. */
    private static String choice(Thresholds thresholds, String suite) {
        return Optional.ofNullable(thresholds.suites().get(suite))
                .flatMap(SuiteOptions::slices)
                .map(choice -> ", as line %d chooses among the slices of %s"
                        .formatted(choice.location().line(), suite))
                .orElse("");
    }

    private Preflight atFirstOf(Escalation plan) {
        return new Preflight(
                rule,
                items,
                clusters,
                smallest,
                String.format(Locale.ROOT, "%s; at the first of %d looks", assumed, plan.looks()),
                binding,
                tooFew);
    }

    /** Whether the rule's margin, if it has one, is smaller than what can be shown. */
    public boolean underpowered() {
        return smallest.isPresent()
                && rule.changeLimit()
                        .filter(limit -> limit.value().doubleValue() < smallest.get())
                        .isPresent();
    }

    /** The cells of a table: subject, items, smallest margin, the rule's own, assumption. */
    public List<String> cells() {
        List<String> cells = new ArrayList<>();
        cells.add(rule.subject());
        cells.add(items == 0 ? "?" : items + (clusters == items ? "" : " in " + clusters));
        cells.add(tooFew.isPresent() ? "none" : smallest.map(Preflight::written).orElse("?"));
        cells.add(rule.changeLimit()
                        .map(limit -> limit.kind().key() + " " + limit.value().toPlainString())
                        .orElse("none")
                + (underpowered() ? " (too small)" : ""));
        cells.add(
                tooFew.isPresent()
                        ? String.format(
                                Locale.ROOT,
                                "inconclusive by design: %s, fewer than %d show nothing",
                                tooFew.get(),
                                ClusterBootstrap.FEWEST_CLUSTERS)
                        : assumed);
        return cells;
    }

    private static Preflight of(
            Rule rule, Thresholds thresholds, Power power, List<Extent> extents, Optional<Evaluation> baseline) {
        List<Extent> own = extents.stream()
                .filter(extent -> extent.slice().equals(rule.slice())
                        && means(rule, extent.metric().id()))
                .toList();
        if (own.isEmpty()) {
            requireKnown(rule, thresholds, extents);
            return new Preflight(rule, 0, 0, Optional.empty(), "known only after measuring", false, Optional.empty());
        }
        Extent extent = own.get(0);
        List<Extent> compared = compared(extent, extents);
        requireSeveral(rule, extent, compared);
        if (!compared.isEmpty()) {
            return ofDisparity(rule, power, extent, compared);
        }
        Optional<ExpectedChange> expected = ExpectedChange.of(extent, baseline);
        Optional<Double> smallest = expected.map(change ->
                        power.smallestMargin(change.variance(), change.items(), change.designEffect(), change.unseen()))
                .map(margin -> extent.metric().estimator() == Metric.Estimator.PERPLEXITY ? Math.exp(margin) : margin);
        if (extent.metric().estimator() == Metric.Estimator.EXACT) {
            smallest = Optional.of(0.);
        }
        int clusters = extent.clusterSizes().size();
        return new Preflight(
                rule,
                extent.items(),
                clusters,
                smallest,
                expected.map(change -> (change.binary() ? "if " : "estimate, if ") + change.assumed())
                        .orElse(
                                switch (extent.metric().estimator()) {
                                    case EXACT -> "counted, not estimated";
                                    case TURNS -> "depends on what else the machine does";
                                    default -> "spread of the outcomes not known";
                                }),
                expected.filter(ExpectedChange::binary).isPresent(),
                tooFew(extent, compared));
    }

    /** Groups can hide a change up to a bound that their size alone decides. */
    private static Preflight ofDisparity(Rule rule, Power power, Extent extent, List<Extent> compared) {
        List<List<Integer>> clusters =
                compared.stream().map(Extent::clusterSizes).toList();
        Optional<Double> smallest = extent.metric()
                .range()
                .map(range ->
                        DisparityChange.ofEqualModels(extent.metric().estimator(), clusters, range, power.alpha()));
        return new Preflight(
                rule,
                extent.items(),
                extent.clusterSizes().size(),
                smallest,
                "if nothing changes; of %d groups, the smallest has %d clusters, the largest cluster %d items"
                        .formatted(
                                compared.size(),
                                clusters.stream().mapToInt(List::size).min().orElseThrow(),
                                clusters.stream()
                                        .flatMap(List::stream)
                                        .max(Comparator.naturalOrder())
                                        .orElseThrow()),
                smallest.isPresent(),
                tooFew(extent, compared));
    }

    /** As {@link RuleItems#showsAnything}, before anything is measured. */
    private static Optional<String> tooFew(Extent extent, List<Extent> compared) {
        Metric metric = extent.metric();
        if (metric.estimator() == Metric.Estimator.EXACT
                || metric.estimator() == Metric.Estimator.SHARE
                        && extent.clusterSizes().size() == extent.items()) {
            return Optional.empty();
        }
        return compared.isEmpty()
                ? small(extent).map(Preflight::groups)
                : compared.stream()
                        .flatMap(group -> small(group).map(number -> groups(number) + " in " + group.slice()).stream())
                        .reduce((one, other) -> one + ", " + other);
    }

    /** The groups of the slice, where the metric compares them; else none. */
    private static List<Extent> compared(Extent extent, List<Extent> extents) {
        return !Disparity.is(extent.metric().estimator())
                ? List.of()
                : extents.stream()
                        .filter(group -> group.metric().equals(extent.metric())
                                && group.slice().startsWith(extent.slice() + "/"))
                        .toList();
    }

    private static void requireSeveral(Rule rule, Extent extent, List<Extent> compared) {
        if (Disparity.is(extent.metric().estimator()) && compared.size() < 2) {
            throw rule.location()
                    .problem(("%s compares the groups of a slice, but \"%s\" has %s; set slice to one with several "
                                    + "groups, or remove the rule")
                            .formatted(
                                    rule.metric(),
                                    rule.slice(),
                                    compared.isEmpty()
                                            ? "none"
                                            : "only one, " + compared.get(0).slice()));
        }
    }

    private static Optional<Integer> small(Extent extent) {
        return Optional.of(extent.clusterSizes().size())
                .filter(clusters -> clusters < ClusterBootstrap.FEWEST_CLUSTERS);
    }

    private static String groups(int number) {
        return number + (number == 1 ? " independent group of items" : " independent groups of items");
    }

    private void requireGroups() {
        if (rule.decides() && !rule.limits().isEmpty() && tooFew.isPresent()) {
            throw rule.location()
                    .problem(("%s cannot be judged: %s show nothing; at least %d are needed. Whatever the model, "
                                    + "the rule would come out"
                                    + " inconclusive. Measure more groups, choose a slice that has them, "
                                    + "give the rule role: exploratory or level: warn, or set"
                                    + " allowUnderpowered: true")
                            .formatted(rule.subject(), tooFew.get(), ClusterBootstrap.FEWEST_CLUSTERS));
        }
    }

    private static boolean means(Rule rule, String metric) {
        return MetricId.of(rule.metric()).means(MetricId.of(metric));
    }

    private void requirePower(Thresholds thresholds) {
        if (rule.decides() && binding && underpowered()) {
            Limit limit = rule.changeLimit().orElseThrow();
            throw rule.location()
                    .problem(("%s %s for %s cannot be shown with %d items: a model that did not change would come "
                                    + "out inconclusive;"
                                    + " the smallest margin that can be shown is %s (alpha %s, power %s, "
                                    + "if %s). Widen the margin, measure more items,"
                                    + " give the rule role: exploratory, or set allowUnderpowered: true")
                            .formatted(
                                    limit.kind().key(),
                                    limit.value().toPlainString(),
                                    rule.subject(),
                                    items,
                                    written(smallest.orElseThrow()),
                                    thresholds.alpha().toPlainString(),
                                    POWER,
                                    assumed.replaceFirst("^if ", "")));
        }
    }

    /** Rounded up, so that what is printed can be shown. */
    private static String written(double margin) {
        if (margin == 0) {
            return "any";
        }
        int decimals = margin < 0.1 ? DECIMALS + 2 : DECIMALS;
        return BigDecimal.valueOf(margin).setScale(decimals, RoundingMode.UP).toPlainString();
    }
}
