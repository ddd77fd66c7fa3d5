package io.github.fairnessgate.statistics;

import java.util.function.DoubleUnaryOperator;

/**
 * Score inference for the difference of two paired proportions.
 *
 * <p>Of {@code n} pairs, {@code b} have only the second property and {@code c} only the first; the difference is
 * {@code (b - c) / n}. The score statistic for the hypothesis that the difference is {@code d} is {@code (b - c - n d)
 * / sqrt(n (2 q + d (1 - d)))}, with {@code q} the maximum-likelihood estimate of the probability of {@code c} under
 * the hypothesis. It has a closed form. The interval holds every {@code d} that the statistic does not reject; it stays
 * within [-1, 1], has positive width at {@code b = c = 0}, and its lower end is above 0 just when McNemar's statistic
 * rejects.
 *
 * <p>Source: T. Tango, Equivalence test and confidence interval for the difference in proportions for the paired-sample
 * design, Statistics in Medicine 17 (1998) 891-908, sections 3 and 4.
 *
 * @param b pairs with only the second property, 0 to n; no whole number if pairs in clusters are counted as fewer, see
 *     {@link DesignEffect}
 * @param c pairs with only the first property, 0 to n - b
 * @param n all pairs, at least 1
 */
public record TangoScore(double b, double c, double n) {

    public TangoScore {
        if (!(b >= 0 && c >= 0 && n >= 1 && b + c <= n)) {
            throw new IllegalArgumentException("no paired table: b = %s, c = %s, n = %s".formatted(b, c, n));
        }
    }

    double difference() {
        return (b - c) / n;
    }

    /**
     * The largest difference that is not rejected from below at one-sided level {@code alpha}.
     *
     * @param alpha between 0 and 0.5
     */
    public double upper(double alpha) {
        if (b == n) {
            return 1;
        }
        double critical = StandardNormal.exceededWith(alpha);
        return lastAbove(difference(), 1, difference -> statistic(difference) + critical);
    }

    /** The smallest difference that is not rejected from above at one-sided level {@code alpha}. */
    public double lower(double alpha) {
        double mirrored = mirrored().upper(alpha);
        return mirrored == 0 ? 0 : -mirrored;
    }

    /** One-sided p-value of the hypothesis that the difference is at most {@code hypothesis}, in (-1, 1). */
    double pAbove(double hypothesis) {
        return StandardNormal.above(statistic(hypothesis));
    }

    /** The same table with the two properties exchanged. */
    TangoScore mirrored() {
        return new TangoScore(c, b, n);
    }

    /** The score statistic; it falls as the hypothesis rises. Zero over zero is no evidence: 0. */
    double statistic(double hypothesis) {
        double numerator = b - c - n * hypothesis;
        double variance = n * (2 * restrictedEstimate(hypothesis) + hypothesis * (1 - hypothesis));
        if (variance <= 0) {
            return numerator == 0 ? 0 : Math.signum(numerator) * Double.POSITIVE_INFINITY;
        }
        return numerator / Math.sqrt(variance);
    }

    /** Estimate of the probability of {@code c} given the difference: the larger root of 2n q^2 + B q + C = 0. */
    private double restrictedEstimate(double difference) {
        double linear = -(b + c) + (2.0 * n - b + c) * difference;
        double constant = -c * difference * (1 - difference);
        double root = Math.sqrt(Math.max(0, linear * linear - 8.0 * n * constant));
        // Of two equal forms of the root, the one that does not subtract nearly equal numbers.
        return linear > 0 ? -2 * constant / (linear + root) : (root - linear) / (4.0 * n);
    }

    /**
     * The zero of a falling function that is at least 0 at {@code low}, to the last bit; {@code high} if there is none.
     */
    private static double lastAbove(double low, double high, DoubleUnaryOperator falling) {
        double above = low;
        double below = high;
        while (true) {
            double middle = above + (below - above) / 2;
            if (middle <= above || middle >= below) {
                return middle;
            }
            if (falling.applyAsDouble(middle) > 0) {
                above = middle;
            } else {
                below = middle;
            }
        }
    }
}
