package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.metric.Metric;

/**
 * How much of a margin the candidate has used. Every candidate is compared with the original model, never with the
 * candidate before it, so this is what all releases together have used: margins do not add up.
 *
 * @param metric id, in full
 * @param slice of the items
 * @param margin the tightest that was ever declared
 * @param spent estimate, in the margin's unit: harm of the candidate less harm of the original, or a ratio of
 *     perplexities; below 0 (below 1 for a ratio) if the candidate is better
 * @param share of the margin; above 1 if it is overspent, below 0 if the candidate is better
 */
public record Budget(String metric, String slice, Limit margin, double spent, double share) {

    static Budget of(RuleResult result, Limit margin) {
        double limit = margin.value().doubleValue();
        boolean ratio = result.metric().estimator() == Metric.Estimator.PERPLEXITY;
        double spent = ratio ? result.candidate() / result.baseline() : result.harmIncrease();
        return new Budget(
                result.metric().id(),
                result.rule().slice(),
                margin,
                spent,
                ratio ? Math.log(spent) / Math.log(limit) : spent / limit);
    }

    /** Metric and slice as a person names them. */
    public String subject() {
        return slice.equals(Evaluation.ALL) ? metric : metric + " " + slice;
    }
}
