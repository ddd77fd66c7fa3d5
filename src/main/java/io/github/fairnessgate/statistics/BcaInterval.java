package io.github.fairnessgate.statistics;

import java.util.Arrays;
import org.apache.commons.numbers.arrays.Selection;

/**
 * Bias-corrected and accelerated bootstrap interval. The percentiles of the replicates at which it ends are moved by
 * the bias {@code z0}, the normal quantile of the share of replicates below the estimate (those equal to it count
 * half), and the acceleration {@code a = sum U^3 / (6 (sum U^2)^1.5)} of the jackknife deviations {@code U = mean of
 * the leave-one-out estimates - leave-one-out estimate}.
 *
 * <p>It stands beside the studentised interval in reports as a check: it uses the same resamples but no standard
 * errors. With replicates that are all equal it is that value.
 *
 * <p>Source: B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), section 14.3. Percentiles between two
 * replicates are interpolated.
 */
record BcaInterval(double low, double high) {

    /**
     * The interval.
     *
     * @param replicates the estimate on each resample; this method changes their order
     * @param estimate on the sample
     * @param leaveOneOut the estimate without each cluster
     * @param alpha error rate of either end
     */
    static BcaInterval of(double[] replicates, double estimate, double[] leaveOneOut, double alpha) {
        double bias = StandardNormal.quantile(below(replicates, estimate));
        double acceleration = acceleration(leaveOneOut);
        double z = StandardNormal.exceededWith(alpha);
        return new BcaInterval(
                percentile(replicates, moved(bias, -z, acceleration)),
                percentile(replicates, moved(bias, z, acceleration)));
    }

    private static double below(double[] replicates, double estimate) {
        long less = Arrays.stream(replicates).filter(value -> value < estimate).count();
        long equal =
                Arrays.stream(replicates).filter(value -> value == estimate).count();
        return (less + equal / 2.0) / replicates.length;
    }

    private static double acceleration(double[] leaveOneOut) {
        double mean = Arrays.stream(leaveOneOut).average().orElseThrow();
        double squares = 0;
        double cubes = 0;
        for (double value : leaveOneOut) {
            double deviation = mean - value;
            squares += deviation * deviation;
            cubes += deviation * deviation * deviation;
        }
        return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
    }

    private static double moved(double bias, double z, double acceleration) {
        if (Double.isInfinite(bias)) {
            return bias > 0 ? 1 : 0;
        }
        return 1 - StandardNormal.above(bias + (bias + z) / (1 - acceleration * (bias + z)));
    }

    private static double percentile(double[] values, double share) {
        double position = share * (values.length - 1);
        int index = (int) Math.min(values.length - 1.0, Math.floor(position));
        int next = Math.min(values.length - 1, index + 1);
        Selection.select(values, new int[] {index, next});
        return values[index] + (values[next] - values[index]) * (position - index);
    }
}
