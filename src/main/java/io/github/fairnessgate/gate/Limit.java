package io.github.fairnessgate.gate;

import java.math.BigDecimal;

/**
 * A number that a rule does not tolerate to be reached or crossed; where a value is counted, to be crossed.
 *
 * @param kind what is limited
 * @param value the limit, digit for digit as the user wrote it
 */
public record Limit(Kind kind, BigDecimal value) {

    /** The tighter of two limits of one kind. */
    public Limit tightest(Limit other) {
        return isAtLeastAsTightAs(other) ? this : other;
    }

    /** @throws IllegalArgumentException if the limits are of two kinds */
    public boolean isAtLeastAsTightAs(Limit other) {
        if (kind != other.kind) {
            throw new IllegalArgumentException("a limit of " + kind + " is not comparable with one of " + other.kind);
        }
        int order = value.compareTo(other.value);
        return kind == Kind.MINIMUM ? order >= 0 : order <= 0;
    }

    /** What a limit limits; {@link #key()} is its name in a thresholds file. */
    public enum Kind {
        /** The increase of the harm from baseline to candidate, in the metric's unit. */
        MAX_INCREASE("maxIncrease"),
        /** The decrease of a metric of which more is better, in the metric's unit. */
        MAX_DECREASE("maxDecrease"),
        /** Candidate's value divided by the baseline's, of a perplexity and of what a model costs. */
        MAX_RATIO("maxRatio"),
        /** The candidate's value, or its distance from parity. */
        MAXIMUM("maximum"),
        /** The candidate's value, where more is better. */
        MINIMUM("minimum"),
        /** Percent of the items that are biased with the candidate and were not with the baseline. */
        MAX_NEWLY_BIASED_RATE("maxNewlyBiasedRate");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        /** The key that sets such a limit. */
        public String key() {
            return key;
        }

        /** Whether the limit is on what changed between baseline and candidate, not on the candidate alone. */
        public boolean limitsChange() {
            return this == MAX_INCREASE || this == MAX_DECREASE || this == MAX_RATIO;
        }

        /** Whether the limit is on the candidate's value, whatever the baseline's is. */
        public boolean limitsCandidate() {
            return this == MAXIMUM || this == MINIMUM;
        }
    }
}
