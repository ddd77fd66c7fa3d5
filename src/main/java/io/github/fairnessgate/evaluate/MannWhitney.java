package io.github.fairnessgate.evaluate;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The rank test of whether two samples come from one distribution (H. B. Mann, D. R. Whitney, Annals of Mathematical Statistics 18
 * (1947) 50-60), two-sided, by the normal approximation with corrections for ties and continuity.
 */
final class MannWhitney {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private MannWhitney() {
    }

    /**
     * The p-value.
     *
     * @param first  at least one value
     * @param second at least one value
     * @return in [0, 1]; 1 where all values are equal
     */
    static double pValue(double[] first, double[] second) {
        double[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        Arrays.sort(all);
        double n = all.length;
        double rankSum = 0;
        double ties = 0;
        for (int start = 0, end; start < all.length; start = end) {
            end = start;
            while (end < all.length && all[end] == all[start]) {
                end++;
            }
            double value = all[start];
            double count = end - start;
            ties += count * count * count - count;
            rankSum += (start + end + 1) / 2. * Arrays.stream(first).filter(x -> x == value).count();
        }
        double product = (double) first.length * second.length;
        double statistic = rankSum - first.length * (first.length + 1.) / 2;
        double variance = product / 12 * (n + 1 - ties / (n * (n - 1)));
        if (variance <= 0) {
            return 1;
        }
        double distance = Math.max(0, Math.abs(statistic - product / 2) - .5);
        return Math.min(1, 2 * NORMAL.survivalProbability(distance / Math.sqrt(variance)));
    }
}
