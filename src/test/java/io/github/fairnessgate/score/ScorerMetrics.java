package io.github.fairnessgate.score;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How well scores rank and state the probability of labels. */
final class ScorerMetrics {

    private ScorerMetrics() {}

    /**
     * Area under the receiver operating characteristic: the probability that a random positive scores higher than a
     * random negative, ties counting one half.
     *
     * @throws IllegalArgumentException if one of the classes has no member, or if a score is not a number
     */
    static double rocAuc(boolean[] positive, double[] scores) {
        if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("a score is not a number");
        }
        Integer[] order = ascending(scores);
        long positives = 0;
        double rankSum = 0;
        for (int start = 0; start < order.length; ) {
            int end = start;
            while (end < order.length && scores[order[end]] == scores[order[start]]) {
                end++;
            }
            double rank = (start + 1 + end) / 2.0;
            for (int i = start; i < end; i++) {
                if (positive[order[i]]) {
                    positives++;
                    rankSum += rank;
                }
            }
            start = end;
        }
        long negatives = scores.length - positives;
        if (positives == 0 || negatives == 0) {
            throw new IllegalArgumentException("an area under the curve needs both classes, found " + positives
                    + " positives and " + negatives + " negatives");
        }
        return (rankSum - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
    }

    /**
     * The three areas of one subgroup (Borkan et al. 2019): inside it; its negatives against the background's positives
     * (BPSN); its positives against the background's negatives (BNSP). A low BPSN means false positives for the
     * subgroup, a low BNSP false negatives.
     */
    record BiasAucs(double subgroup, double bpsn, double bnsp) {}

    static BiasAucs biasAucs(boolean[] positive, double[] scores, boolean[] inSubgroup) {
        return new BiasAucs(
                rocAucOf(positive, scores, i -> inSubgroup[i]),
                rocAucOf(positive, scores, i -> inSubgroup[i] != positive[i]),
                rocAucOf(positive, scores, i -> inSubgroup[i] == positive[i]));
    }

    private static double rocAucOf(boolean[] positive, double[] scores, java.util.function.IntPredicate chosen) {
        int[] rows = IntStream.range(0, scores.length).filter(chosen).toArray();
        boolean[] labels = new boolean[rows.length];
        double[] values = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = positive[rows[i]];
            values[i] = scores[rows[i]];
        }
        return rocAuc(labels, values);
    }

    /** (mean of values^power)^(1/power); with power -5 the worst value counts most. */
    static double powerMean(double[] values, double power) {
        return Math.pow(
                Arrays.stream(values)
                        .map(value -> Math.pow(value, power))
                        .average()
                        .orElseThrow(),
                1 / power);
    }

    /**
     * Expected calibration error (Naeini et al. 2015): over bins of equal width, the mean of |share of positives - mean
     * score|, weighted by the bin's size. A score on a boundary belongs to the upper bin, 1 to the last.
     */
    static double calibrationError(boolean[] positive, double[] scores, int bins) {
        double[] gap = new double[bins];
        for (int i = 0; i < scores.length; i++) {
            gap[Math.min((int) (scores[i] * bins), bins - 1)] += (positive[i] ? 1 : 0) - scores[i];
        }
        return Arrays.stream(gap).map(Math::abs).sum() / scores.length;
    }

    private static Integer[] ascending(double[] scores) {
        Integer[] order = IntStream.range(0, scores.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
        return order;
    }
}
