package io.github.fairnessgate.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where the pairs of a metric turned: by how sure the baseline was of its preference, and by group. Rounding turns
 * pairs of which the baseline was not sure; pairs that turn although it was sure say that the candidate is another
 * model (arXiv 2602.06181).
 *
 * @param metric metric id
 * @param bySureness four quarters of the pairs, those of which the baseline was least sure first
 * @param bySlice one part for each slice, in the order of their names; pairs may be in several slices
 */
public record Flips(String metric, List<Quarter> bySureness, List<Slice> bySlice) {

    private static final int QUARTERS = 4;
    /** Of which a quarter says something. */
    private static final int FEWEST = 40;

    /**
     * Pairs of which the baseline was about equally sure.
     *
     * @param from the smallest size of the logarithm of the ratio of the two sentences' probabilities, in nats
     * @param to the largest
     */
    public record Quarter(double from, double to, Turned pairs) {

        /** {@code 0.00 to 0.12 nats}. */
        public String range() {
            return String.format(Locale.ROOT, "%.2f to %.2f nats", from, to);
        }
    }

    /** Pairs of a slice. */
    public record Slice(String slice, Turned pairs) {}

    /**
     * How many pairs turned.
     *
     * @param items all pairs
     * @param newlyBiased pairs of which the candidate prefers the stereotype, and the baseline did not
     * @param newlyFixed pairs that turned the other way
     */
    public record Turned(int items, int newlyBiased, int newlyFixed) {

        /** In percent, 0 to 100. */
        @JsonProperty(access = JsonProperty.Access.READ_ONLY)
        public double rate() {
            return 100.0 * (newlyBiased + newlyFixed) / items;
        }

        /** {@code 12.3 %}. */
        public String share() {
            return String.format(Locale.ROOT, "%.1f %%", rate());
        }
    }

    /** A pair before and after. */
    private record Pair(Item before, double sureness, boolean wasBiased, boolean isBiased) {}

    /** Of the metrics that rules name, those of pairs whose scores are known, and of which a pair turned. */
    static List<Flips> of(GateResult gate, Evaluation baseline, Evaluation candidate) {
        return gate.results().stream()
                .map(RuleResult::metric)
                .distinct()
                .filter(metric -> metric.estimator() == Estimator.SHARE)
                .map(metric -> of(metric, pairs(metric, baseline, candidate)))
                .filter(flips -> flips.bySureness().stream()
                        .anyMatch(quarter -> quarter.pairs().rate() > 0))
                .toList();
    }

    private static List<Pair> pairs(Metric metric, Evaluation baseline, Evaluation candidate) {
        Map<String, Item> after = candidate.items(metric, Evaluation.ALL).stream()
                .collect(Collectors.toMap(Item::id, Function.identity()));
        PairScore score = new PairScore(metric);
        List<Pair> pairs = new ArrayList<>();
        for (Item before : baseline.items(metric, Evaluation.ALL)) {
            score.of(before)
                    .ifPresent(ratio -> pairs.add(new Pair(
                            before,
                            Math.abs(ratio),
                            ChangedTexts.harmful(metric, before),
                            ChangedTexts.harmful(metric, after.get(before.id())))));
        }
        pairs.sort(Comparator.comparingDouble(Pair::sureness)
                .thenComparing(pair -> pair.before().id()));
        return pairs;
    }

    private static Flips of(Metric metric, List<Pair> pairs) {
        if (pairs.size() < FEWEST) {
            return new Flips(metric.id(), List.of(), List.of());
        }
        List<Quarter> quarters = new ArrayList<>();
        for (int i = 0; i < QUARTERS; i++) {
            List<Pair> own = pairs.subList(i * pairs.size() / QUARTERS, (i + 1) * pairs.size() / QUARTERS);
            quarters.add(
                    new Quarter(own.get(0).sureness(), own.get(own.size() - 1).sureness(), turned(own)));
        }
        List<Slice> slices = pairs.stream()
                .flatMap(pair -> pair.before().slices().stream())
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .map(slice -> new Slice(
                        slice,
                        turned(pairs.stream()
                                .filter(pair -> pair.before().slices().contains(slice))
                                .toList())))
                .toList();
        return new Flips(metric.id(), List.copyOf(quarters), slices);
    }

    private static Turned turned(List<Pair> pairs) {
        return new Turned(
                pairs.size(),
                (int) pairs.stream()
                        .filter(pair -> pair.isBiased() && !pair.wasBiased())
                        .count(),
                (int) pairs.stream()
                        .filter(pair -> !pair.isBiased() && pair.wasBiased())
                        .count());
    }
}
