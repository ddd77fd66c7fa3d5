package io.github.fairnessgate.gate;

import io.github.fairnessgate.gate.RuleResult.CandidateAlone;
import io.github.fairnessgate.statistics.Inference;
import java.util.function.ToDoubleFunction;

/**
 * The test whether the candidate's value is beyond a limit.
 *
 * @param claim that it is, as far as that rests on chance
 */
record CandidateTest(Inference inference, Claim claim) {

    static CandidateTest of(RuleItems items, Harm harm, Limit limit, Levels levels) {
        Inference inference = items.aboutCandidate(levels.look());
        double bound = limit.value().doubleValue();
        double pValue = switch (harm) {
            case VALUE -> inference.pAbove(bound);
            case LACK -> inference.pBelow(bound);
            case DISTANCE -> pOfDistance(inference, bound);
        };
        return new CandidateTest(inference, levels.claim(pValue));
    }

    /**
     * P-value against a value that is at most so far from 50. A value on the one limit may seem to be beyond the other
     * one, too, the more so the closer they lie together: its chance to seem as far away on the far side is that of a
     * value on the far limit to seem so on the near one. At a distance of 0 that is the two-sided test. Source: J. L.
     * Hodges, E. L. Lehmann, Journal of the Royal Statistical Society B 16 (1954) 261-268.
     */
    private static double pOfDistance(Inference value, double distance) {
        double above = value.pAbove(Harm.PARITY + distance) + value.pAbove(Harm.PARITY - distance);
        double below = value.pBelow(Harm.PARITY - distance) + value.pBelow(Harm.PARITY + distance);
        return Math.min(1, Math.min(above, below));
    }

    CandidateAlone result(ToDoubleFunction<Claim> adjusted, Levels levels) {
        return new CandidateAlone(
                levels.interval(inference), claim.pValue(), adjusted.applyAsDouble(claim), inference.method());
    }
}
