package io.github.fairnessgate.compress;

import java.util.Arrays;

/**
 * The text of a training, parted into windows to train on and windows that are not trained on.
 *
 * @param trained windows to train on
 * @param validated the others
 */
record HeldOut(int[][] trained, int[][] validated) {

    /** Tells this draw from the passes over the text, which are numbered from 0. */
    private static final long DRAW = -1;

    /**
     * Draws the windows that are held out.
     *
     * @param count how many, 0 to all
     */
    static HeldOut of(int[][] windows, int count, long seed) {
        if (count == 0) {
            return new HeldOut(windows, new int[0][]);
        }
        int[][] shuffled = Arrays.stream(WindowOrder.permutation(windows.length, Seeds.derive(seed, DRAW)))
                .mapToObj(window -> windows[window])
                .toArray(int[][]::new);
        return new HeldOut(Arrays.copyOfRange(shuffled, count, shuffled.length), Arrays.copyOf(shuffled, count));
    }
}
