package io.github.fairnessgate.runtime;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/** Pearson's goodness-of-fit test. */
final class ChiSquare {

    private static final double FEWEST_EXPECTED = 5;

    private ChiSquare() {}

    /** The p-value of counts under probabilities; cells of which fewer than five are expected count together. */
    static double pValue(int[] counts, double[] probabilities) {
        double draws = Arrays.stream(counts).sum();
        double statistic = 0;
        int cells = 0;
        double restCount = 0;
        double restExpected = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = draws * probabilities[i];
            if (expected < FEWEST_EXPECTED) {
                restCount += counts[i];
                restExpected += expected;
            } else {
                statistic += square(counts[i] - expected) / expected;
                cells++;
            }
        }
        if (restExpected > 0) {
            statistic += square(restCount - restExpected) / restExpected;
            cells++;
        }
        return ChiSquaredDistribution.of(cells - 1).survivalProbability(statistic);
    }

    private static double square(double value) {
        return value * value;
    }
}
