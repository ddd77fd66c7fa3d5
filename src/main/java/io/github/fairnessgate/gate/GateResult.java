package io.github.fairnessgate.gate;

import java.util.List;
import java.util.Optional;

/**
 * What the gate found.
 *
 * @param thresholds what was tolerated
 * @param results    one for each rule, in the order of the thresholds, then those of the baseline file
 * @param exceptions what became of each exception of the baseline file
 * @param budgets    how much of what may be lost the candidate has used, for each margin of the baseline file
 * @param verdict    over the rules that decide and are not accepted by an exception: FAIL if one failed, else INCONCLUSIVE if
 *                   one is, else PASS
 */
public record GateResult(Thresholds thresholds, List<RuleResult> results, List<ExceptionUse> exceptions, List<Budget> budgets,
        Verdict verdict) {

    public GateResult {
        results = List.copyOf(results);
        exceptions = List.copyOf(exceptions);
        budgets = List.copyOf(budgets);
    }

    /**
     * With the verdict that follows from the rest.
     *
     * @throws IllegalArgumentException if no rule decides: that would pass every model
     */
    public static GateResult of(Thresholds thresholds, List<RuleResult> results, List<ExceptionUse> exceptions, List<Budget> budgets) {
        if (results.stream().noneMatch(result -> result.rule().decides())) {
            throw new IllegalArgumentException("thresholds in which no rule decides would pass every model");
        }
        List<Verdict> deciding = results.stream()
                .filter(result -> result.rule().decides() && exceptions.stream().noneMatch(use -> use.accepts(result)))
                .map(result -> result.verdict().orElseThrow())
                .toList();
        Verdict verdict = deciding.contains(Verdict.FAIL) ? Verdict.FAIL
                : deciding.contains(Verdict.INCONCLUSIVE) ? Verdict.INCONCLUSIVE : Verdict.PASS;
        return new GateResult(thresholds, results, exceptions, budgets, verdict);
    }

    /** Whether the build may go on: {@link Verdict#PASS}, or {@link Verdict#INCONCLUSIVE} where that is only a warning. */
    public boolean passed() {
        return verdict == Verdict.PASS
                || verdict == Verdict.INCONCLUSIVE && thresholds.onInconclusive() == Thresholds.OnInconclusive.WARN;
    }

    /** The exception by which a result that is no pass does not decide; nothing for every other result. */
    public Optional<AcceptedException> acceptance(RuleResult result) {
        return exceptions.stream().filter(use -> use.accepts(result)).map(ExceptionUse::exception).findFirst();
    }
}
