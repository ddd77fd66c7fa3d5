package io.github.fairnessgate.statistics;

/**
 * An estimate from drawn clusters.
 *
 * @param value the estimate; no number where it is not defined
 * @param error its standard error; 0 where all clusters are equal
 */
record Draw(double value, double error) {

    /** Relative size below which a standard error is rounding error. */
    private static final double NEGLIGIBLE = 1e-12;

    /** @param magnitude of what the value is the difference of: an error that is only rounding is none */
    static Draw of(double value, double error, double magnitude) {
        return new Draw(value, error <= NEGLIGIBLE * magnitude ? 0 : error);
    }

    /** Every cluster once. */
    static char[] everyCluster(int clusters) {
        char[] all = new char[clusters];
        for (char k = 0; k < clusters; k++) {
            all[k] = k;
        }
        return all;
    }

    /** t*: how far this resample is from the sample, in its own standard errors. */
    double studentised(Draw sample) {
        double shift = value - sample.value;
        boolean equal = Math.abs(shift) <= NEGLIGIBLE * sample.error;
        return equal ? 0 : error == 0 ? Math.signum(shift) * Double.POSITIVE_INFINITY : shift / error;
    }
}
