package io.github.fairnessgate.search;

import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.LimitUse;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A candidate, and what was found of it on some data.
 *
 * @param id of the candidate
 * @param gate by the thresholds
 * @param costs of each objective: less is better
 */
public record Tried(String id, GateResult gate, List<Double> costs) {

    public Tried {
        costs = List.copyOf(costs);
    }

    /** The rule that decides and whose estimate uses most of a limit; nothing if none has a number. */
    public Optional<RuleResult> worst() {
        return gate.results().stream()
                .filter(result ->
                        result.rule().decides() && LimitUse.ofAny(result).isPresent())
                .max(Comparator.comparingDouble(result -> LimitUse.ofAny(result).orElseThrow()));
    }

    /** How much of a limit the {@link #worst()} rule uses: above 1, an estimate is beyond a limit. */
    public double use() {
        return worst().map(LimitUse::ofAny)
                .flatMap(use -> use.stream().boxed().findFirst())
                .orElse(0.);
    }

    boolean fails() {
        return gate.verdict() == Verdict.FAIL;
    }

    boolean passes() {
        return gate.verdict() == Verdict.PASS;
    }

    /** Whether another one is at least as good by every objective, and better by one. */
    boolean isDominatedBy(Tried other) {
        boolean better = false;
        for (int i = 0; i < costs.size(); i++) {
            if (other.costs.get(i) > costs.get(i)) {
                return false;
            }
            better |= other.costs.get(i) < costs.get(i);
        }
        return better;
    }
}
