package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.metric.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The items of a suite that both models were measured on, item beside item in the order of their ids, as columns that
 * many rules read. Exists only where the items of both sides are the same.
 */
final class PairedSuite {

    private final List<Item> items;
    private final double[] weights;
    private final int[] clusterOf;
    private final int clusters;
    private final Map<String, int[]> slices = new HashMap<>();
    private final Map<String, double[][]> outcomes = new HashMap<>();

    /** Items of one metric and slice: their outcomes with both models, their positions in the suite. */
    record Column(double[] before, double[] after, int[] positions) {}

    private PairedSuite(List<String> metrics, List<Item> before, List<Item> after) {
        this.items = before;
        this.weights = before.stream().mapToDouble(Item::weight).toArray();
        Map<String, Integer> indices = new HashMap<>();
        this.clusterOf = before.stream()
                .mapToInt(item -> indices.computeIfAbsent(item.cluster(), name -> indices.size()))
                .toArray();
        this.clusters = indices.size();
        Map<String, List<Integer>> members = new HashMap<>();
        for (int i = 0; i < before.size(); i++) {
            for (String slice : before.get(i).slices()) {
                add(members.computeIfAbsent(slice, name -> new ArrayList<>()), i);
            }
        }
        members.forEach((slice, positions) ->
                slices.put(slice, positions.stream().mapToInt(Integer::intValue).toArray()));
        slices.put(Evaluation.ALL, IntStream.range(0, before.size()).toArray());
        metrics.forEach(metric -> outcomes.put(metric, new double[][] {read(before, metric), read(after, metric)}));
    }

    /** An item that names a slice twice is in it once. */
    private static void add(List<Integer> members, int position) {
        if (members.isEmpty() || members.get(members.size() - 1) != position) {
            members.add(position);
        }
    }

    /**
     * Pairs items.
     *
     * @param metrics whose outcomes are asked for
     * @param before in the order of their ids
     * @param after likewise
     * @return nothing if any item differs in more than what the model made of it
     */
    static Optional<PairedSuite> of(List<String> metrics, List<Item> before, List<Item> after) {
        boolean same = before.size() == after.size()
                && IntStream.range(0, before.size())
                        .parallel()
                        .allMatch(i -> same(before.get(i), after.get(i))
                                && (i == 0
                                        || !before.get(i)
                                                .id()
                                                .equals(before.get(i - 1).id())));
        return same ? Optional.of(ofSame(metrics, before, after)) : Optional.empty();
    }

    private static boolean same(Item one, Item other) {
        return one.id().equals(other.id())
                && one.cluster().equals(other.cluster())
                && one.slices().equals(other.slices())
                && one.weight() == other.weight()
                && one.texts().equals(other.texts())
                && one.outcomes().keySet().equals(other.outcomes().keySet());
    }

    /** Pairs items that are known to be the same on both sides. */
    static PairedSuite ofSame(List<String> metrics, List<Item> before, List<Item> after) {
        return new PairedSuite(metrics, before, after);
    }

    /** The items of a metric in a slice; possibly none. */
    Column column(Metric metric, String slice) {
        double[][] values = outcomes.get(metric.id());
        int[] members = slices.getOrDefault(slice, new int[0]);
        int[] positions = new int[members.length];
        int count = 0;
        for (int position : members) {
            if (!Double.isNaN(values[0][position])) {
                positions[count] = position;
                count++;
            }
        }
        double[] first = new double[count];
        double[] second = new double[count];
        int[] kept = Arrays.copyOf(positions, count);
        for (int i = 0; i < count; i++) {
            first[i] = values[0][kept[i]];
            second[i] = values[1][kept[i]];
        }
        return new Column(first, second, kept);
    }

    /** The baseline's item. */
    Item item(int position) {
        return items.get(position);
    }

    /** Its weight. */
    double weight(int position) {
        return weights[position];
    }

    /** Index of the item's cluster, below {@link #clusters()}. */
    int cluster(int position) {
        return clusterOf[position];
    }

    int clusters() {
        return clusters;
    }

    /** Outcomes of every item; no number where there is none, as items' outcomes are finite. */
    private static double[] read(List<Item> items, String metric) {
        return items.parallelStream()
                .mapToDouble(item -> item.outcomes().getOrDefault(metric, Double.NaN))
                .toArray();
    }
}
