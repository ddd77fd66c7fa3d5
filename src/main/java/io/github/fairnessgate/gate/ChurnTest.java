package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.gate.RuleResult.ChangedItem;
import io.github.fairnessgate.gate.RuleResult.Churn;
import io.github.fairnessgate.statistics.Inference;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Which items became biased and which are no longer, and the test whether the former are too many.
 *
 * @param rate of newly biased items
 * @param claim that it is beyond the limit; nothing where the rule does not limit it, or the items are too few to show
 *     anything
 */
record ChurnTest(Inference rate, Optional<Claim> claim, List<Item> biased, List<Item> fixed) {

    /** Where less is worse, an item is biased if its outcome is 0. */
    static ChurnTest of(RuleItems items, Harm harm, Optional<Limit> limit, Levels levels) {
        double biasedOutcome = harm == Harm.LACK ? 0 : 1;
        Inference rate = items.aboutTurned(1 - biasedOutcome, biasedOutcome, levels.look());
        return new ChurnTest(
                rate,
                limit.map(most -> levels.claim(rate.pAbove(most.value().doubleValue()))),
                items.turned(1 - biasedOutcome, biasedOutcome),
                items.turned(biasedOutcome, 1 - biasedOutcome));
    }

    Churn result(ToDoubleFunction<Claim> adjusted, Levels levels) {
        return new Churn(
                biased.size(),
                fixed.size(),
                rate.estimate(),
                levels.interval(rate),
                claim.map(Claim::pValue),
                claim.map(adjusted::applyAsDouble),
                named(biased),
                named(fixed));
    }

    private static List<ChangedItem> named(List<Item> items) {
        return items.stream()
                .limit(Churn.MOST_NAMED)
                .map(item -> new ChangedItem(item.id(), item.texts()))
                .toList();
    }
}
