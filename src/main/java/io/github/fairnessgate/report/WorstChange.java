package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.metric.Metric;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The rule of a report that deserves the first look: of those with the worst verdict, the one whose change uses most of
 * its limit. Exploratory rules do not count.
 *
 * @param result of the rule
 * @param accepted whether an exception accepts it
 * @param share of the limit on the change that the estimate uses, 1 where it is reached, below 0 where the candidate is
 *     better; for a ratio of perplexities, of logarithms. Nothing where no change is limited.
 */
record WorstChange(RuleResult result, boolean accepted, OptionalDouble share) {

    /** The greatest share first among equal verdicts, and an unlimited change last. */
    private static final Comparator<WorstChange> WORST_FIRST = Comparator.comparing(
                    (WorstChange change) -> Standing.of(change.result.verdict().orElseThrow()))
            .thenComparing(Comparator.comparingDouble(WorstChange::shareOrNone).reversed());

    /** Nothing if every rule is exploratory. */
    static Optional<WorstChange> of(GateResult gate) {
        return gate.results().stream()
                .filter(result -> result.rule().role() != Rule.Role.EXPLORATORY)
                .map(result -> new WorstChange(result, gate.acceptance(result).isPresent(), share(result)))
                .min(WORST_FIRST);
    }

    /** Of its limit on the change. */
    static OptionalDouble share(RuleResult result) {
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

    /** For sorting. */
    double shareOrNone() {
        return share.orElse(Double.NEGATIVE_INFINITY);
    }

    /** The numbers as a person reads them. */
    RuleText text() {
        return RuleText.of(result);
    }

    /** {@code 235 % of its limit}; empty where no change is limited. */
    String shareText() {
        return share.isPresent() ? String.format(Locale.ROOT, "%.0f %% of its limit", 100 * share.getAsDouble()) : "";
    }
}
