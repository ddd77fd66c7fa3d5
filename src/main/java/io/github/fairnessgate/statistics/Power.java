package io.github.fairnessgate.statistics;

/**
 * What a comparison of paired items can show. A model that did not change passes a margin {@code m} with probability
 * {@code power} if {@code m = (z(1 - alpha) + z(power)) sqrt(v f / n)}: {@code n} items, the variance {@code v} of one
 * item's change, and the design effect {@code f}, by which items of one cluster count for less than independent ones.
 * For yes-or-no items {@code v} is the share on which the models disagree; for numbers of standard deviation
 * {@code sigma} and correlation {@code rho} between the models it is {@code 2 sigma^2 (1 - rho)}.
 *
 * <p>Sources: D. Card et al., With Little Power Comes Great Responsibility, arXiv 2010.06595 (2020), section 3; E.
 * Miller, Adding Error Bars to Evals, arXiv 2411.00640 (2024), sections 4 and 5; the design effect: L. Kish, Survey
 * Sampling (1965), section 5.4.
 *
 * @param alpha error rate of one verdict
 * @param power probability to pass without a change
 */
public record Power(double alpha, double power) {

    /**
     * The smallest margin that can be shown, in the unit of the items.
     *
     * @param variance of one item's change, at least 0
     * @param items at least 1
     * @param designEffect positive
     */
    public double smallestMargin(double variance, double items, double designEffect) {
        return smallestMargin(variance, items, designEffect, 0);
    }

    /**
     * The same of numbers with a range, whose upper bound ({@code RangeBound}) has room for what was not seen: an
     * exponential number of the mean {@code e} beside the normal one of the standard error {@code s}. The quantile of
     * their sum is taken as {@code e + sqrt((z s)^2 + ((-ln alpha - 1) e)^2)}, which is exact where either is 0.
     *
     * @param unseen e, what one item at the end of the range adds to the mean
     */
    public double smallestMargin(double variance, double items, double designEffect, double unseen) {
        double error = Math.sqrt(variance * designEffect / items);
        return unseen
                + Math.hypot(StandardNormal.exceededWith(alpha) * error, (-Math.log(alpha) - 1) * unseen)
                + StandardNormal.exceededWith(1 - power) * error;
    }
}
