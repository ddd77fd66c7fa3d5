package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.LimitUse;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.metric.Metric;
import java.util.List;
import java.util.Optional;

/** Which limits of a rule made it fail. */
final class BrokenLimits {

    private static final double PARITY = 50;

    private BrokenLimits() {}

    /**
     * Those that the estimate is beyond; all limits of a rule that is not settled, or that failed for another reason.
     */
    static List<Limit> of(RuleResult result) {
        List<Limit> all = result.rule().limits();
        if (!result.verdict().equals(Optional.of(Verdict.FAIL))) {
            return all;
        }
        List<Limit> broken =
                all.stream().filter(limit -> isBroken(result, limit)).toList();
        return broken.isEmpty() ? all : broken;
    }

    private static boolean isBroken(RuleResult result, Limit limit) {
        if (result.metric().estimator() == Metric.Estimator.EXACT) {
            double number = limit.kind().limitsChange() ? result.candidate() / result.baseline() : result.candidate();
            return number > limit.value().doubleValue();
        }
        double value = limit.value().doubleValue();
        return switch (limit.kind()) {
            case MAX_INCREASE, MAX_DECREASE, MAX_RATIO ->
                LimitUse.ofChange(result).orElse(0) >= 1;
            case MINIMUM -> result.candidate() <= value;
            case MAXIMUM ->
                (LimitUse.isDistance(result) ? Math.abs(result.candidate() - PARITY) : result.candidate()) >= value;
            case MAX_NEWLY_BIASED_RATE ->
                result.churn().filter(churn -> churn.rate() >= value).isPresent();
        };
    }
}
