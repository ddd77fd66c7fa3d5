package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.SuiteOptions;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is tolerated.
 *
 * @param alpha          error rate of one verdict, from 0.001 to below 0.5, as written
 * @param onInconclusive what becomes of a rule that the data do not settle
 * @param allowUnderpowered whether rules may have margins that their data cannot show
 * @param suites         how suites are run, by id, where that was said
 * @param rules          at least one that decides
 */
public record Thresholds(BigDecimal alpha, OnInconclusive onInconclusive, boolean allowUnderpowered, SortedMap<String, SuiteOptions> suites,
        List<Rule> rules) {

    public Thresholds {
        suites = Collections.unmodifiableSortedMap(new TreeMap<>(suites));
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
