package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.yaml.Location;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;

/**
 * Whether scores mean anything: how well scores from one half of the data agree with those from the other half. The
 * correlation r of the halves is stepped up to the length of the whole by the formula of Spearman (1910) and Brown
 * (1910), {@code 2 r / (1 + r)}; a negative r, for which it has no meaning, is taken as {@code 2 r / (1 + |r|)}.
 */
final class SplitHalfReliability {

    private SplitHalfReliability() {}

    /** What items score on a part of the data. */
    interface Scores {

        /** @param groups numbers of the groups that count, each once */
        double[] on(List<Integer> groups);
    }

    /**
     * Over several random halvings.
     *
     * @param groups how many independent groups the data have, 2 or more
     * @param splits halvings
     */
    static StageReport.SplitHalf of(Scores scores, int groups, int splits, long seed) {
        double[] values = new double[splits];
        for (int split = 0; split < splits; split++) {
            List<Integer> order = Arrays.stream(WindowOrder.permutation(groups, Seeds.derive(seed, split)))
                    .boxed()
                    .toList();
            values[split] = steppedUp(
                    correlation(scores.on(order.subList(0, groups / 2)), scores.on(order.subList(groups / 2, groups))));
        }
        DoubleSummaryStatistics statistics = Arrays.stream(values).summaryStatistics();
        return new StageReport.SplitHalf(splits, statistics.getAverage(), statistics.getMin(), statistics.getMax());
    }

    /**
     * What says that scores mean nothing.
     *
     * @param location where the stage stands in the recipe
     * @param what the scores are, as the subject of a sentence
     * @param pairs the data
     * @param least reliability that was asked for
     * @param otherwise what to do without more data
     */
    static InvalidInputException noise(
            Location location,
            String what,
            BiasPairs pairs,
            StageReport.SplitHalf found,
            double least,
            String otherwise) {
        return location.problem(String.format(
                Locale.ROOT,
                "%s cannot be told from noise: over %d pairs of %s its split-half reliability is %.2f (%.2f to %.2f in"
                        + " %d halvings), below minReliability %s; give more pairs, or %s.",
                what,
                pairs.pairs().size(),
                pairs.name(),
                found.mean(),
                found.lowest(),
                found.highest(),
                found.splits(),
                least,
                otherwise));
    }

    static double steppedUp(double correlation) {
        return 2 * correlation / (1 + Math.abs(correlation));
    }

    /** Pearson's; 0 if one side does not vary, because then nothing is told apart. */
    static double correlation(double[] left, double[] right) {
        double leftMean = Arrays.stream(left).average().orElseThrow();
        double rightMean = Arrays.stream(right).average().orElseThrow();
        double product = 0;
        double leftSquare = 0;
        double rightSquare = 0;
        for (int i = 0; i < left.length; i++) {
            product += (left[i] - leftMean) * (right[i] - rightMean);
            leftSquare += (left[i] - leftMean) * (left[i] - leftMean);
            rightSquare += (right[i] - rightMean) * (right[i] - rightMean);
        }
        return leftSquare == 0 || rightSquare == 0 ? 0 : product / Math.sqrt(leftSquare * rightSquare);
    }
}
