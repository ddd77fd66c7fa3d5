package io.github.fairnessgate.evaluate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Another data set of the same kind: the clusters of a suite, drawn with replacement. Evaluations that have the same
 * items are resampled alike by samples of the same seed, so that pairs stay pairs and looks stay looks.
 */
public final class Resample {

    private Resample() {}

    /** The evaluation on clusters that the seed draws. */
    public static Evaluation of(Evaluation evaluation, long seed) {
        Map<String, List<Item>> items = new TreeMap<>();
        evaluation
                .items()
                .forEach((suite, all) -> items.put(suite, drawn(all, new Random(seed * 31 + suite.hashCode()))));
        return with(evaluation, items);
    }

    /** The evaluation with every item of a suite replaced. */
    public static Evaluation changed(Evaluation evaluation, String suite, UnaryOperator<Item> change) {
        Map<String, List<Item>> items = new TreeMap<>(evaluation.items());
        items.computeIfPresent(suite, (name, all) -> all.stream().map(change).toList());
        return with(evaluation, items);
    }

    private static Evaluation with(Evaluation evaluation, Map<String, List<Item>> items) {
        List<Evaluation.Value> values = new ArrayList<>();
        items.forEach((suite, own) -> values.addAll(Estimates.of(
                evaluation.metrics().stream()
                        .filter(metric -> metric.suite().equals(suite))
                        .toList(),
                own)));
        return new Evaluation(evaluation.metrics(), values, items, evaluation.provenance());
    }

    /** From every group of clusters of the same slices as many as there are, so that no slice is lost. */
    private static List<Item> drawn(List<Item> items, Random random) {
        Map<List<String>, Map<String, List<Item>>> bySlices = new LinkedHashMap<>();
        Map<String, List<String>> slicesOf = new HashMap<>();
        items.forEach(item -> bySlices.computeIfAbsent(
                        slicesOf.computeIfAbsent(item.cluster(), cluster -> item.slices()),
                        slices -> new LinkedHashMap<>())
                .computeIfAbsent(item.cluster(), cluster -> new ArrayList<>())
                .add(item));
        List<Item> drawn = new ArrayList<>();
        bySlices.values().forEach(group -> {
            List<List<Item>> clusters = new ArrayList<>(group.values());
            Map<Integer, Integer> times = new HashMap<>();
            for (int i = 0; i < clusters.size(); i++) {
                int chosen = random.nextInt(clusters.size());
                add(clusters.get(chosen), "#" + times.merge(chosen, 1, Integer::sum), drawn);
            }
        });
        return drawn;
    }

    private static void add(Collection<Item> cluster, String copy, List<Item> drawn) {
        for (Item item : cluster) {
            drawn.add(item.named(item.id() + copy, item.cluster() + copy));
        }
    }
}
