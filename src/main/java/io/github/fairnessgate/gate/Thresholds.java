package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.SuiteOptions;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What is tolerated.
 *
 * @param alpha error rate of one verdict, from 0.001 to below 0.5, as written
 * @param onInconclusive what becomes of a rule that the data do not settle
 * @param escalation how more is drawn; there just if {@code onInconclusive} is {@link OnInconclusive#ESCALATE}
 * @param allowUnderpowered whether rules may have margins that their data cannot show
 * @param suites how suites are run, by id, where that was said
 * @param rules at least one that decides
 */
public record Thresholds(
        BigDecimal alpha,
        OnInconclusive onInconclusive,
        Optional<Escalation> escalation,
        boolean allowUnderpowered,
        SortedMap<String, SuiteOptions> suites,
        List<Rule> rules) {

    public Thresholds {
        suites = Collections.unmodifiableSortedMap(new TreeMap<>(suites));
        rules = List.copyOf(rules);
        if (escalation.isPresent() != (onInconclusive == OnInconclusive.ESCALATE)) {
            throw new IllegalArgumentException(
                    "a plan of looks belongs to onInconclusive: escalate, and to that alone");
        }
    }

    /** The same without further looks: what is inconclusive fails. */
    public Thresholds judgedOnce() {
        return escalation.isEmpty()
                ? this
                : new Thresholds(alpha, OnInconclusive.FAIL, Optional.empty(), allowUnderpowered, suites, rules);
    }

    /**
     * The same for several candidates that are judged together, so that the error rate is that of all of them: each is
     * judged at alpha divided by their number, after Bonferroni.
     */
    public Thresholds forEachOf(int candidates) {
        return new Thresholds(
                alpha.divide(BigDecimal.valueOf(candidates), MathContext.DECIMAL64),
                onInconclusive,
                escalation,
                allowUnderpowered,
                suites,
                rules);
    }

    /** The same without a look at what the data can show. */
    public Thresholds allowingUnderpowered() {
        return new Thresholds(alpha, onInconclusive, escalation, true, suites, rules);
    }

    /**
     * The same without rules about what a model costs: they say how much smaller a compressed model has to be, which no
     * model is than itself.
     */
    public Thresholds withoutCosts() {
        return new Thresholds(
                alpha,
                onInconclusive,
                escalation,
                allowUnderpowered,
                suites,
                rules.stream().filter(rule -> !rule.isAboutCost()).toList());
    }

    /** Continuations of every prompt of a suite, at the first look where there are several. */
    public int continuations(String suite) {
        return suites.getOrDefault(suite, SuiteOptions.NONE).continuationsOfPrompt();
    }

    /**
     * Finds rules about the same metric under different names, before it is measured.
     *
     * @param measured the id that a metric will have when it is measured, by the one that a rule names
     * @throws io.github.fairnessgate.InvalidInputException for the second of two such rules
     */
    public void requireDifferent(UnaryOperator<String> measured) {
        Map<String, Rule> bySubject = new HashMap<>();
        rules.forEach(rule -> rule.requireFirst(measured.apply(rule.metric()), bySubject));
    }

    /** What becomes of a rule that the data do not settle. */
    public enum OnInconclusive {
        /** The gate does not pass. */
        FAIL,
        /** The gate passes with a warning. */
        WARN,
        /**
         * The models write more continuations, and the gate looks again; what is open after the last look does not
         * pass.
         */
        ESCALATE
    }
}
