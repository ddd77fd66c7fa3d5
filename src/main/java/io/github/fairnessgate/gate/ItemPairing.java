package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.WrittenTexts;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.yaml.NearestName;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Pairs the items that a rule is about, or says what is wrong with them: what is not the same on both sides is not
 * compared.
 */
record ItemPairing(Rule rule, Metric metric, Comparison comparison) {

    private static final int NAMED_ITEMS = 3;

    /** Relative difference between a recorded value and its recomputation that rounding can explain. */
    private static final double ROUNDING = 1e-6;

    /**
     * The items, item beside item.
     *
     * @throws InvalidInputException if there are none, or if they are not the same items on both sides
     */
    PairedItems items() {
        PairedSuite suite = comparison.suite(metric.suite()).orElseGet(this::ownSuite);
        PairedSuite.Column column = suite.column(metric, rule.slice());
        if (column.positions().length == 0) {
            throw rule.location().problem(noItems(comparison.baseline(), "baseline"));
        }
        requireInRange(suite, column.positions(), column.before());
        requireInRange(suite, column.positions(), column.after());
        PairedItems items =
                new PairedItems(comparison, metric, suite, column, groupMembers(suite, column), written(suite, column));
        requireRecordedValue(rule, metric, comparison.baseline(), items.baseline(), "baseline");
        requireRecordedValue(rule, metric, comparison.candidate(), items.candidate(), "candidate");
        return items;
    }

    /**
     * Where a suite's items are not all the same on both sides, those of the rule may be, or it is said what is wrong
     * with them.
     */
    private PairedSuite ownSuite() {
        List<Item> before = sortedById(comparison.baseline(), "baseline");
        List<Item> after = sortedById(comparison.candidate(), "candidate");
        requireSameIds(ids(before), ids(after));
        for (int i = 0; i < before.size(); i++) {
            requireSameItem(before.get(i), after.get(i));
        }
        return PairedSuite.ofSame(
                metric.estimator() == Metric.Estimator.MEAN_OF_WRITTEN
                        ? List.of(metric.id(), WrittenTexts.blankOf(metric.suite()))
                        : List.of(metric.id()),
                before,
                after);
    }

    /** The share of every item's texts that are written, where the metric is a mean over these. */
    private Optional<PairedSuite.Column> written(PairedSuite suite, PairedSuite.Column column) {
        if (metric.estimator() != Metric.Estimator.MEAN_OF_WRITTEN) {
            return Optional.empty();
        }
        String blank = WrittenTexts.blankOf(metric.suite());
        Metric share = comparison
                .baseline()
                .metric(blank)
                .orElseThrow(() -> rule.location()
                        .problem(
                                "%s needs %s, which the baseline's evaluation does not have; evaluate both models again"
                                        .formatted(metric.id(), blank)));
        PairedSuite.Column blanks = suite.column(share, rule.slice());
        if (!Arrays.equals(blanks.positions(), column.positions())) {
            throw rule.location()
                    .problem("%s needs an outcome of %s for every item, but some have none; evaluate both models again"
                            .formatted(metric.id(), blank));
        }
        double[] before = written(suite, column.positions(), column.before(), blanks.before());
        return Optional.of(new PairedSuite.Column(
                before, written(suite, column.positions(), column.after(), blanks.after()), column.positions()));
    }

    private double[] written(PairedSuite suite, int[] positions, double[] outcomes, double[] blanks) {
        double[] written = new double[blanks.length];
        for (int i = 0; i < written.length; i++) {
            written[i] = 1 - blanks[i];
            if (!(written[i] >= 0 && written[i] <= 1 && outcomes[i] <= written[i] + ROUNDING)) {
                throw rule.location()
                        .problem("item %s has the outcome %s for %s, but its share of blank texts is %s; evaluate again"
                                .formatted(suite.item(positions[i]).id(), outcomes[i], metric.id(), blanks[i]));
            }
        }
        return written;
    }

    /** The items of every group, where the metric compares groups. */
    private SortedMap<String, List<Integer>> groupMembers(PairedSuite suite, PairedSuite.Column column) {
        SortedMap<String, List<Integer>> groups = new TreeMap<>();
        if (!Disparity.is(metric.estimator())) {
            return groups;
        }
        for (int i = 0; i < column.positions().length; i++) {
            Item item = suite.item(column.positions()[i]);
            List<String> own = Disparity.groups(item, rule.slice());
            if (own.size() != 1) {
                throw rule.location()
                        .problem(("%s compares the groups of a slice, but item %s is in %d groups of \"%s\"; set "
                                        + "slice to one whose" + " items each have a group")
                                .formatted(metric.id(), item.id(), own.size(), rule.slice()));
            }
            groups.computeIfAbsent(own.get(0), name -> new ArrayList<>()).add(i);
        }
        if (groups.size() < 2) {
            throw rule.location()
                    .problem("%s compares the groups of a slice, but \"%s\" has only one, %s; remove the rule"
                            .formatted(metric.id(), rule.slice(), groups.firstKey()));
        }
        return groups;
    }

