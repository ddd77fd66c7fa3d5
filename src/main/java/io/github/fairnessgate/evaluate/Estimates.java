package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.MedianOfSample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;

/** Values of metrics from the outcomes of items, as {@link Metric.Estimator} defines them. */
final class Estimates {

    private Estimates() {}

    /**
     * Every metric that has an estimator of its own, over all items and over each slice in which it has outcomes and is
     * defined.
     */
    static List<Value> of(List<Metric> metrics, List<Item> items) {
        SortedSet<String> slices = new TreeSet<>();
        items.forEach(item -> slices.addAll(item.slices()));
        List<Value> values = new ArrayList<>();
        for (Metric metric : metrics) {
            if (metric.estimator() == Metric.Estimator.DERIVED) {
                continue;
            }
            if (Disparity.is(metric.estimator())) {
                values.addAll(disparities(metric, slices, items));
                continue;
            }
            List<Item> own = items.stream()
                    .filter(item -> item.outcomes().containsKey(metric.id()))
                    .toList();
            value(metric, Evaluation.ALL, own).ifPresent(values::add);
            for (String slice : slices) {
                List<Item> inSlice = own.stream()
                        .filter(item -> item.slices().contains(slice))
                        .toList();
                if (!inSlice.isEmpty()) {
                    value(metric, slice, inSlice).ifPresent(values::add);
                }
            }
        }
        return values;
    }

    private static Optional<Value> value(Metric metric, String slice, List<Item> items) {
        if (metric.estimator() == Metric.Estimator.MEAN_OF_WRITTEN) {
            OptionalDouble mean = WrittenTexts.mean(metric, items);
            return mean.isPresent()
                    ? Optional.of(new Value(metric.id(), slice, mean.getAsDouble(), items.size()))
                    : Optional.empty();
        }
        double value = switch (metric.estimator()) {
            case SHARE -> 100 * mean(metric, items);
            case CLUSTER_SHARE ->
                100
                        * byCluster(items).values().stream()
                                .mapToDouble(members -> mean(metric, members))
                                .average()
                                .orElseThrow();
            case MEAN -> mean(metric, items);
            case PERPLEXITY ->
                Math.exp(sum(metric, items)
                        / items.stream().mapToDouble(Item::weight).sum());
            case EXACT -> items.get(0).outcomes().get(metric.id());
            case TURNS ->
                MedianOfSample.of(items.stream()
                        .mapToDouble(item -> item.outcomes().get(metric.id()))
                        .toArray());
            case MEAN_OF_WRITTEN, GROUP_RANGE, GROUP_DEVIATION, DERIVED ->
                throw new IllegalArgumentException(metric.id() + " has no outcomes");
        };
        return Optional.of(new Value(metric.id(), slice, value, items.size()));
    }

    private static List<Value> disparities(Metric metric, SortedSet<String> slices, List<Item> items) {
        Map<String, List<List<Item>>> groups = new LinkedHashMap<>();
        for (String slice : slices) {
            List<Item> members = items.stream()
                    .filter(item ->
                            item.slices().contains(slice) && item.outcomes().containsKey(metric.id()))
                    .toList();
            Disparity.parent(slice)
                    .filter(parent -> !members.isEmpty())
                    .ifPresent(parent -> groups.computeIfAbsent(parent, name -> new ArrayList<>())
                            .add(members));
        }
        List<Value> values = new ArrayList<>();
        groups.forEach((slice, members) -> {
            if (members.size() > 1) {
                double[] means = members.stream()
                        .mapToDouble(group -> mean(metric, group))
                        .toArray();
                values.add(new Value(
                        metric.id(),
                        slice,
                        Disparity.of(metric.estimator(), means),
                        members.stream().mapToLong(List::size).sum()));
            }
        });
        return values;
    }

    private static double mean(Metric metric, List<Item> items) {
        return sum(metric, items) / items.size();
    }

    private static double sum(Metric metric, List<Item> items) {
        return items.stream()
                .mapToDouble(item -> item.outcomes().get(metric.id()))
                .sum();
    }

    private static Map<String, List<Item>> byCluster(List<Item> items) {
        Map<String, List<Item>> clusters = new LinkedHashMap<>();
        items.forEach(item -> clusters.computeIfAbsent(item.cluster(), name -> new ArrayList<>())
                .add(item));
        return clusters;
    }
}
