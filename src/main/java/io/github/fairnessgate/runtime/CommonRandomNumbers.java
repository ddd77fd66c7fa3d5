package io.github.fairnessgate.runtime;

import io.github.fairnessgate.file.Digests;
import java.nio.charset.StandardCharsets;

/**
 * The chance that decides what is sampled after one prompt: a uniform for every sample, step and token. A uniform
 * depends on the seed, the prompt's id, the sample, the step and the token's id, and on nothing else: not on the model
 * or the place of a token among others, so that a baseline and its candidate give every token the same luck; and not on
 * what was drawn before or in which order.
 */
final class CommonRandomNumbers {

    /** Half the distance between two uniforms. */
    static final double HALF_UNIT = 0x1p-53;

    private final int[] key;
    private final int prompt0;
    private final int prompt1;

    /** @param promptId any text; prompts with the same id have the same uniforms */
    CommonRandomNumbers(long seed, String promptId) {
        this.key = new int[] {(int) seed, (int) (seed >>> 32)};
        String digest = Digests.sha256(promptId.getBytes(StandardCharsets.UTF_8));
        this.prompt0 = Integer.parseUnsignedInt(digest, 0, 8, 16);
        this.prompt1 = Integer.parseUnsignedInt(digest, 8, 16, 16);
    }

    /** The key of all uniforms of a sample's step: the first 64 bits of {@link Philox}'s block, the last bit set. */
    long key(int sample, int step) {
        int[] words = Philox.block(new int[] {step, sample, prompt0, prompt1}, key);
        return Integer.toUnsignedLong(words[0]) << 32 | Integer.toUnsignedLong(words[1]) | 1;
    }

    /**
     * The uniform of a token, from {@link Squares}: strictly between 0 and 1, an odd multiple of 2^-53.
     *
     * @param key of a sample and a step
     * @param token its id
     */
    static double uniform(long key, int token) {
        return (2 * Squares.block(token + 1L, key) + 1) * HALF_UNIT;
    }
}
