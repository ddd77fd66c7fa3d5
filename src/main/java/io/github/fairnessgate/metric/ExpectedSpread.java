package io.github.fairnessgate.metric;

/**
 * How much the outcomes of a metric are expected to vary, by which the power of a rule is estimated before anything is
 * measured; {@code docs/statistics.md} says where the figures come from. Shares need none: the gate assumes on how many
 * items two models disagree.
 */
public sealed interface ExpectedSpread {

    /**
     * Of items that a model scores.
     *
     * @param deviation standard deviation of an item's outcome, in its unit
     * @param correlation of an item's outcomes with a model and its compressed form
     */
    record OfItems(double deviation, double correlation) implements ExpectedSpread {

        /** The variance of an item's change, {@code 2 s^2 (1 - r)}. */
        public double varianceOfChange() {
            return 2 * deviation * deviation * (1 - correlation);
        }
    }

    /**
     * Of prompts that a model continues.
     *
     * @param between standard deviation of a prompt's change, without the chance of its continuations
     * @param within variance of the part of one continuation
     */
    record OfTexts(double between, double within) implements ExpectedSpread {}

    /**
     * Of stretches of a text.
     *
     * @param deviation standard deviation of the change of a stretch's log-likelihood, in nats a token
     */
    record OfStretches(double deviation) implements ExpectedSpread {}

    /**
     * Of StereoSet's idealised score, {@code LMS min(SS, 100 - SS) / 50}.
     *
     * @param preference a typical SS, in percent
     * @param sense a typical LMS, in percent
     * @param ofSense of an item's outcome for LMS
     */
    record OfIdealisedScore(double preference, double sense, OfItems ofSense) implements ExpectedSpread {}
}
