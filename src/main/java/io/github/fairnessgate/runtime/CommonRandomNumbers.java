package io.github.fairnessgate.runtime;

import io.github.fairnessgate.artifact.Digests;
import java.nio.charset.StandardCharsets;

/**
 * The uniforms that decide what is sampled after one prompt. A uniform depends on the seed, the prompt's id, the sample
 * and the step, and on nothing else: not on the model, so that a baseline and its candidate meet the same chance, and
 * not on what was drawn before or in which order.
 */
final class CommonRandomNumbers {

    /** Doubles in [0, 1) that are equally far apart. */
    private static final double UNIT = 0x1p-53;

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

    /** A number in [0, 1), a multiple of 2^-53. */
    double uniform(int sample, int step) {
        int[] words = Philox.block(new int[] {step, sample, prompt0, prompt1}, key);
        long bits = Integer.toUnsignedLong(words[0]) << 32 | Integer.toUnsignedLong(words[1]);
        return (bits >>> 11) * UNIT;
    }
}
