package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two evaluations that are compared, with what many rules need of them: items found by slice in the order of
 * their ids, and the resamples of every bootstrap. Not safe for use by several threads.
 */
final class Comparison {

    /** Resamples of so many different numbers of clusters are kept at a time: 160 MB at most. */
    private static final int KEPT_RESAMPLES = 8;

    private final Evaluation baseline;
    private final Evaluation candidate;
    private final long seed;
    private final Map<String, Map<String, List<Item>>> ofBaseline = new HashMap<>();
    private final Map<String, Map<String, List<Item>>> ofCandidate = new HashMap<>();
    private final Map<Integer, Resamples> resamples = new LinkedHashMap<>(KEPT_RESAMPLES, 0.75F, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Resamples> eldest) {
            return size() > KEPT_RESAMPLES;
        }
    };

    /** @param seed of every random choice: with the evaluations it fixes every result */
    Comparison(Evaluation baseline, Evaluation candidate, long seed) {
        this.baseline = baseline;
        this.candidate = candidate;
        this.seed = seed;
    }

    Evaluation baseline() {
        return baseline;
    }

    Evaluation candidate() {
        return candidate;
    }

    long seed() {
        return seed;
    }

    /** The same for the same number of clusters. */
    Resamples resamples(int clusters) {
        return resamples.computeIfAbsent(clusters, count -> Resamples.random(count, seed));
    }

    /** The baseline's items of the metric's suite that lie in the slice and have an outcome for it, in the order of their ids. */
    List<Item> baselineItems(Metric metric, String slice) {
        return items(ofBaseline, baseline, metric, slice);
    }

    /** The same of the candidate. */
    List<Item> candidateItems(Metric metric, String slice) {
        return items(ofCandidate, candidate, metric, slice);
    }

    private static List<Item> items(Map<String, Map<String, List<Item>>> suites, Evaluation evaluation, Metric metric, String slice) {
        return suites.computeIfAbsent(metric.suite(), suite -> bySlice(evaluation.items().getOrDefault(suite, List.of())))
                .getOrDefault(slice, List.of()).stream()
                .filter(item -> item.outcomes().containsKey(metric.id()))
                .toList();
    }

    private static Map<String, List<Item>> bySlice(List<Item> items) {
        List<Item> sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparing(Item::id));
        Map<String, List<Item>> slices = new HashMap<>(Map.of(Evaluation.ALL, sorted));
        for (Item item : sorted) {
            item.slices().stream().distinct().filter(slice -> !slice.equals(Evaluation.ALL))
                    .forEach(slice -> slices.computeIfAbsent(slice, name -> new ArrayList<>()).add(item));
        }
        return slices;
    }
}
