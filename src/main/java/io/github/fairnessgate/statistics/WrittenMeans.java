package io.github.fairnessgate.statistics;

import java.util.Arrays;
import java.util.Optional;

/**
 * A mean over written texts of two models, {@code R = sum x_i / sum w_i}. Items are the same, but each model has its
 * own denominators, as it wrote a text where the other one wrote none.
 *
 * <p>The change is {@code R - R' = mean(z) / mean(w)} with {@code z_i = (x_i - R' w_i) - (x'_i - R' w'_i)}, the
 * baseline's numbers with a mark: the second part adds up to 0. As {@code 0 <= x_i <= w_i <= 1}, {@code z_i} lies
 * between -1 and 1, and is 0 where the models do the same.
 *
 * <p>If it makes no difference which model is called the candidate, each item's numbers may be exchanged, which leaves
 * {@code P}, the ratio of both models' totals, as it is. The sum of {@code d_i = (x_i - P w_i) - (x'_i - P w'_i)} has
 * the sign of the change, and changes its terms' signs with the exchange.
 *
 * @param before x' of the baseline, an item each
 * @param writtenBefore w' of the baseline
 * @param after x of the candidate
 * @param writtenAfter w of the candidate
 */
public record WrittenMeans(double[] before, double[] writtenBefore, double[] after, double[] writtenAfter) {

    /** Why there is no mean, as a sentence without its end; nothing where there is one. */
    public Optional<String> undefined() {
        boolean baselineIsSilent = sum(writtenBefore) <= 0;
        boolean candidateIsSilent = sum(writtenAfter) <= 0;
        if (!baselineIsSilent && !candidateIsSilent) {
            return Optional.empty();
        }
        String who = baselineIsSilent && candidateIsSilent
                ? "neither model wrote"
                : (baselineIsSilent ? "the baseline" : "the candidate") + " did not write";
        return Optional.of(who + " a single text that is not blank, so that a mean over written texts is not defined");
    }

    /** No number where there is none. */
    public double baseline() {
        return sum(before) / sum(writtenBefore);
    }

    /** No number where there is none. */
    public double candidate() {
        return sum(after) / sum(writtenAfter);
    }

    /** z, of each item. */
    public double[] changes() {
        return differences(baseline());
    }

    /** d, of each item. */
    public double[] exchanges() {
        return differences((sum(before) + sum(after)) / (sum(writtenBefore) + sum(writtenAfter)));
    }

    /** What the mean of z is to be multiplied by. */
    public double unit() {
        return after.length / sum(writtenAfter);
    }

    private double[] differences(double ratio) {
        double[] differences = new double[after.length];
        Arrays.setAll(differences, i -> after[i] - before[i] - ratio * (writtenAfter[i] - writtenBefore[i]));
        return differences;
    }

    private static double sum(double[] numbers) {
        return Arrays.stream(numbers).sum();
    }
}
