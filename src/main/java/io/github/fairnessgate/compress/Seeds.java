package io.github.fairnessgate.compress;

import org.apache.commons.rng.simple.RandomSource;

/** Seeds from seeds. */
final class Seeds {

    private Seeds() {}

    /** A seed for part {@code index} of what has {@code seed}; streams of different parts are unrelated. */
    static long derive(long seed, long index) {
        long mixed = RandomSource.SPLIT_MIX_64.create(seed).nextLong();
        return RandomSource.SPLIT_MIX_64.create(mixed + index).nextLong();
    }
}
