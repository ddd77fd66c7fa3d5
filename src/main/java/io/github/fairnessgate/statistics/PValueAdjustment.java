package io.github.fairnessgate.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** P-values of several tests, adjusted for their number, in the order given. */
public final class PValueAdjustment {

    private PValueAdjustment() {}

    /**
     * Adjusted so that the chance of any false claim stays at the level.
     *
     * <p>Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
     */
    public static double[] holm(double[] pValues) {
        int[] order = ascending(pValues);
        double[] adjusted = new double[pValues.length];
        double largest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            largest = Math.max(largest, Math.min(1, (order.length - rank) * pValues[order[rank]]));
            adjusted[order[rank]] = largest;
        }
        return adjusted;
    }

    /**
     * Adjusted so that the expected share of false ones among the claims stays at the level.
     *
     * <p>Source: Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300.
     */
    public static double[] benjaminiHochberg(double[] pValues) {
        int[] order = ascending(pValues);
        double[] adjusted = new double[pValues.length];
        double smallest = 1;
        for (int rank = order.length - 1; rank >= 0; rank--) {
            smallest = Math.min(smallest, order.length * pValues[order[rank]] / (rank + 1));
            adjusted[order[rank]] = smallest;
        }
        return adjusted;
    }

    private static int[] ascending(double[] pValues) {
        return IntStream.range(0, pValues.length)
                .boxed()
                .sorted(Comparator.comparingDouble(index -> pValues[index]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
