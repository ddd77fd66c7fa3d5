package io.github.fairnessgate.statistics;

/**
 * A share of items in percent, with Wilson's score bounds: the shares that the score test at one-sided level alpha does
 * not reject.
 *
 * <p>Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927) 209-212.
 */
public record WilsonShare(double count, double n, double low, double high) implements Inference {

    /**
     * @param count at most {@code n}; neither need be whole, if items in clusters are counted as fewer, see
     *     {@link DesignEffect}
     */
    public static WilsonShare of(double count, double n, double alpha) {
        double z = StandardNormal.exceededWith(alpha);
        double centre = count + z * z / 2;
        double reach = z * Math.sqrt(count * (n - count) / n + z * z / 4);
        double low = count == 0 ? 0 : (centre - reach) / (n + z * z);
        double high = count == n ? 1 : (centre + reach) / (n + z * z);
        return new WilsonShare(count, n, 100 * low, 100 * high);
    }

    @Override
    public double estimate() {
        return 100.0 * count / n;
    }

    @Override
    public double pAbove(double hypothesis) {
        return StandardNormal.above(statistic(hypothesis / 100));
    }

    @Override
    public double pBelow(double hypothesis) {
        return StandardNormal.above(-statistic(hypothesis / 100));
    }

    @Override
    public String method() {
        return "Wilson score interval";
    }

    private double statistic(double share) {
        double numerator = count - n * share;
        double variance = n * share * (1 - share);
        if (variance <= 0) {
            return numerator == 0 ? 0 : Math.signum(numerator) * Double.POSITIVE_INFINITY;
        }
        return numerator / Math.sqrt(variance);
    }
}
