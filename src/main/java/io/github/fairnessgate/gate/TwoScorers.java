package io.github.fairnessgate.gate;

import io.github.fairnessgate.metric.MetricId;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a rule about a metric that two scorers judge. The gate judges the rule by each of them with the same
 * limits, as if it were the only one. A verdict that both give stands; otherwise the rule is
 * {@link Verdict#INCONCLUSIVE}, so that no verdict rests on one scorer's errors and a failure by one is never a pass.
 *
 * <p>The failures that stand are among those that the gate finds by the metrics as the rules name them, so Holm's bound
 * on wrong failures holds without a correction for the second scorer; a pass by both is wrong no more often than a pass
 * by one.
 */
final class TwoScorers {

    private TwoScorers() {}

    /**
     * The result of the rule.
     *
     * @param named by the scorer that the rule names
     * @param other by the other one
     */
    static RuleResult agree(RuleResult named, RuleResult other) {
        boolean same = named.verdict().equals(other.verdict());
        Optional<Verdict> verdict = same ? named.verdict() : Optional.of(Verdict.INCONCLUSIVE);
        String reason = verdict.isEmpty()
                ? named.reason()
                : (same ? "both scorers agree: " : "the scorers disagree: ") + opinion(named) + "; " + opinion(other);
        return new RuleResult(
                named.rule(), named.metric(), named.numbers(), named.tests(), verdict, reason, List.of(named, other));
    }

    /** {@code PASS by embedded@0123abcd (0.412 -> 0.420, +0.008, 90 % CI +0.001..+0.015), because ...}. */
    private static String opinion(RuleResult result) {
        RuleText text = RuleText.of(result);
        String interval = text.interval().isEmpty() ? "" : ", " + text.interval();
        return "%s by %s (%s -> %s, %s%s), because %s"
                .formatted(
                        text.verdict(),
                        MetricId.of(result.metric().id()).variant(),
                        text.before(),
                        text.after(),
                        text.change(),
                        interval,
                        result.reason());
    }
}
