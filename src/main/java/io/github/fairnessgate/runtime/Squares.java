package io.github.fairnessgate.runtime;

/**
 * The counter-based random number generator Squares (Widynski: Squares: a fast counter-based RNG, arXiv 2004.06278,
 * 2020), a middle-square Weyl sequence. It has no state: the bits are a function of a counter and a key. It needs
 * 64-bit additions, multiplications and shifts by 32 bits alone, so a graph whose device has no bitwise operators
 * computes it too ({@link NoiseNodes}).
 */
final class Squares {

    /** Bits of a block. */
    static final int BITS = 52;
    /** How many of them come from the fifth round. */
    static final int LATER_BITS = BITS - Integer.SIZE;

    private Squares() {}

    /**
     * The random block of a counter: above, the 32 bits of the paper's {@code squares32}, which are the upper half of
     * its {@code squares64}; below them the upper 20 of the 32 bits that {@code squares64} makes in its fifth round.
     *
     * @param counter 1 or more; 0 would be mixed by fewer rounds
     * @param key odd, and else random: two counters never have the same Weyl term
     * @return a number from 0 to 2^52 - 1
     */
    static long block(long counter, long key) {
        long y = counter * key;
        long z = y + key;
        long x = Long.rotateLeft(y * y + y, Integer.SIZE);
        x = Long.rotateLeft(x * x + z, Integer.SIZE);
        x = Long.rotateLeft(x * x + y, Integer.SIZE);
        long fourth = x * x + z;
        x = Long.rotateLeft(fourth, Integer.SIZE);
        long fifth = x * x + y;
        return (fourth >>> Integer.SIZE) << LATER_BITS | fifth >>> Long.SIZE - LATER_BITS;
    }
}
