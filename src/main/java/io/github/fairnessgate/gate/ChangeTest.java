package io.github.fairnessgate.gate;

import io.github.fairnessgate.gate.RuleItems.Reading;
import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.gate.RuleResult.ChangedItems;
import io.github.fairnessgate.gate.RuleResult.SecondOpinion;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.LargerOf;
import io.github.fairnessgate.statistics.McNemar;
import java.util.Optional;

/**
 * The test whether the change from baseline to candidate is harm.
 *
 * @param claim that it is, as far as that rests on chance
 */
record ChangeTest(Change.Kind kind, Inference inference, Claim claim) {

    /**
     * The share of alpha at which the baseline's side of 50 counts as known. To choose a test by the data it is applied
     * to raises its error rate; here by at most this share of alpha, as only the wrong one of two sides adds to it.
     */
    static final double SIDE_LEVEL = 0.1;

    static ChangeTest of(Rule rule, RuleItems items, Metric metric, Harm harm, Levels levels) {
        if (metric.estimator().isCost()) {
            return ofCost(rule, items, levels);
        }
        return switch (harm) {
            case VALUE -> ofWorsening(metric, items.aboutChange(Reading.AS_IS, Reading.AS_IS, levels.look()), levels);
            case LACK ->
                ofWorsening(metric, items.aboutChange(Reading.OPPOSITE, Reading.OPPOSITE, levels.look()), levels);
            case DISTANCE -> ofDistance(items, levels);
        };
    }

    /**
     * What a model costs has a limit that may lie on either side of no change, such as half of it. The claim is that
     * the candidate is beyond it; of a rule without one, that the candidate costs more.
     */
    private static ChangeTest ofCost(Rule rule, RuleItems items, Levels levels) {
        Inference ratio = items.aboutChange(Reading.AS_IS, Reading.AS_IS, levels.look());
        double limit =
                rule.changeLimit().map(margin -> margin.value().doubleValue()).orElse(1.);
        return new ChangeTest(Change.Kind.RATIO, ratio, levels.claim(ratio.pAbove(limit)));
    }

    private static ChangeTest ofWorsening(Metric metric, Inference change, Levels levels) {
        boolean ratio = metric.estimator() == Metric.Estimator.PERPLEXITY;
        return new ChangeTest(
                ratio ? Change.Kind.RATIO : Change.Kind.HARM_INCREASE,
                change,
                levels.claim(change.pAbove(ratio ? 1 : 0)));
    }

    /**
     * A model's distance from 50 is the larger of two shares of items, less 50: of those with the preference, and of
     * those without. If it is known which of the two is the baseline's, its change is the larger of two differences of
     * shares over the same items. If not, any move of the value may be harm.
     */
    private static ChangeTest ofDistance(RuleItems items, Levels levels) {
        double alpha = levels.look();
        return sideOfBaseline(items, alpha)
                .map(side -> {
                    Inference increase = new LargerOf(
                            items.aboutChange(side, Reading.AS_IS, alpha),
                            items.aboutChange(side, Reading.OPPOSITE, alpha));
                    return new ChangeTest(Change.Kind.HARM_INCREASE, increase, levels.claim(increase.pAbove(0)));
                })
                .orElseGet(() -> new ChangeTest(
                        Change.Kind.SIGNED_CHANGE,
                        items.aboutChange(Reading.AS_IS, Reading.AS_IS, alpha),
                        levels.claim(Math.min(
                                1,
                                2
                                        * Math.min(
                                                pOfMove(items, Reading.AS_IS, alpha),
                                                pOfMove(items, Reading.OPPOSITE, alpha))))));
    }

    /** P-value against a candidate that is further on the given side of 50 than the baseline is on either side. */
    private static double pOfMove(RuleItems items, Reading ofCandidate, double alpha) {
        return Math.max(
                items.aboutChange(Reading.AS_IS, ofCandidate, alpha).pAbove(0),
                items.aboutChange(Reading.OPPOSITE, ofCandidate, alpha).pAbove(0));
    }

    private static Optional<Reading> sideOfBaseline(RuleItems items, double alpha) {
        Inference preference = items.aboutBaseline(alpha);
        double level = alpha * SIDE_LEVEL;
        if (preference.pAbove(Harm.PARITY) <= level) {
            return Optional.of(Reading.AS_IS);
        }
        return preference.pBelow(Harm.PARITY) <= level ? Optional.of(Reading.OPPOSITE) : Optional.empty();
    }

    Change result(double adjustedPValue, Levels levels) {
        return new Change(
                kind,
                Levels.exact(inference.estimate()),
                levels.interval(inference),
                claim.pValue(),
                adjustedPValue,
                inference.method(),
                inference.mcNemar().map(ChangeTest::changedItems),
                signFlip(),
                inference.byChance(),
                inference
                        .secondOpinion()
                        .map(opinion ->
                                new SecondOpinion(levels.interval(opinion.low(), opinion.high()), opinion.method())));
    }

    /** Of a change without a direction of harm there is none. */
    private Optional<Double> signFlip() {
        return kind == Change.Kind.SIGNED_CHANGE
                ? Optional.empty()
                : inference.signFlip().stream().boxed().findFirst();
    }

    private static ChangedItems changedItems(McNemar test) {
        return new ChangedItems(
                test.b(), test.c(), test.exactIncrease(), test.midIncrease(), test.exactTwoSided(), test.midTwoSided());
    }
}
