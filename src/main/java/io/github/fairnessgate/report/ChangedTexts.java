package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The items of a metric that changed most, with their texts.
 *
 * @param metric metric id
 * @param summary how many changed
 * @param rows the first {@value #MOST}, those that moved farthest first: newly biased items before newly fixed ones, or
 *     those whose value became worse by most
 */
public record ChangedTexts(String metric, String summary, List<Row> rows) {

    /** Far more than anybody reads, and few enough for a page. */
    private static final int MOST = 400;

    private static final double BIASED = 0.5;

    /**
     * An item.
     *
     * @param id of the item
     * @param slices joined by commas
     * @param change what happened, in words
     * @param scores before and after; empty where there are none
     * @param texts what the models were given, and what each of them wrote
     */
    public record Row(String id, String slices, String change, String scores, List<Text> texts) {}

    /** A text and what it is: {@code stereotype}, {@code prompt}, {@code baseline wrote}. */
    public record Text(String role, String text) {}

    /**
     * The metrics that rules name and that have yes-or-no outcomes or judge generated text, each once. Of several that
     * judge the same text, the first is shown, and those whose rules did not pass.
     */
    static List<ChangedTexts> of(GateResult gate, Evaluation baseline, Evaluation candidate) {
        Set<Metric> metrics = gate.results().stream()
                .map(result -> result.metric())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<ChangedTexts> changed = new ArrayList<>();
        Set<String> written = new HashSet<>();
        for (Metric metric : metrics) {
            Map<String, Item> before = baseline.items(metric, Evaluation.ALL).stream()
                    .collect(Collectors.toMap(Item::id, Function.identity()));
            List<Item> after = candidate.items(metric, Evaluation.ALL);
            if (after.isEmpty()) {
                named(gate, metric).ifPresent(changed::add);
            } else if (metric.estimator() == Estimator.SHARE) {
                changed.add(flipped(metric, before, after));
            } else if (metric.estimator() == Estimator.MEAN
                    && after.stream().anyMatch(item -> !item.outputs().isEmpty())
                    && (written.add(metric.suite()) || isOpen(gate, metric))) {
                changed.add(moved(metric, before, after));
            }
        }
        return changed.stream().filter(texts -> !texts.rows().isEmpty()).toList();
    }

    private static boolean isOpen(GateResult gate, Metric metric) {
        return gate.results().stream()
                .filter(result -> result.metric().equals(metric))
                .map(result -> Outcome.of(gate, result))
                .anyMatch(outcome -> outcome == Outcome.FAILED || outcome == Outcome.WARNED);
    }

    /** Without the items of an evaluation: those that the rules name. */
    private static Optional<ChangedTexts> named(GateResult gate, Metric metric) {
        return gate.results().stream()
                .filter(result -> result.isAbout(metric.id(), Evaluation.ALL))
                .findFirst()
                .flatMap(result -> result.churn().map(churn -> {
                    List<Row> rows = new ArrayList<>();
                    churn.biased().forEach(item -> rows.add(row(item, "newly biased")));
                    churn.fixed().forEach(item -> rows.add(row(item, "newly fixed")));
                    return new ChangedTexts(
                            metric.id(),
                            String.format(
                                    Locale.ROOT,
                                    "%d newly biased and %d newly fixed of %d items, of which at most %d each are "
                                            + "named here",
                                    churn.newlyBiased(),
                                    churn.newlyFixed(),
                                    result.items(),
                                    RuleResult.Churn.MOST_NAMED),
                            rows);
                }));
    }

    private static Row row(RuleResult.ChangedItem item, String change) {
        return new Row(
                item.id(),
                "",
                change,
                "",
                item.texts().entrySet().stream()
                        .map(text -> new Text(role(text.getKey()), text.getValue()))
                        .toList());
    }

    private static String role(String name) {
        return name.replace('_', ' ');
    }

    private static ChangedTexts flipped(Metric metric, Map<String, Item> before, List<Item> after) {
        PairScore score = new PairScore(metric);
        Comparator<Item> farthest = Comparator.comparingDouble((Item item) -> score.move(before.get(item.id()), item))
                .reversed()
                .thenComparing(Item::id, Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()));
        List<Item> biased = after.stream()
                .filter(item -> harmful(metric, item) && !harmful(metric, before.get(item.id())))
                .sorted(farthest)
                .toList();
        List<Item> fixed = after.stream()
                .filter(item -> !harmful(metric, item) && harmful(metric, before.get(item.id())))
                .sorted(farthest)
                .toList();
        List<Row> rows = new ArrayList<>();
        biased.stream().limit(MOST).forEach(item -> rows.add(flip(item, before.get(item.id()), "newly biased", score)));
        fixed.stream()
                .limit(Math.max(0, MOST - biased.size()))
                .forEach(item -> rows.add(flip(item, before.get(item.id()), "newly fixed", score)));
        return new ChangedTexts(
                metric.id(),
                String.format(
                        Locale.ROOT,
                        "%d newly biased and %d newly fixed of %d items%s",
                        biased.size(),
                        fixed.size(),
                        after.size(),
                        shown(rows.size(), biased.size() + fixed.size())),
                rows);
    }

    /** Of a preference, that the stereotype is preferred; elsewhere the outcome that makes the metric worse. */
    static boolean harmful(Metric metric, Item item) {
        boolean yes = item.outcomes().get(metric.id()) > BIASED;
        return metric.direction() == Direction.HIGHER_IS_BETTER ? !yes : yes;
    }

    private static ChangedTexts moved(Metric metric, Map<String, Item> before, List<Item> after) {
        double sign = metric.direction() == Direction.HIGHER_IS_BETTER ? -1 : 1;
        Function<Item, Double> increase = item -> sign
                * (item.outcomes().get(metric.id())
                        - before.get(item.id()).outcomes().get(metric.id()));
        List<Item> worse = after.stream()
                .filter(item -> increase.apply(item) > 0)
                .sorted(Comparator.comparing(increase).reversed().thenComparing(Item::id))
                .toList();
        List<Row> rows = worse.stream()
                .limit(MOST / 4)
                .map(item -> row(
                        item,
                        before.get(item.id()),
                        String.format(Locale.ROOT, "%+.3f", sign * increase.apply(item)),
                        String.format(
                                Locale.ROOT,
                                "%.3f to %.3f",
                                before.get(item.id()).outcomes().get(metric.id()),
                                item.outcomes().get(metric.id()))))
                .toList();
        return new ChangedTexts(
                metric.id(),
                String.format(
                        Locale.ROOT,
                        "worse for %d of %d prompts%s",
                        worse.size(),
                        after.size(),
                        shown(rows.size(), worse.size())),
                rows);
    }

    private static String shown(int shown, int all) {
        return shown < all ? String.format(Locale.ROOT, ", the first %d of which are shown", shown) : "";
    }

    private static Row flip(Item after, Item before, String change, PairScore score) {
        return row(after, before, change, score.text(before, after));
    }

    private static Row row(Item after, Item before, String change, String scores) {
        List<Text> texts = new ArrayList<>();
        after.texts().forEach((role, text) -> texts.add(new Text(role(role), text)));
        worst(before).ifPresent(text -> texts.add(new Text("worst of the baseline" + text.score(), text.text())));
        worst(after).ifPresent(text -> texts.add(new Text("worst of the candidate" + text.score(), text.text())));
        return new Row(after.id(), String.join(", ", after.slices()), change, scores, List.copyOf(texts));
    }

    /** What a model wrote, and {@code , 0.930}: how toxic it was judged, if it was. */
    private record Written(String text, String score) {}

    /** The most toxic continuation by the item's scores; the first where nothing scored them. */
    private static Optional<Written> worst(Item item) {
        return item.outputs().entrySet().stream()
                .max(Comparator.comparingDouble((Map.Entry<String, String> output) ->
                                score(item, output.getKey()).orElse(0))
                        .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .map(output -> new Written(
                        output.getValue(),
                        score(item, output.getKey()).stream()
                                .mapToObj(score -> String.format(Locale.ROOT, ", %.3f", score))
                                .findFirst()
                                .orElse("")));
    }

    private static OptionalDouble score(Item item, String output) {
        String number = output.substring(output.lastIndexOf('.') + 1);
        return item.scores().entrySet().stream()
                .filter(score -> score.getKey().startsWith("toxicity." + number + "/"))
                .mapToDouble(Map.Entry::getValue)
                .findFirst();
    }
}
