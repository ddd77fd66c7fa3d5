package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.gate.Thresholds.OnInconclusive;
import io.github.fairnessgate.gate.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a rule's result means for a build, as tools that know no third verdict want it. */
enum Outcome {

    /** The rule is kept. */
    PASSED,
    /** The rule alone makes the gate not pass. */
    FAILED,
    /** The rule is not kept, or not settled, and only warns or is accepted by an exception. */
    WARNED,
    /** The rule is exploratory. */
    REPORTED;

    static Outcome of(GateResult gate, RuleResult result) {
        if (result.rule().role() == Rule.Role.EXPLORATORY || result.verdict().isEmpty()) {
            return REPORTED;
        }
        if (gate.acceptance(result).isPresent()) {
            return WARNED;
        }
        return switch (result.verdict().get()) {
            case PASS -> PASSED;
            case FAIL -> result.rule().decides() ? FAILED : WARNED;
            case INCONCLUSIVE ->
                result.rule().decides() && gate.thresholds().onInconclusive() != OnInconclusive.WARN ? FAILED : WARNED;
        };
    }

    /**
     * What did not pass first, failures before open questions, then what only warns, what passed, and what is only
     * reported; else in the order of the rules.
     */
    static List<RuleResult> worstFirst(GateResult gate) {
        return gate.results().stream()
                .sorted(Comparator.comparing((RuleResult result) ->
                                List.of(FAILED, WARNED, PASSED, REPORTED).indexOf(of(gate, result)))
                        .thenComparing(result -> result.verdict().equals(Optional.of(Verdict.INCONCLUSIVE))))
                .toList();
    }

    /**
     * The result in two sentences: the numbers, and why the verdict is what it is; and by which exception it is
     * accepted.
     */
    static String message(GateResult gate, RuleResult result) {
        return RuleText.of(result).line()
                + result.verdict()
                        .map(Verdict::name)
                        .map(verdict -> "; " + verdict)
                        .orElse("") + ": " + result.reason()
                + gate.acceptance(result)
                        .map(exception -> "; accepted until %s: %s".formatted(exception.until(), exception.reason()))
                        .orElse("");
    }
}
