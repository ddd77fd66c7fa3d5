package io.github.fairnessgate.train;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What stands for a window in the counterfactual of its text.
 *
 * @param tokens as many as the window has
 * @param aligned for every position of the window the position here that has read the counterfactual of the same text;
 *     -1 if there is none
 */
public record CounterfactualWindow(int[] tokens, int[] aligned) {

    /** Of a window without a word that is exchanged. */
    public static CounterfactualWindow same(int[] window) {
        return new CounterfactualWindow(
                window, IntStream.range(0, window.length).toArray());
    }

    /** Whether the teacher knows all of it once it has read the window. */
    boolean isSame(int[] window) {
        return Arrays.equals(tokens, window);
    }
}
