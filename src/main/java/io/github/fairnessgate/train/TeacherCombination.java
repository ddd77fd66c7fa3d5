package io.github.fairnessgate.train;

/**
 * What becomes of the two probabilities that a teacher gives a token, one for a text and one for its counterfactual.
 */
public enum TeacherCombination {
    /** Their mean. */
    MEAN,
    /** The larger one, divided by the sum of the larger ones over all tokens. */
    MAX
}
