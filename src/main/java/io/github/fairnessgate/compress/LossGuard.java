package io.github.fairnessgate.compress;

/**
 * How much worse a pruning may make a model.
 *
 * @param maxLossIncrease largest allowed rise of the loss on held-out windows, nats a token, 0 or more
 * @param reaction what happens where the next round would exceed it
 */
record LossGuard(double maxLossIncrease, Reaction reaction) {

    /** What happens where the budget cannot be reached under the guard. */
    enum Reaction {
        /** The build ends with an error. */
        FAIL,
        /** The round is taken back, the stage ends with what was removed before it, and the report says so. */
        STOP
    }

    /** Whether a loss is too high; one that is no number is. */
    boolean refuses(double loss, double lossBefore) {
        return !(loss - lossBefore <= maxLossIncrease);
    }
}
