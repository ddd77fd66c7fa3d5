package io.github.fairnessgate.statistics;

/**
 * Newcombe's interval for the difference of two paired proportions: Wilson's intervals of the two proportions, squared
 * and added, with the correlation of the pairs. It shares nothing with {@link TangoScore} but the table, and stands
 * beside it in reports as a check.
 *
 * <p>With {@code a} pairs that have both properties, {@code b} only the second, {@code c} only the first, {@code d}
 * neither, the continuity-corrected correlation is {@code phi = max(ad - bc - n/2, 0) / sqrt(...)} if {@code ad > bc},
 * else {@code (ad - bc) / sqrt(...)}, over the root of the product of the four margins; 0 where a margin is 0.
 *
 * <p>Source: R. G. Newcombe, Improved confidence intervals for the difference between binomial proportions based on
 * paired data, Statistics in Medicine 17 (1998) 2635-2650, method 10.
 *
 * @param both pairs with both properties
 * @param second pairs with only the second
 * @param first pairs with only the first
 * @param n all pairs, at least 1
 */
record NewcombeScore(long both, long second, long first, long n) {

    /** The lower bound of the second proportion less the first, at one-sided level {@code alpha}. */
    double lower(double alpha) {
        return difference() - distance(below(both + second, alpha), above(both + first, alpha));
    }

    /** The upper bound. */
    double upper(double alpha) {
        return difference() + distance(above(both + second, alpha), below(both + first, alpha));
    }

    private double difference() {
        return (double) (second - first) / n;
    }

    private double distance(double ofSecond, double ofFirst) {
        return Math.sqrt(Math.max(0, ofSecond * ofSecond - 2 * correlation() * ofSecond * ofFirst + ofFirst * ofFirst));
    }

    private double below(long count, double alpha) {
        WilsonShare share = WilsonShare.of(count, n, alpha);
        return (share.estimate() - share.low()) / 100;
    }

    private double above(long count, double alpha) {
        WilsonShare share = WilsonShare.of(count, n, alpha);
        return (share.high() - share.estimate()) / 100;
    }

    private double correlation() {
        double neither = n - both - second - first;
        double margins = (double) (both + second) * (first + neither) * (both + first) * (second + neither);
        if (margins == 0) {
            return 0;
        }
        double product = both * neither - (double) second * first;
        return (product > 0 ? Math.max(product - n / 2.0, 0) : product) / Math.sqrt(margins);
    }
}
