package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.metric.Metric.Estimator;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How far the means of groups lie apart. The groups of a slice {@code s} are the slices {@code s/...}. */
public final class Disparity {

    private Disparity() {}

    /** Whether an estimator is a disparity. */
    public static boolean is(Estimator estimator) {
        return estimator == Estimator.GROUP_RANGE || estimator == Estimator.GROUP_DEVIATION;
    }

    /**
     * The disparity of means.
     *
     * @param estimator {@link Estimator#GROUP_RANGE} or {@link Estimator#GROUP_DEVIATION}
     * @param means of at least one group
     */
    public static double of(Estimator estimator, double[] means) {
        return switch (estimator) {
            case GROUP_RANGE -> range(means);
            case GROUP_DEVIATION -> deviation(means);
            case SHARE, CLUSTER_SHARE, MEAN, MEAN_OF_WRITTEN, PERPLEXITY, DERIVED, EXACT, TURNS ->
                throw new IllegalArgumentException(estimator + " is no disparity");
        };
    }

    /** The groups of a slice that an item belongs to; of one domain, an item has one. */
    public static List<String> groups(Item item, String slice) {
        return item.slices().stream()
                .filter(name -> name.startsWith(slice + "/"))
                .toList();
    }

    /** The slice that a group belongs to, if it is a group. */
    static Optional<String> parent(String slice) {
        int end = slice.indexOf('/');
        return end < 0 ? Optional.empty() : Optional.of(slice.substring(0, end));
    }

    /** The largest mean less the smallest; at least one group. */
    static double range(double[] means) {
        return Arrays.stream(means).max().orElseThrow()
                - Arrays.stream(means).min().orElseThrow();
    }

    /** {@code sum |mean of a group - mean of the groups' means|}; at least one group. */
    static double deviation(double[] means) {
        double centre = Arrays.stream(means).average().orElseThrow();
        return Arrays.stream(means).map(mean -> Math.abs(mean - centre)).sum();
    }
}
