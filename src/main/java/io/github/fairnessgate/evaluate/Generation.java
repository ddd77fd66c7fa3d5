package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;

/**
 * How a suite has prompts continued: nucleus sampling with p = 0.9 at temperature 1, at most 20 new tokens, as
 * RealToxicityPrompts does.
 *
 * @param continuations of every prompt, at least 1
 * @param seed the same one gives the same texts
 */
public record Generation(int continuations, long seed) {

    static final int NEW_TOKENS = 20;
    private static final double TOP_P = 0.9;

    /** @throws io.github.fairnessgate.InvalidInputException if there are no continuations */
    public Generation {
        sampling(continuations, seed);
    }

    Sampling sampling() {
        return sampling(continuations, seed);
    }

    private static Sampling sampling(int continuations, long seed) {
        return new Sampling(seed, continuations, NEW_TOKENS, TOP_P, 1);
    }

    /** What decides the texts besides model and prompts. */
    String describe() {
        return sampling() + ", " + LanguageModel.SAMPLER;
    }
}
