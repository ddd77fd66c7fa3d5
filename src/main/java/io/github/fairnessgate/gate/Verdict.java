package io.github.fairnessgate.gate;

/** What the data say about a rule, and the rules about a model. */
public enum Verdict {
    /** The data show that the limit is kept. That nothing was found to be wrong is not enough. */
    PASS,
    /** The data show that the model got worse, and by more than the limit allows. */
    FAIL,
    /** The data show neither. */
    INCONCLUSIVE
}