    private List<Item> sortedById(Evaluation evaluation, String side) {
        List<Item> items = new ArrayList<>(evaluation.items(metric, rule.slice()));
        if (items.isEmpty()) {
            throw rule.location().problem(noItems(evaluation, side));
        }
        items.sort(Comparator.comparing(Item::id));
        for (int i = 1; i < items.size(); i++) {
            if (items.get(i).id().equals(items.get(i - 1).id())) {
                throw rule.location()
                        .problem("the %s's evaluation has the item %s of %s twice; evaluate it again"
                                .formatted(side, items.get(i).id(), metric.suite()));
            }
        }
        return items;
    }

    private static List<String> ids(List<Item> items) {
        return items.stream().map(Item::id).toList();
    }

    private String noItems(Evaluation evaluation, String side) {
        List<String> slices = evaluation.items(metric, Evaluation.ALL).stream()
                .flatMap(item -> item.slices().stream())
                .distinct()
                .sorted()
                .toList();
        boolean unknownSlice = !rule.slice().equals(Evaluation.ALL) && !slices.isEmpty();
        return "the %s's evaluation has no items of %s%s"
                .formatted(
                        side,
                        rule.subject(),
                        unknownSlice
                                ? NearestName.hint(rule.slice(), slices)
                                : "; an empty suite shows nothing, evaluate it again");
    }

    private void requireSameIds(List<String> baseline, List<String> candidate) {
        if (baseline.equals(candidate)) {
            return;
        }
        Set<String> ofBaseline = Set.copyOf(baseline);
        Set<String> ofCandidate = Set.copyOf(candidate);
        List<String> onlyBaseline =
                baseline.stream().filter(id -> !ofCandidate.contains(id)).toList();
        List<String> onlyCandidate =
                candidate.stream().filter(id -> !ofBaseline.contains(id)).toList();
        List<String> parts = new ArrayList<>();
        describe(onlyBaseline, "baseline").ifPresent(parts::add);
        describe(onlyCandidate, "candidate").ifPresent(parts::add);
        throw rule.location()
                .problem(("%s was not measured on the same items: %s; a missing item does not count as 0, so "
                                + "evaluate both models again")
                        .formatted(rule.subject(), String.join(", and ", parts)));
    }

    private static Optional<String> describe(List<String> ids, String side) {
        if (ids.isEmpty()) {
            return Optional.empty();
        }
        String named = String.join(", ", ids.stream().limit(NAMED_ITEMS).toList());
        String more = ids.size() > NAMED_ITEMS ? ", ..." : "";
        return Optional.of("%d only of the %s (%s%s)".formatted(ids.size(), side, named, more));
    }

    private void requireSameItem(Item baseline, Item candidate) {
        if (!baseline.texts().equals(candidate.texts()) || !baseline.cluster().equals(candidate.cluster())) {
            throw rule.location()
                    .problem(("item %s of %s is not the same text or cluster in both evaluations;"
                                    + " evaluate both models on the same data")
                            .formatted(baseline.id(), metric.suite()));
        }
        if (metric.estimator() == Metric.Estimator.PERPLEXITY && baseline.weight() != candidate.weight()) {
            throw rule.location()
                    .problem(("item %s of %s has %s tokens for the baseline and %s for the candidate: the models have"
                                    + " different tokenizers, and their perplexities per token cannot be compared")
                            .formatted(
                                    baseline.id(),
                                    metric.suite(),
                                    plain(baseline.weight()),
                                    plain(candidate.weight())));
        }
    }

    private void requireInRange(PairedSuite suite, int[] positions, double[] outcomes) {
        boolean either = metric.estimator() == Metric.Estimator.SHARE;
        for (int i = 0; i < outcomes.length; i++) {
            double outcome = outcomes[i];
            boolean valid = either
                    ? outcomes[i] == 0 || outcomes[i] == 1
                    : Double.isFinite(outcomes[i])
                            && (outcomes[i] > 0 || !metric.estimator().isCost())
                            && metric.range()
                                    .filter(range -> !range.holds(outcome))
                                    .isEmpty();
            if (!valid) {
                throw rule.location()
                        .problem("item %s has the outcome %s for %s, which is not %s; evaluate again"
                                .formatted(
                                        suite.item(positions[i]).id(),
                                        outcomes[i],
                                        metric.id(),
                                        either
                                                ? "0 or 1"
                                                : metric.estimator().isCost()
                                                        ? "a number above 0"
                                                        : metric.range()
                                                                .map(range -> "a number from " + range)
                                                                .orElse("a finite number")));
            }
        }
    }

    /** @throws InvalidInputException if the evaluation records another value than its items give */
    static void requireRecordedValue(Rule rule, Metric metric, Evaluation evaluation, double recomputed, String side) {
        evaluation.value(metric.id(), rule.slice()).ifPresent(recorded -> {
            double tolerance = ROUNDING * Math.max(1, Math.abs(recomputed));
            if (!(Math.abs(recorded.value() - recomputed) <= tolerance)) {
                throw rule.location()
                        .problem("the %s's evaluation records %s for %s, but its items give %s; evaluate again"
                                .formatted(side, recorded.value(), rule.subject(), recomputed));
            }
        });
    }

    private static String plain(double weight) {
        return BigDecimal.valueOf(weight).stripTrailingZeros().toPlainString();
    }
}
