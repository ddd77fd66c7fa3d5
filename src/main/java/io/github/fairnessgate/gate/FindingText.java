package io.github.fairnessgate.gate;

import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.ClusterBootstrap;

/**
 * The sentences that say why a rule has its verdict.
 *
 * @param claims number of claims among which p-values were adjusted
 */
record FindingText(int claims) {

    static final String NO_LIMIT = "reported only";

    static String tooFewClusters(int clusters) {
        return clusters + " independent groups of items are too few to show anything; at least "
                + ClusterBootstrap.FEWEST_CLUSTERS + " are needed";
    }

    static String tooMuchAlike(Metric metric) {
        return ("%s has no range by definition, and these numbers are too much alike to show how far others may "
                        + "lie; items that differ are needed")
                .formatted(metric.id());
    }

    static String changeWithin(Limit limit) {
        return "the data show that the change is within " + written(limit);
    }

    static String changeBeyond(Limit limit) {
        return "it got worse, and by more than " + written(limit) + " by estimate";
    }

    String changeAmongClaims(Limit limit) {
        return "the change is beyond " + written(limit) + among();
    }

    static String changeNotShown(Limit limit) {
        return "the estimate is beyond %s, but the data do not show that anything got worse; more items are needed"
                .formatted(written(limit));
    }

    static String changeNotRuledOut(Limit limit) {
        return "the data do not rule out a change beyond %s; more items or a wider margin are needed"
                .formatted(written(limit));
    }

    static String candidateWithin(Limit limit) {
        return "the data show that the candidate keeps " + written(limit);
    }

    static String candidateBeyond(Limit limit) {
        return "the candidate breaks " + written(limit);
    }

    String candidateAmongClaims(Limit limit) {
        return "the candidate is beyond " + written(limit) + among();
    }

    static String candidateNotShown(Limit limit) {
        return "the data do not show whether the candidate keeps %s; more items are needed".formatted(written(limit));
    }

    static String churnWithin(Limit limit) {
        return "the data show that the share of newly biased items is within " + written(limit);
    }

    static String churnBeyond(Limit limit) {
        return "more items became biased than " + written(limit) + " allows";
    }

    String churnAmongClaims(Limit limit) {
        return "the share of newly biased items is beyond " + written(limit) + among();
    }

    static String churnNotShown(Limit limit) {
        return "the data do not show whether the share of newly biased items is within %s; more items are needed"
                .formatted(written(limit));
    }

    static String costWithin(Limit limit, boolean counted) {
        return counted
                ? "it is counted, and is within " + written(limit)
                : "the rounds show that it is below " + written(limit);
    }

    static String costBeyond(Limit limit, boolean counted) {
        return counted
                ? "it is counted, and is beyond " + written(limit)
                : "the rounds show that it is beyond " + written(limit);
    }

    String costAmongClaims(Limit limit) {
        return "it is beyond " + written(limit) + among();
    }

    static String costNotShown(Limit limit) {
        return "the rounds do not show on which side of %s it is; more rounds, a quieter machine or a wider limit are needed"
                .formatted(written(limit));
    }

    static String asSeenAndCorrected(Finding asSeen, Finding corrected, RuleResult.Corrected numbers) {
        return "%s as judged: %s; %s corrected for the scorer's errors (%s): %s"
                .formatted(
                        asSeen.verdict().orElseThrow(),
                        asSeen.reason(),
                        corrected.verdict().orElseThrow(),
                        numbers.sentence(),
                        corrected.reason());
    }

    private String among() {
        return ", but among " + claims + " claims so small a p-value may be chance";
    }

    private static String written(Limit limit) {
        return limit.kind().key() + " " + limit.value().toPlainString();
    }
}
