package io.github.fairnessgate.gate;

import java.math.BigDecimal;
import java.util.List;

/**
 * What is tolerated.
 *
 * @param alpha          error rate of one verdict, from 0.001 to below 0.5, as written
 * @param onInconclusive what becomes of a rule that the data do not settle
 * @param rules          at least one that decides
 */
public record Thresholds(BigDecimal alpha, OnInconclusive onInconclusive, List<Rule> rules) {

    public Thresholds {
        rules = List.copyOf(rules);
    }

    /** What becomes of a rule that the data do not settle. */
    public enum OnInconclusive {
        /** The gate does not pass. */
        FAIL,
        /** The gate passes with a warning. */
        WARN
    }
}
