package io.github.fairnessgate.evaluate;

import java.util.Arrays;

/** How far the means of groups lie apart. */
final class Disparity {

    private Disparity() {
    }

    /** The largest mean less the smallest; at least one group. */
    static double range(double[] means) {
        return Arrays.stream(means).max().orElseThrow() - Arrays.stream(means).min().orElseThrow();
    }

    /** {@code sum |mean of a group - mean of the groups' means|}; at least one group. */
    static double deviation(double[] means) {
        double centre = Arrays.stream(means).average().orElseThrow();
        return Arrays.stream(means).map(mean -> Math.abs(mean - centre)).sum();
    }
}
