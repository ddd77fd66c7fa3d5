package io.github.fairnessgate.metric;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;

/**
 * What a number means. Two values may be compared only if their metrics are equal.
 *
 * @param id {@code suite.metric/variant}, for instance {@code stereoset.ss/official}
 * @param suite the suite whose items carry the outcomes, for instance {@code stereoset}
 * @param estimator how item outcomes become the value
 * @param direction which way is worse
 * @param range of the outcome of every item, by definition; empty for log-likelihoods and other numbers without one
 */
public record Metric(String id, String suite, Estimator estimator, Direction direction, Optional<Range> range) {

    /**
     * @throws IllegalArgumentException if a share has another range than 0 to 1, or a perplexity or a derived metric
     *     has any
     */
    public Metric {
        Objects.requireNonNull(id);
        Objects.requireNonNull(suite);
        Objects.requireNonNull(estimator);
        Objects.requireNonNull(direction);
        range = range == null ? Optional.empty() : range;
        boolean fits = switch (estimator) {
            case SHARE, CLUSTER_SHARE, MEAN_OF_WRITTEN -> range.equals(Optional.of(Range.UNIT));
            case MEAN, GROUP_RANGE, GROUP_DEVIATION -> true;
            case PERPLEXITY, DERIVED, EXACT, TURNS -> range.isEmpty();
        };
        if (!fits) {
            throw new IllegalArgumentException(id + " is a " + estimator + " and cannot have the range "
                    + range.map(Range::toString).orElse("of any number"));
        }
    }

    /**
     * A metric whose estimator says all that there is to say of a range: shares run from 0 to 1, other numbers have
     * none.
     */
    public Metric(String id, String suite, Estimator estimator, Direction direction) {
        this(id, suite, estimator, direction, estimator.range());
    }

    /** A metric of numbers within a range. */
    public Metric(String id, String suite, Estimator estimator, Direction direction, Range range) {
        this(id, suite, estimator, direction, Optional.of(range));
    }

    /**
     * The numbers that the outcome of an item may be, both ends included.
     *
     * @param lowest finite, in the unit of the outcome
     * @param highest finite, above {@code lowest}
     */
    public record Range(double lowest, double highest) {

        /** Of shares, chances, and scores of toxicity. */
        public static final Range UNIT = new Range(0, 1);

        /** @throws IllegalArgumentException if the ends are not finite, or none lies between them */
        public Range {
            if (!Double.isFinite(lowest) || !Double.isFinite(highest) || lowest >= highest) {
                throw new IllegalArgumentException("a range cannot run from " + lowest + " to " + highest);
            }
        }

        /** Of the difference of two such numbers. */
        public Range ofChanges() {
            return new Range(lowest - highest, highest - lowest);
        }

        /** Of such numbers with the other sign. */
        public Range negated() {
            return new Range(0 - highest, 0 - lowest);
        }

        public boolean holds(double number) {
            return number >= lowest && number <= highest;
        }

        @Override
        public String toString() {
            return plain(lowest) + " to " + plain(highest);
        }

        private static String plain(double end) {
            return BigDecimal.valueOf(end).stripTrailingZeros().toPlainString();
        }
    }

    /** How item outcomes {@code x} with weights {@code w} become a value. */
    public enum Estimator {
        /** {@code 100 * mean(x)}, x in {0, 1}: a percentage of items. */
        SHARE,
        /** {@code 100 * mean over clusters of (mean of x within the cluster)}, x in [0, 1]. */
        CLUSTER_SHARE,
        /** {@code mean(x)}, x in the range, or any real x. */
        MEAN,
        /**
         * {@code sum x / sum (1 - b)}, x in [0, 1 - b]: the mean over the texts that are not blank, of which {@code b},
         * the outcome of the suite's {@code blank/texts}, is the share. Not defined where all texts are blank.
         */
        MEAN_OF_WRITTEN,
        /** {@code exp(sum x / sum w)}, x a negative log-likelihood in nats and w its tokens. */
        PERPLEXITY,
        /**
         * Of the means of a slice's groups the largest less the smallest, x likewise. The groups of a slice {@code s}
         * are the slices {@code s/...}, and only a slice with at least two of them has a value.
         */
        GROUP_RANGE,
        /** Likewise {@code sum |mean of a group - mean of the groups' means|}. */
        GROUP_DEVIATION,
        /** Computed from other metrics of the suite, without outcomes of its own, as StereoSet's idealised score. */
        DERIVED,
        /** {@code x} of the only item, x above 0: what is counted, such as bytes, and not left to chance. */
        EXACT,
        /**
         * The median of x, x above 0: what a clock or the system said in rounds in which both models had their turn.
         * The change from one model to the other is the median of the rounds' ratios.
         */
        TURNS;

        /** Of the outcome of every item, as far as the estimator alone says it. */
        Optional<Range> range() {
            return switch (this) {
                case SHARE, CLUSTER_SHARE, MEAN_OF_WRITTEN -> Optional.of(Range.UNIT);
                case MEAN, GROUP_RANGE, GROUP_DEVIATION, PERPLEXITY, DERIVED, EXACT, TURNS -> Optional.empty();
            };
        }

        /** Whether values say what a model costs, and nothing of what it says. */
        public boolean isCost() {
            return this == EXACT || this == TURNS;
        }

        /** Whether a change is candidate divided by baseline, and not a difference. */
        public boolean changesByRatio() {
            return this == PERPLEXITY || isCost();
        }

        /** Whether values are percentages, from 0 to 100. */
        public boolean isPercentage() {
            return this == SHARE || this == CLUSTER_SHARE || this == DERIVED;
        }
    }

    /** Which way is worse. */
    public enum Direction {
        LOWER_IS_BETTER,
        HIGHER_IS_BETTER,
        /** A preference in percent: 50 is parity, and harm is the distance from it. */
        PARITY
    }
}
