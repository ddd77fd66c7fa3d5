package io.github.fairnessgate.statistics;

/**
 * A two-sided confidence interval whose two ends are one-sided bounds at {@code alpha} each.
 *
 * @param low lower bound; negative infinity if the data give none
 * @param high upper bound; infinity if the data give none
 * @param level {@code 1 - 2 * alpha}: 0.9 for alpha 0.05
 */
public record Interval(double low, double high, double level) {

    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("no interval: " + low + " to " + high);
        }
    }
}
