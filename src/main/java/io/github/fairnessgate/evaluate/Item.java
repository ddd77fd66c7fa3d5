package io.github.fairnessgate.evaluate;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One item of a suite and what the model made of it: one line of {@code items/<suite>.jsonl}.
 *
 * @param id stable identifier, unique within the suite, the same for every model
 * @param cluster items of one cluster are not independent (target term, document); the id where every item stands alone
 * @param slices the subsets that the item belongs to, for instance its bias type
 * @param texts what the model was given, by role: {@code stereotype}, {@code anti_stereotype}, {@code prompt}; the same
 *     for every model
 * @param outputs what the model wrote, by role: {@code continuation.00}; empty where it only scored
 * @param scores the model's raw numbers, by name; finite
 * @param outcomes the item's contribution to each metric, by metric id; finite
 * @param weight tokens behind a negative log-likelihood; 1 elsewhere
 */
public record Item(
        String id,
        String cluster,
        List<String> slices,
        SortedMap<String, String> texts,
        SortedMap<String, String> outputs,
        SortedMap<String, Double> scores,
        SortedMap<String, Double> outcomes,
        double weight) {

    public Item {
        Objects.requireNonNull(id, "an item lacks its id");
        Objects.requireNonNull(cluster, "the item " + id + " lacks its cluster");
        slices = List.copyOf(slices);
        texts = withoutGaps(id, texts);
        outputs = withoutGaps(id, outputs);
        scores = new TreeMap<>(scores);
        outcomes = new TreeMap<>(outcomes);
        requireFinite(id, scores);
        requireFinite(id, outcomes);
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalStateException(
                    "item " + id + " has weight " + weight + "; weights are positive and finite");
        }
    }

    /** An item of a model that wrote nothing. */
    public Item(
            String id,
            String cluster,
            List<String> slices,
            SortedMap<String, String> texts,
            SortedMap<String, Double> scores,
            SortedMap<String, Double> outcomes,
            double weight) {
        this(id, cluster, slices, texts, new TreeMap<>(), scores, outcomes, weight);
    }

    private static SortedMap<String, String> withoutGaps(String id, SortedMap<String, String> texts) {
        texts.forEach((role, text) -> Objects.requireNonNull(text, "the item " + id + " lacks the text " + role));
        return new TreeMap<>(texts);
    }

    private static void requireFinite(String id, Map<String, Double> numbers) {
        numbers.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalStateException("item " + id + ": " + name + " is " + value
                        + "; the model gave no usable probability for this text");
            }
        });
    }
}
