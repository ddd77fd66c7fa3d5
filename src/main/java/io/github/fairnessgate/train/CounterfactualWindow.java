package io.github.fairnessgate.train;

import java.util.Arrays;

/**
 * What stands for a window in the counterfactual of its text.
 *
 * @param tokens as many as the window has
 * @param aligned for every position of the window the position here that has read the counterfactual of the same text;
 *     -1 if there is none
 */
public record CounterfactualWindow(int[] tokens, int[] aligned) {

    /** Whether the teacher knows all of it once it has read the window. */
    boolean isSame(int[] window) {
        return Arrays.equals(tokens, window);
    }
}
