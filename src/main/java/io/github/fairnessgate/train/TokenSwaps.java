package io.github.fairnessgate.train;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tokens that are whole words with a counterpart.
 *
 * @param tokens ids, ascending
 * @param counterparts which of these, by their index, are the counterparts of each; whose counterpart a token is, that
 *     is its own
 */
public record TokenSwaps(int[] tokens, int[][] counterparts) {

    /** @param counterparts by token, symmetric */
    public static TokenSwaps of(Map<Integer, Set<Integer>> counterparts) {
        SortedMap<Integer, Set<Integer>> sorted = new TreeMap<>(counterparts);
        int[] tokens = sorted.keySet().stream().mapToInt(Integer::intValue).toArray();
        int[][] indexes = sorted.values().stream()
                .map(others -> others.stream()
                        .mapToInt(other -> Arrays.binarySearch(tokens, other))
                        .sorted()
                        .toArray())
                .toArray(int[][]::new);
        return new TokenSwaps(tokens, indexes);
    }

    /** 1 where the column's token is a counterpart of the row's, row major. */
    float[] adjacency() {
        float[] adjacency = new float[tokens.length * tokens.length];
        for (int row = 0; row < tokens.length; row++) {
            for (int column : counterparts[row]) {
                adjacency[row * tokens.length + column] = 1;
            }
        }
        return adjacency;
    }
}
