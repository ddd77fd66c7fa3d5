package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.LimitUse;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
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
                .map(result -> new WorstChange(result, gate.acceptance(result).isPresent(), LimitUse.ofChange(result)))
                .min(WORST_FIRST);
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
