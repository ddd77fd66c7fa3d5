package io.github.fairnessgate.runtime;

/**
 * The counter-based random number generator Philox4x32 with ten rounds (Salmon, Moraes, Dror, Shaw: Parallel random
 * numbers: as easy as 1, 2, 3; SC 2011, section 4.3). It has no state: a block of 128 random bits is a function of a
 * counter and a key, so any draw can be made again without the ones before it.
 */
final class Philox {

    private static final int ROUNDS = 10;
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    /** The key's steps from round to round: the golden ratio and the root of three, less one. */
    private static final int WEYL_0 = 0x9E3779B9;

    private static final int WEYL_1 = 0xBB67AE85;

    private Philox() {}

    /**
     * The random block of a counter.
     *
     * @param counter four words of 32 bits
     * @param key two words
     * @return four words
     */
    static int[] block(int[] counter, int[] key) {
        int[] words = counter.clone();
        int key0 = key[0];
        int key1 = key[1];
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(words[0]);
            long product1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(words[2]);
            words[0] = (int) (product1 >>> 32) ^ words[1] ^ key0;
            words[1] = (int) product1;
            words[2] = (int) (product0 >>> 32) ^ words[3] ^ key1;
            words[3] = (int) product0;
            key0 += WEYL_0;
            key1 += WEYL_1;
        }
        return words;
    }
}
