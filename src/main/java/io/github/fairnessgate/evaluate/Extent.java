package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.metric.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much data there are for a metric in a slice, which is known before any model runs.
 *
 * @param metric the metric; a perplexity by tokens under the name that was asked for, without what the model adds
 * @param slice {@link Evaluation#ALL} or a slice that has items
 * @param clusterSizes items of every independent group, at least one group
 * @param continuations that an item is an average over; 0 where nothing is written
 */
public record Extent(Metric metric, String slice, List<Integer> clusterSizes, int continuations) {

    public Extent {
        clusterSizes = List.copyOf(clusterSizes);
    }

    /** Of a suite that writes nothing. */
    public Extent(Metric metric, String slice, List<Integer> clusterSizes) {
        this(metric, slice, clusterSizes, 0);
    }

    /** The same, of items that are averages over so many continuations. */
    Extent over(int number) {
        return new Extent(metric, slice, clusterSizes, number);
    }

    /** All items. */
    public int items() {
        return clusterSizes.stream().mapToInt(Integer::intValue).sum();
    }

    /** An item that will be measured. */
    record Unit(String cluster, List<String> slices) {}

    /** The extents of metrics that all have an outcome for every item: over all items and over every slice. */
    static List<Extent> of(List<Metric> metrics, List<Unit> units) {
        Map<String, Map<String, Integer>> slices = new TreeMap<>();
        for (Unit unit : units) {
            count(slices, Evaluation.ALL, unit);
            unit.slices().stream().distinct().forEach(slice -> count(slices, slice, unit));
        }
        List<Extent> extents = new ArrayList<>();
        for (Metric metric : metrics) {
            slices.forEach((slice, clusters) -> extents.add(new Extent(metric, slice, List.copyOf(clusters.values()))));
        }
        return extents;
    }

    private static void count(Map<String, Map<String, Integer>> slices, String slice, Unit unit) {
        slices.computeIfAbsent(slice, name -> new LinkedHashMap<>()).merge(unit.cluster(), 1, Integer::sum);
    }
}
