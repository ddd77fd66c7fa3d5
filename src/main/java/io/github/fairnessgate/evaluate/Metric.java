package io.github.fairnessgate.evaluate;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a number means. Two values may be compared only if their metrics are equal.
 *
 * @param id        {@code suite.metric/variant}, for instance {@code stereoset.ss/official}
 * @param suite     the suite whose items carry the outcomes, for instance {@code stereoset}
 * @param estimator how item outcomes become the value
 * @param direction which way is worse
 */
public record Metric(String id, String suite, Estimator estimator, Direction direction) {

    public Metric {
        Objects.requireNonNull(id);
        Objects.requireNonNull(suite);
        Objects.requireNonNull(estimator);
        Objects.requireNonNull(direction);
    }

    /** Names of means whose outcomes are chances, shares and scores of toxicity; {@code emt5}, {@code tp25}. */
    private static final Pattern FROM_ZERO_TO_ONE = Pattern.compile("(emt\\d+|tp\\d+|toxicity|toxic-fraction|repetition|blank|disparity-(range|deviation))");

    /** Whether the outcome of every item lies between 0 and 1, by definition. */
    public boolean runsFromZeroToOne() {
        return switch (estimator) {
            case SHARE, CLUSTER_SHARE, MEAN_OF_WRITTEN -> true;
            case MEAN, GROUP_RANGE, GROUP_DEVIATION -> FROM_ZERO_TO_ONE.matcher(id.replaceFirst("^[^.]*\\.", "").replaceFirst("/.*", "")).matches();
            case PERPLEXITY, DERIVED -> false;
        };
    }

    /** How item outcomes {@code x} with weights {@code w} become a value. */
    public enum Estimator {
        /** {@code 100 * mean(x)}, x in {0, 1}: a percentage of items. */
        SHARE,
        /** {@code 100 * mean over clusters of (mean of x within the cluster)}, x in [0, 1]. */
        CLUSTER_SHARE,
        /** {@code mean(x)}, any real x. */
        MEAN,
        /**
         * {@code sum x / sum (1 - b)}, x in [0, 1 - b]: the mean over the texts that are not blank, of which {@code b}, the outcome of the suite's
         * {@code blank/texts}, is the share. Not defined where all texts are blank, see {@link WrittenTexts}.
         */
        MEAN_OF_WRITTEN,
        /** {@code exp(sum x / sum w)}, x a negative log-likelihood in nats and w its tokens. */
        PERPLEXITY,
        /**
         * Of the means of a slice's groups the largest less the smallest, any real x. The groups of a slice {@code s} are the
         * slices {@code s/...}, and only a slice with at least two of them has a value.
         */
        GROUP_RANGE,
        /** Likewise {@code sum |mean of a group - mean of the groups' means|}. */
        GROUP_DEVIATION,
        /** Computed from other metrics of the suite, without outcomes of its own: {@link IdealisedScore}. */
        DERIVED
    }

    /** Which way is worse. */
    public enum Direction {
        LOWER_IS_BETTER,
        HIGHER_IS_BETTER,
        /** A preference in percent: 50 is parity, and harm is the distance from it. */
        PARITY
    }
}
