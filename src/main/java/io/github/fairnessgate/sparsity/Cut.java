package io.github.fairnessgate.sparsity;

/**
 * Tells the lowest of many scores from the rest: those below a score, and of those equal to it the first ones. Is asked
 * once for every score, in the order in which they were counted.
 */
public final class Cut {

    private static final int DIGIT_BITS = 8;
    private static final int DIGITS = 1 << DIGIT_BITS;

    private final int score;
    private long ties;

    private Cut(int score, long ties) {
        this.score = score;
        this.ties = ties;
    }

    /**
     * Finds the cut below which {@code count} scores lie, by counting one byte of the scores after the other: the bits
     * of numbers from 0 on are in the order of the numbers. Nothing is sorted or kept, so the parts need not be in
     * memory together.
     *
     * @param parts finite scores, 0 or more; is gone through four times
     * @param count 0 to the number of scores
     */
    public static Cut lowest(Iterable<float[]> parts, long count) {
        int prefix = 0;
        long below = 0;
        for (int shift = Integer.SIZE - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
            long[] counts = counts(parts, prefix, shift);
            int digit = 0;
            while (digit < DIGITS - 1 && below + counts[digit] <= count) {
                below += counts[digit];
                digit++;
            }
            prefix |= digit << shift;
        }
        return new Cut(prefix, count - below);
    }

    /** How many scores that agree with the prefix above the digit have each value of it. */
    private static long[] counts(Iterable<float[]> parts, int prefix, int shift) {
        long[] counts = new long[DIGITS];
        long known = -1L << (shift + DIGIT_BITS);
        for (float[] part : parts) {
            for (float value : part) {
                int bits = bits(value);
                if (((bits ^ prefix) & known) == 0) {
                    counts[bits >>> shift & DIGITS - 1]++;
                }
            }
        }
        return counts;
    }

    private static int bits(float score) {
        if (!(score >= 0)) {
            throw new IllegalArgumentException("a score of " + score);
        }
        return Float.floatToRawIntBits(score + 0f); // turns -0 into 0
    }

    /** Whether the next score is among the lowest. */
    public boolean takes(float next) {
        int bits = bits(next);
        if (bits == score && ties > 0) {
            ties--;
            return true;
        }
        return Integer.compareUnsigned(bits, score) < 0; // all bits are set where everything is taken
    }
}
