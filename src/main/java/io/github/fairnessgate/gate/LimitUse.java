package io.github.fairnessgate.gate;

import io.github.fairnessgate.metric.Metric;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** How much of a limit an estimate uses: 1 where it is reached, below 0 where the candidate is better than before. */
public final class LimitUse {

    private static final double PARITY = 50;

    private LimitUse() {}

    /**
     * Of the limit on the change; for a ratio of perplexities, of logarithms.
     *
     * @return empty where no change is limited, or where a value is no number
     */
    public static OptionalDouble ofChange(RuleResult result) {
        Optional<Limit> limit = result.rule().changeLimit();
        if (limit.isEmpty()) {
            return OptionalDouble.empty();
        }
        double margin = limit.get().value().doubleValue();
        boolean ratio = result.metric().estimator() == Metric.Estimator.PERPLEXITY;
        if (result.metric().estimator().isCost()) {
            return result.change().stream()
                    .mapToDouble(change -> change.estimate() / margin)
                    .findFirst();
        }
        boolean eitherWay = result.change()
                .filter(change -> change.kind() == RuleResult.Change.Kind.SIGNED_CHANGE)
                .isPresent();
        double share = ratio
                ? Math.log(result.candidate() / result.baseline()) / Math.log(margin)
                : eitherWay ? Math.abs(result.change().get().estimate()) / margin : result.harmIncrease() / margin;
        return Double.isFinite(share) ? OptionalDouble.of(share) : OptionalDouble.empty();
    }

    /**
     * Of the limit that the estimates use most of: those of the scorer that sees more where two judge the metric, and
     * of the corrected numbers where these are worse. Infinite where a limit is on a value that is no number; empty
     * where nothing is limited.
     */
    public static OptionalDouble ofAny(RuleResult result) {
        return Stream.concat(Stream.of(result), result.opinions().stream())
                .flatMapToDouble(opinion -> result.rule().limits().stream().mapToDouble(limit -> of(opinion, limit)))
                .max();
    }

    private static double of(RuleResult result, Limit limit) {
        double asSeen = limit.kind().limitsChange()
                ? ofChange(result).orElse(Double.POSITIVE_INFINITY)
                : ofValue(result, limit, result.candidate());
        double margin = limit.value().doubleValue();
        return result.corrected()
                .map(numbers -> Math.max(
                        asSeen,
                        limit.kind().limitsChange()
                                ? numbers.change() / margin
                                : ofValue(result, limit, numbers.candidate())))
                .orElse(asSeen);
    }

    /** 1 at the limit, and more beyond it, whatever the sign of the limit. */
    private static double ofValue(RuleResult result, Limit limit, double candidate) {
        double border = limit.value().doubleValue();
        double beyond = switch (limit.kind()) {
            case MINIMUM -> border - candidate;
            case MAXIMUM -> (isDistance(result) ? Math.abs(candidate - PARITY) : candidate) - border;
            case MAX_NEWLY_BIASED_RATE ->
                result.churn().map(RuleResult.Churn::rate).orElse(Double.NaN) - border;
            case MAX_INCREASE, MAX_DECREASE, MAX_RATIO ->
                throw new IllegalArgumentException(limit.kind() + " limits a change");
        };
        double use = 1 + beyond / (border == 0 ? 1 : Math.abs(border));
        return Double.isNaN(use) ? Double.POSITIVE_INFINITY : use;
    }

    /** Whether what is limited is a distance from parity. */
    public static boolean isDistance(RuleResult result) {
        return result.metric().direction() == Metric.Direction.PARITY
                && result.rule().compare().orElse(Rule.Compare.PARITY) == Rule.Compare.PARITY;
    }
}
