package io.github.fairnessgate.statistics;

/**
 * Where the differences between the changes of single items in single runs come from: a run shifts all of its items
 * alike, an item moves alike in all runs, and the rest is neither. Standard deviations in the metric's unit; of a
 * perplexity, of its logarithm.
 *
 * <p>Analysis of variance of a balanced table of runs and clusters, without replication: with mean squares {@code MS},
 * S runs and K clusters, {@code var(run) = (MS(run) - MS(rest)) / K}, {@code var(item) = (MS(item) - MS(rest)) / S},
 * each at least 0.
 *
 * <p>Source: S. R. Searle, G. Casella, C. E. McCulloch, Variance Components (1992), section 4.3 and 4.4.
 *
 * @param runs how many
 * @param clusters how many independent groups of items
 * @param ofRuns standard deviation between runs: what one more seed may change
 * @param ofItems between items, or clusters of items
 * @param rest of what is peculiar to an item in a run
 */
public record VarianceSplit(int runs, int clusters, double ofRuns, double ofItems, double rest) {

    /**
     * The share of the variance of the mean change that is due to the runs, 0 to 1: only more runs reduce it. 0 where
     * nothing varies.
     */
    public double shareOfRuns() {
        double all = ofRuns * ofRuns / runs + ofItems * ofItems / clusters + rest * rest / runs / clusters;
        return all == 0 ? 0 : ofRuns * ofRuns / runs / all;
    }
}
