package io.github.fairnessgate.statistics;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Sign-flip permutation test that paired changes are symmetric about 0, against an increase. If it makes no difference
 * which model is called the candidate, every cluster's change could as well have had the other sign. With {@code T} the
 * sum of the changes and {@code T*} the sum under other signs, the p-value is {@code (1 + #{T* >= T}) / (B + 1)}: over
 * all other sign patterns where there are at most {@value #FLIPS} of them, which is exact, else over so many random
 * ones.
 *
 * <p>Sources: R. A. Fisher, The Design of Experiments (1935), section 21; B. Phipson, G. K. Smyth, Statistical
 * Applications in Genetics and Molecular Biology 9 (2010) 39, for the 1 that is added.
 */
public final class SignFlip {

    /** The most sign patterns that are tried besides the one seen. */
    static final int FLIPS = 9999;

    /** Relative difference below which two sums are equal but for rounding. */
    private static final double NEGLIGIBLE = 1e-12;

    private static final int BLOCK = 8;
    private static final int BLOCKS_A_WORD = Long.SIZE / BLOCK;

    private final int changes;
    private final double[][] blocks;
    private final double threshold;

    private SignFlip(double[] changes) {
        this.changes = changes.length;
        this.blocks = new double[(changes.length + BLOCK - 1) / BLOCK][1 << BLOCK];
        for (int block = 0; block < blocks.length; block++) {
            for (int pattern = 0; pattern < 1 << BLOCK; pattern++) {
                blocks[block][pattern] = signedSum(changes, block * BLOCK, pattern);
            }
        }
        double magnitude = Arrays.stream(changes).map(Math::abs).sum();
        this.threshold = Arrays.stream(changes).sum() - NEGLIGIBLE * magnitude;
    }

    /** The sign patterns of all tries; bit {@code k % 64} of word {@code k / 64} set: cluster k changes its sign. */
    public interface Patterns {

        int count();

        /** Fills in the next pattern. */
        void next(long[] pattern);
    }

    /**
     * The p-value.
     *
     * @param changes one for each independent cluster, at least one
     * @param seed of the random sign patterns
     */
    public static double pIncrease(double[] changes, long seed) {
        return pIncrease(changes, patterns(changes.length, seed));
    }

    /**
     * All patterns of so many clusters besides the one without a changed sign if they are at most {@value #FLIPS}, else
     * as many random ones.
     */
    public static Patterns patterns(int clusters, long seed) {
        return clusters < Integer.SIZE - 1 && (1 << clusters) - 1 <= FLIPS ? all(clusters) : random(seed);
    }

    /** The p-value over the given sign patterns, the one without a changed sign not among them. */
    static double pIncrease(double[] changes, Patterns patterns) {
        SignFlip test = new SignFlip(changes);
        long[] pattern = new long[(changes.length + Long.SIZE - 1) / Long.SIZE];
        int asLarge = 0;
        for (int i = 0; i < patterns.count(); i++) {
            patterns.next(pattern);
            asLarge += test.sum(pattern) >= test.threshold ? 1 : 0;
        }
        return (1.0 + asLarge) / (patterns.count() + 1.0);
    }

    /** Sums eight changes at a time by a table of all their sign patterns. */
    private double sum(long[] pattern) {
        double sum = 0;
        for (int block = 0; block < blocks.length; block++) {
            sum += blocks[block][
                    (int) (pattern[block / BLOCKS_A_WORD] >>> block % BLOCKS_A_WORD * BLOCK) & (1 << BLOCK) - 1];
        }
        return sum;
    }

    private double signedSum(double[] values, int from, int pattern) {
        double sum = 0;
        for (int k = from; k < Math.min(from + BLOCK, changes); k++) {
            sum += (pattern >> k - from & 1) == 0 ? values[k] : -values[k];
        }
        return sum;
    }

    private static Patterns all(int changes) {
        return new Patterns() {
            private long last;

            @Override
            public int count() {
                return (1 << changes) - 1;
            }

            @Override
            public void next(long[] pattern) {
                last++;
                pattern[0] = last;
            }
        };
    }

    private static Patterns random(long seed) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        return new Patterns() {
            @Override
            public int count() {
                return FLIPS;
            }

            @Override
            public void next(long[] pattern) {
                for (int word = 0; word < pattern.length; word++) {
                    pattern[word] = random.nextLong();
                }
            }
        };
    }
}
