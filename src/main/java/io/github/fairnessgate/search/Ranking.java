package io.github.fairnessgate.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which candidates go on. Those whose estimates keep every limit come first, in the order of the first objective; among
 * those that no other one dominates by all objectives before the rest. Then come the others, nearest to their limits
 * first, and at last those that fail.
 */
public final class Ranking {

    private Ranking() {}

    /**
     * The best first.
     *
     * @param settled whether all data of the search were measured, so that a candidate that passes there comes before
     *     one that is not settled
     */
    public static List<Tried> order(List<Tried> tried, boolean settled) {
        Map<String, Integer> layers = new HashMap<>();
        tried.stream()
                .collect(Collectors.groupingBy(one -> standing(one, settled)))
                .values()
                .forEach(alike -> layers.putAll(layers(alike)));
        return tried.stream()
                .sorted(Comparator.comparingInt((Tried one) -> standing(one, settled))
                        .thenComparingDouble(one -> standing(one, settled) <= 1 ? 0 : one.use())
                        .thenComparingInt(one -> layers.get(one.id()))
                        .thenComparingDouble(one -> one.costs().get(0)))
                .toList();
    }

    private static int standing(Tried one, boolean settled) {
        if (one.fails()) {
            return 3;
        }
        if (one.use() > 1) {
            return 2;
        }
        return settled && !one.passes() ? 1 : 0;
    }

    /** 0 for those that none dominates, 1 for those that only these dominate, and so on. */
    private static Map<String, Integer> layers(List<Tried> tried) {
        Map<String, Integer> layers = new HashMap<>();
        List<Tried> left = new ArrayList<>(tried);
        for (int layer = 0; !left.isEmpty(); layer++) {
            List<Tried> now = List.copyOf(left);
            List<Tried> front = front(now);
            for (Tried one : front) {
                layers.put(one.id(), layer);
            }
            left.removeAll(front);
        }
        return layers;
    }

    /** The Pareto front: those that no other one dominates. */
    private static List<Tried> front(List<Tried> tried) {
        return tried.stream()
                .filter(one -> tried.stream().noneMatch(one::isDominatedBy))
                .toList();
    }
}
