package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Numbers that somebody accepted although a rule does not, until a day.
 *
 * @param location where it stands, for messages
 * @param metric id, in full
 * @param slice of the items
 * @param harmIncrease the most harm beyond the original's that is accepted, in the metric's unit
 * @param newlyBiasedRate the most newly biased items that are accepted, in percent; nothing where no rule limits them
 * @param limits what was tolerated when it was accepted, by the key of the limit
 * @param reason why, not blank
 * @param date when it was accepted
 * @param until the last day on which it is in force
 */
public record AcceptedException(
        Location location,
        String metric,
        String slice,
        BigDecimal harmIncrease,
        Optional<BigDecimal> newlyBiasedRate,
        SortedMap<String, BigDecimal> limits,
        String reason,
        LocalDate date,
        LocalDate until) {

    public AcceptedException {
        limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
    }

    /** Metric and slice as a person names them. */
    public String subject() {
        return slice.equals(Evaluation.ALL) ? metric : metric + " " + slice;
    }

    /** Whether the result's numbers are no worse than those that were accepted. What is not a number is worse. */
    boolean covers(RuleResult result) {
        boolean harm = result.largestHarmIncrease() <= harmIncrease.doubleValue();
        boolean churn = result.rule().newlyBiasedLimit().isEmpty()
                || result.largestNewlyBiasedRate().orElse(Double.NaN)
                        <= newlyBiasedRate.map(BigDecimal::doubleValue).orElse(-1.);
        return harm && churn;
    }
}
