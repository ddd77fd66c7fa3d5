package io.github.fairnessgate.gate;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the gate found.
 *
 * @param thresholds what was tolerated
 * @param results one for each rule, in the order of the thresholds, then those of the baseline file
 * @param exceptions what became of each exception of the baseline file
 * @param budgets how much of what may be lost the candidate has used, for each margin of the baseline file
 * @param verdict over the rules that decide and are not accepted by an exception: FAIL if one failed, else INCONCLUSIVE
 *     if one is, else PASS
 * @param looks those that were taken under an {@link Escalation}, empty without one
 * @param open suites of which more is to be drawn, for rules that are open and may still be settled; empty where the
 *     gate is at its end
 */
public record GateResult(
        Thresholds thresholds,
        List<RuleResult> results,
        List<ExceptionUse> exceptions,
        List<Budget> budgets,
        Verdict verdict,
        List<LookTaken> looks,
        Set<String> open) {

    public GateResult {
        results = List.copyOf(results);
        exceptions = List.copyOf(exceptions);
        budgets = List.copyOf(budgets);
        looks = List.copyOf(looks);
        open = Set.copyOf(open);
    }

    /**
     * A gate at its end, with the verdict that follows from the rest.
     *
     * @throws IllegalArgumentException if no rule decides: that would pass every model
     */
    public static GateResult of(
            Thresholds thresholds,
            List<RuleResult> results,
            List<ExceptionUse> exceptions,
            List<Budget> budgets,
            List<LookTaken> looks) {
        return new GateResult(thresholds, results, exceptions, budgets, verdict(results, exceptions), looks, Set.of());
    }

    /**
     * The verdict over the rules that decide and are not accepted.
     *
     * @throws IllegalArgumentException if no rule decides: that would pass every model
     */
    static Verdict verdict(List<RuleResult> results, List<ExceptionUse> exceptions) {
        if (results.stream().noneMatch(result -> result.rule().decides())) {
            throw new IllegalArgumentException("thresholds in which no rule decides would pass every model");
        }
        List<Verdict> deciding = results.stream()
                .filter(result -> result.rule().decides() && exceptions.stream().noneMatch(use -> use.accepts(result)))
                .map(result -> result.verdict().orElseThrow())
                .toList();
        if (deciding.contains(Verdict.FAIL)) {
            return Verdict.FAIL;
        }
        return deciding.contains(Verdict.INCONCLUSIVE) ? Verdict.INCONCLUSIVE : Verdict.PASS;
    }

    /**
     * Whether the build may go on: {@link Verdict#PASS}, or {@link Verdict#INCONCLUSIVE} where that is only a warning.
     */
    public boolean passed() {
        return verdict == Verdict.PASS
                || verdict == Verdict.INCONCLUSIVE && thresholds.onInconclusive() == Thresholds.OnInconclusive.WARN;
    }

    /** Whether what did not pass may be accepted by an exception: not that of a broken language model. */
    public boolean canBeAccepted() {
        return results.stream()
                .filter(result -> result.rule().role() == Rule.Role.CAPABILITY)
                .allMatch(result -> result.verdict().orElse(Verdict.PASS) == Verdict.PASS);
    }

    /** Whether the plan has a further look that could settle a rule. */
    public boolean continues() {
        return !open.isEmpty();
    }

    /**
     * The continuations of every prompt at the next look, by suite; empty where the gate is at its end.
     *
     * @throws java.util.NoSuchElementException if there is no plan
     */
    public SortedMap<String, Integer> next() {
        SortedMap<String, Integer> next = new TreeMap<>();
        open.forEach(suite -> next.put(
                suite,
                thresholds
                        .escalation()
                        .orElseThrow()
                        .continuations(thresholds.continuations(suite), looks.size() + 1)));
        return next;
    }

    /**
     * The look by which a result was found; nothing where the gate looks once, and for a rule that is not about
     * generated text.
     */
    public Optional<LookTaken> look(RuleResult result) {
        return looks.stream()
                .filter(look -> look.results().stream().anyMatch(own -> own == result))
                .findFirst()
                .filter(look -> look.continuations().containsKey(result.metric().suite()));
    }

    /** The exception by which a result that is no pass does not decide; nothing for every other result. */
    public Optional<AcceptedException> acceptance(RuleResult result) {
        return exceptions.stream()
                .filter(use -> use.accepts(result))
                .map(ExceptionUse::exception)
                .findFirst();
    }
}
