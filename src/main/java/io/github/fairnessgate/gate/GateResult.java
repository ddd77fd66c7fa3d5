package io.github.fairnessgate.gate;

import java.util.List;

/**
 * What the gate found.
 *
 * @param thresholds what was tolerated
 * @param results    one for each rule, in the order of the thresholds
 * @param verdict    over the rules that decide: FAIL if one failed, else INCONCLUSIVE if one is, else PASS
 */
public record GateResult(Thresholds thresholds, List<RuleResult> results, Verdict verdict) {

    public GateResult {
        results = List.copyOf(results);
    }

    /** Whether the build may go on: {@link Verdict#PASS}, or {@link Verdict#INCONCLUSIVE} where that is only a warning. */
    public boolean passed() {
        return verdict == Verdict.PASS
                || verdict == Verdict.INCONCLUSIVE && thresholds.onInconclusive() == Thresholds.OnInconclusive.WARN;
    }
}
