package io.github.fairnessgate.statistics;

import java.util.Arrays;

/**
 * By how much items in clusters count for less than independent ones. So many items count as one, and a table of shares
 * is divided by it before a score interval is formed.
 *
 * <p>Sources: L. Kish, Survey Sampling (1965), sections 5.4 and 8.2; J. N. K. Rao, A. J. Scott, Biometrics 48 (1992)
 * 577-585, for tables divided by a design effect; N. A. Obuchowski, Statistics in Medicine 17 (1998) 1495-1507, and Z.
 * Yang, X. Sun, J. W. Hardin, Biometrical Journal 52 (2010), doi:10.1002/bimj.201000035, for McNemar's test of
 * clustered pairs.
 *
 * @param value at least 1; 1 where every item stands alone
 */
public record DesignEffect(double value) {

    public static final DesignEffect NONE = new DesignEffect(1);

    /** Of clusters whose items all do the same: {@code sum n_k^2 / sum n_k} for clusters of {@code n_k} items. */
    public static DesignEffect largest(double[] sizes) {
        return new DesignEffect(Arrays.stream(sizes).map(size -> size * size).sum()
                / Arrays.stream(sizes).sum());
    }

    /**
     * As the data show it: the variance of the ratio {@code R = sum s_k / sum n_k} between clusters, {@code K / (K - 1)
     * sum (s_k - R n_k)^2}, against that of independent items, {@code sum (x_i - R)^2}. One item with the expected
     * effect is added to either, as few items that are not 0 show little. Between 1 and the largest.
     *
     * @param sums of the items' numbers x, 1, 0 or -1, in each cluster
     * @param sizes items of each cluster
     * @param squares sum of the squares of all items' numbers
     * @param expected where no item shows anything
     */
    public static DesignEffect estimated(double[] sums, double[] sizes, double squares, DesignEffect expected) {
        double items = Arrays.stream(sizes).sum();
        double ratio = Arrays.stream(sums).sum() / items;
        double between = 0;
        for (int k = 0; k < sums.length; k++) {
            between += (sums[k] - ratio * sizes[k]) * (sums[k] - ratio * sizes[k]);
        }
        double largest = largest(sizes).value();
        double effect = (between * sums.length / (sums.length - 1.0) + expected.value())
                / (squares - items * ratio * ratio + 1);
        return new DesignEffect(Math.max(1, Math.min(largest, effect)));
    }

    public DesignEffect orLarger(DesignEffect other) {
        return other.value > value ? other : this;
    }

    public PairedShareDifference difference(
            double increased, double decreased, double both, double items, double alpha) {
        double b = increased / value;
        double c = decreased / value;
        return PairedShareDifference.of(
                new TangoScore(b, c, Math.max(items / value, b + c)), Math.round(both / value), alpha);
    }

    public WilsonShare share(double count, double items, double alpha) {
        return WilsonShare.of(count / value, items / value, alpha);
    }
}
