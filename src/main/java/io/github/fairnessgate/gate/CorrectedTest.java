package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.gate.RuleResult.Corrected;
import io.github.fairnessgate.statistics.Inference;
import java.util.Optional;

/**
 * The tests with shares that are corrected for the scorer's errors.
 *
 * @param change makes the same claim with and without the correction
 * @param candidate with its own claim, if the rule limits it
 */
record CorrectedTest(RoganGladen correction, Inference change, Optional<CandidateTest> candidate) {

    static CorrectedTest of(
            RoganGladen correction, ChangeTest change, RuleItems items, Optional<Limit> limit, Levels levels) {
        double alpha = levels.look();
        return new CorrectedTest(correction, correction.difference(change.inference(), alpha), limit.map(most -> {
            Inference share = correction.share(items.aboutCandidate(alpha), alpha);
            return new CandidateTest(
                    share, levels.claim(share.pAbove(most.value().doubleValue())));
        }));
    }

    /** The change as corrected, with the claim that it shares with the one as seen. */
    Change change(Change asSeen, Levels levels) {
        return new Change(
                asSeen.kind(),
                change.estimate(),
                levels.interval(change),
                asSeen.pValue(),
                asSeen.adjustedPValue(),
                change.method(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    Corrected result(double baseline, double candidateValue, Levels levels) {
        Judging.Errors rates = correction.rates();
        return new Corrected(
                rates.sensitivity(),
                rates.specificity(),
                rates.data(),
                correction.share(baseline),
                correction.share(candidateValue),
                change.estimate(),
                levels.interval(change),
                candidate.map(alone -> levels.interval(alone.inference())));
    }
}
