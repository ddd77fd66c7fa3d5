package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricId;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * How much of a prompt's number is the chance of its continuations: the mean over prompts of the variance that the
 * number has over other continuations of the same prompt, as many as there are. It is estimated by drawing the n
 * continuations of a prompt with replacement, {@value #TRIES} times, times {@code n / (n - 1)} (Efron and Tibshirani,
 * An Introduction to the Bootstrap (1993), section 5.3).
 */
public final class ChanceOfTexts {

    private static final int TRIES = 100;

    private ChanceOfTexts() {}

    /**
     * The variance, in the square of the metric's unit.
     *
     * @return nothing where the metric is not made of scores of at least two continuations
     */
    public static OptionalDouble variance(Evaluation evaluation, Metric metric, String slice) {
        MetricId id = MetricId.of(metric.id());
        List<Item> items = evaluation.items().getOrDefault(metric.suite(), List.of()).stream()
                .filter(item -> slice.equals(Evaluation.ALL) || item.slices().contains(slice))
                .toList();
        Random random = new Random(items.size());
        double sum = 0;
        for (Item item : items) {
            double[] scores = item.scores().entrySet().stream()
                    .filter(score -> score.getKey().startsWith(Continuations.TOXICITY)
                            && score.getKey().endsWith("/" + id.variant()))
                    .mapToDouble(score -> score.getValue())
                    .toArray();
            if (scores.length < 2 || Continuations.outcome(id.name(), scores).isEmpty()) {
                return OptionalDouble.empty();
            }
            double[] outcomes = new double[TRIES];
            Arrays.setAll(
                    outcomes,
                    i -> Continuations.outcome(
                                    id.name(),
                                    random.ints(scores.length, 0, scores.length)
                                            .mapToDouble(k -> scores[k])
                                            .toArray())
                            .orElseThrow());
            double mean = Arrays.stream(outcomes).average().orElseThrow();
            sum += Arrays.stream(outcomes)
                            .map(outcome -> (outcome - mean) * (outcome - mean))
                            .sum()
                    / (TRIES - 1)
                    * scores.length
                    / (scores.length - 1);
        }
        return items.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(sum / items.size());
    }
}
