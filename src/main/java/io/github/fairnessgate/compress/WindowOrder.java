package io.github.fairnessgate.compress;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The order in which windows of text are trained on: pass after pass, each in an order of its own. Which window stands
 * at a place depends on nothing but the seed and the place, so that a training can go on from any place.
 */
final class WindowOrder {

    private final int windows;
    private final long seed;
    private long pass = -1;
    private int[] order;

    WindowOrder(int windows, long seed) {
        this.windows = windows;
        this.seed = seed;
    }

    /** {@code size} windows from {@code position} on, counted from the beginning of the first pass. */
    int[][] batch(int[][] all, long position, int size) {
        int[][] batch = new int[size][];
        for (int i = 0; i < size; i++) {
            batch[i] = all[window(position + i)];
        }
        return batch;
    }

    /** The window at a position. */
    int window(long position) {
        if (position / windows != pass) {
            pass = position / windows;
            order = permutation(windows, Seeds.derive(seed, pass));
        }
        return order[(int) (position % windows)];
    }

    /** The numbers below {@code size} in an order drawn by Fisher and Yates' shuffle. */
    static int[] permutation(int size, long seed) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
