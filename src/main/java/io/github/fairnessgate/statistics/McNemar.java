package io.github.fairnessgate.statistics;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * McNemar's test of a paired table, exact: given {@code b + c} discordant pairs, {@code b} is binomial with probability
 * one half if nothing changed. No discordant pair is no evidence: p = 1.
 *
 * <p>Sources: Q. McNemar, Psychometrika 12 (1947) 153-157; the mid-p form: M. W. Fagerland, S. Lydersen, P. Laake, BMC
 * Medical Research Methodology 13 (2013) 91.
 *
 * @param b pairs that speak for an increase
 * @param c pairs that speak for a decrease
 */
public record McNemar(int b, int c) {

    /**
     * Exact one-sided p-value against an increase: the probability of {@code b} or more. Never above its nominal level.
     */
    public double exactIncrease() {
        return b == 0 ? 1 : binomial().survivalProbability(b - 1);
    }

    /** One-sided mid-p-value against an increase: only half of the probability of {@code b} itself counts. */
    public double midIncrease() {
        return b + c == 0 ? 0.5 : exactIncrease() - binomial().probability(b) / 2;
    }

    /** Exact two-sided p-value: twice the smaller tail. */
    public double exactTwoSided() {
        return Math.min(1, 2 * Math.min(exactIncrease(), new McNemar(c, b).exactIncrease()));
    }

    /** Two-sided mid-p-value: twice the smaller tail. */
    public double midTwoSided() {
        return Math.min(1, 2 * Math.min(midIncrease(), new McNemar(c, b).midIncrease()));
    }

    private BinomialDistribution binomial() {
        return BinomialDistribution.of(b + c, 0.5);
    }
}
