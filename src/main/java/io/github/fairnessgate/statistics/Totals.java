package io.github.fairnessgate.statistics;

/**
 * Numbers of which a ratio of totals is made.
 *
 * @param sums numerator of each item or cluster
 * @param weights denominators, positive
 * @param unit factor from the ratio to the metric's unit; a perplexity's ratio is its logarithm
 */
public record Totals(double[] sums, double[] weights, double unit) {}
