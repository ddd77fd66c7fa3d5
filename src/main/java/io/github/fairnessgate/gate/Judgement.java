package io.github.fairnessgate.gate;

import io.github.fairnessgate.gate.RuleResult.CandidateAlone;
import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.gate.RuleResult.Churn;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Interval;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * From the results of a rule's tests to its verdict. Each limit gives a finding, and the worst one counts.
 *
 * @param harmIncrease estimated harm of the candidate less that of the baseline
 */
record Judgement(Rule rule, Metric metric, Harm harm, double harmIncrease, Levels levels, FindingText text) {

    Finding of(Change change, Optional<CandidateAlone> alone, Optional<Churn> churn) {
        List<Finding> findings = Stream.of(
                        rule.changeLimit().map(limit -> ofChange(change, limit)),
                        rule.candidateLimit().map(limit -> ofCandidate(alone.orElseThrow(), limit)),
                        rule.newlyBiasedLimit().map(limit -> ofChurn(churn.orElseThrow(), limit)))
                .flatMap(Optional::stream)
                .toList();
        Verdict worst = Finding.worst(findings);
        return new Finding(
                worst,
                String.join(
                        "; ",
                        findings.stream()
                                .filter(finding -> finding.verdict().orElseThrow() == worst)
                                .map(Finding::reason)
                                .toList()));
    }

    private Finding ofChange(Change change, Limit limit) {
        double margin = limit.value().doubleValue();
        if (metric.estimator().isCost()) {
            return ofCost(limit, change.estimate(), change.interval(), change.adjustedPValue());
        }
        boolean eitherWay = change.kind() == Change.Kind.SIGNED_CHANGE;
        boolean within = change.interval().high() < margin
                && (!eitherWay || change.interval().low() > -margin);
        boolean beyond = (eitherWay ? harmIncrease : change.estimate()) > margin;
        if (within) {
            return new Finding(Verdict.PASS, FindingText.changeWithin(limit));
        }
        if (beyond && change.adjustedPValue() <= levels.all()) {
            return new Finding(Verdict.FAIL, FindingText.changeBeyond(limit));
        }
        return new Finding(Verdict.INCONCLUSIVE, undecided(change, beyond, limit));
    }

    /** What is counted may be as large as its limit; what is measured has to be shown to be below it. */
    private Finding ofCost(Limit limit, double estimate, Interval interval, double adjustedPValue) {
        double bound = limit.value().doubleValue();
        boolean counted = metric.estimator() == Metric.Estimator.EXACT;
        if (counted ? estimate <= bound : interval.high() < bound) {
            return new Finding(Verdict.PASS, FindingText.costWithin(limit, counted));
        }
        if (adjustedPValue <= levels.all()) {
            return new Finding(Verdict.FAIL, FindingText.costBeyond(limit, counted));
        }
        return new Finding(
                Verdict.INCONCLUSIVE,
                interval.low() > bound ? text.costAmongClaims(limit) : FindingText.costNotShown(limit));
    }

    private String undecided(Change change, boolean beyond, Limit limit) {
        if (beyond && change.pValue() <= levels.look()) {
            return text.changeAmongClaims(limit);
        }
        if (metric.range().isEmpty() && Double.isInfinite(change.interval().high())) {
            return FindingText.tooMuchAlike(metric);
        }
        return beyond ? FindingText.changeNotShown(limit) : FindingText.changeNotRuledOut(limit);
    }

    private Finding ofCandidate(CandidateAlone alone, Limit limit) {
        double bound = limit.value().doubleValue();
        if (metric.estimator().isCost()) {
            return ofCost(limit, alone.interval().low(), alone.interval(), alone.adjustedPValue());
        }
        boolean within = switch (harm) {
            case VALUE -> alone.interval().high() < bound;
            case LACK -> alone.interval().low() > bound;
            case DISTANCE ->
                alone.interval().high() < Harm.PARITY + bound
                        && alone.interval().low() > Harm.PARITY - bound;
        };
        if (within) {
            return new Finding(Verdict.PASS, FindingText.candidateWithin(limit));
        }
        if (alone.adjustedPValue() <= levels.all()) {
            return new Finding(Verdict.FAIL, FindingText.candidateBeyond(limit));
        }
        return new Finding(
                Verdict.INCONCLUSIVE,
                alone.pValue() <= levels.look()
                        ? text.candidateAmongClaims(limit)
                        : FindingText.candidateNotShown(limit));
    }

    private Finding ofChurn(Churn churn, Limit limit) {
        if (churn.interval().high() < limit.value().doubleValue()) {
            return new Finding(Verdict.PASS, FindingText.churnWithin(limit));
        }
        if (churn.adjustedPValue().orElseThrow() <= levels.all()) {
            return new Finding(Verdict.FAIL, FindingText.churnBeyond(limit));
        }
        return new Finding(
                Verdict.INCONCLUSIVE,
                churn.pValue().orElseThrow() <= levels.look()
                        ? text.churnAmongClaims(limit)
                        : FindingText.churnNotShown(limit));
    }
}
