package io.github.fairnessgate.gate;

import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.Interval;

/**
 * The error rates that a rule is judged at.
 *
 * @param look of this look: bounds and p-values are compared with it
 * @param all of all looks: adjusted p-values are compared with it; the same where there is one look
 */
record Levels(double look, double all) {

    /** Below the last digit that any metric's unit has. */
    private static final double ROUNDING = 1e-12;

    Claim claim(double pValue) {
        return new Claim(pValue, look / all);
    }

    Interval interval(Inference inference) {
        return interval(inference.low(), inference.high());
    }

    Interval interval(double low, double high) {
        return new Interval(exact(low), exact(high), 1 - 2 * look);
    }

    /** What is 0 but for rounding is 0. */
    static double exact(double number) {
        return Math.abs(number) < ROUNDING ? 0 : number;
    }
}
