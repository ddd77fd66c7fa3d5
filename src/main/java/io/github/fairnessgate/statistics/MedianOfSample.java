package io.github.fairnessgate.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The median of what a number was found to be in several independent rounds, with the bounds of the sign test: two of
 * the numbers themselves. Whatever their distribution, a bound is on the wrong side of the median in at most a share
 * {@code alpha} of samples, and one round that something else disturbed moves a bound by no more than one place. Of too
 * few numbers for alpha there is no bound: 0.05 needs five, 0.001 ten.
 *
 * <p>Source: W. J. Dixon, A. M. Mood, Journal of the American Statistical Association 41 (1946) 557-566; the interval:
 * W. R. Thompson, Annals of Mathematical Statistics 7 (1936) 122-128.
 */
public final class MedianOfSample implements Inference {

    private final double[] sorted;
    private final double low;
    private final double high;

    /** @param numbers at least one, finite */
    public MedianOfSample(double[] numbers, double alpha) {
        this.sorted = numbers.clone();
        Arrays.sort(sorted);
        BinomialDistribution above = half();
        int left = 0; // numbers beyond a bound
        while (left < sorted.length && above.cumulativeProbability(left) <= alpha) {
            left++;
        }
        this.low = left == 0 ? Double.NEGATIVE_INFINITY : sorted[left - 1];
        this.high = left == 0 ? Double.POSITIVE_INFINITY : sorted[sorted.length - left];
    }

    /** The middle number, or the mean of the two in the middle. */
    public static double of(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return middle(sorted);
    }

    @Override
    public double estimate() {
        return middle(sorted);
    }

    @Override
    public double low() {
        return low;
    }

    @Override
    public double high() {
        return high;
    }

    @Override
    public double pAbove(double hypothesis) {
        return atLeast((int)
                Arrays.stream(sorted).filter(number -> number > hypothesis).count());
    }

    @Override
    public double pBelow(double hypothesis) {
        return atLeast((int)
                Arrays.stream(sorted).filter(number -> number < hypothesis).count());
    }

    @Override
    public String method() {
        return "median over rounds, bounds and test by the sign test";
    }

    private double atLeast(int count) {
        return count == 0 ? 1 : half().survivalProbability(count - 1);
    }

    private BinomialDistribution half() {
        return BinomialDistribution.of(sorted.length, 0.5);
    }

    private static double middle(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
