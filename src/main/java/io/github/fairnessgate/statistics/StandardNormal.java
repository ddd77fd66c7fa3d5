package io.github.fairnessgate.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/** The standard normal distribution. */
public final class StandardNormal {

    private static final NormalDistribution DISTRIBUTION = NormalDistribution.of(0, 1);

    private StandardNormal() {}

    /** The value that is exceeded with probability {@code alpha}. */
    public static double exceededWith(double alpha) {
        return DISTRIBUTION.inverseSurvivalProbability(alpha);
    }

    /** The value below which a share of all values lies; infinite for 0 and 1. */
    static double quantile(double share) {
        return DISTRIBUTION.inverseCumulativeProbability(share);
    }

    /** The probability of a value above {@code z}. */
    public static double above(double z) {
        return DISTRIBUTION.survivalProbability(z);
    }
}
