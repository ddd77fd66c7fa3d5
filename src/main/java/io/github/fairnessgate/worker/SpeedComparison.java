package io.github.fairnessgate.worker;

import io.github.fairnessgate.statistics.MedianOfSample;
import io.github.fairnessgate.worker.SpeedRounds.Times;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * How fast two models are: medians over {@link SpeedRounds}.
 *
 * @param promptTokens of the text that is read
 * @param newTokens of the text that is written, at most
 * @param rounds in which both models had their turn
 */
public record SpeedComparison(int promptTokens, int newTokens, int rounds, Speed before, Speed after) {

    public SpeedComparison {
        Objects.requireNonNull(before);
        Objects.requireNonNull(after);
    }

    /**
     * A model's speed.
     *
     * @param firstTokenMilliseconds until the first token after a prompt of {@code promptTokens}
     * @param tokensPerSecond written, one text alone
     */
    public record Speed(double firstTokenMilliseconds, double tokensPerSecond) {

        private static Speed of(List<Times> rounds) {
            return new Speed(median(rounds, Times::prefill), 1000 / median(rounds, Times::decode));
        }
    }

    public static SpeedComparison of(SpeedRounds measured) {
        return new SpeedComparison(
                measured.promptTokens(),
                measured.newTokens(),
                measured.before().size(),
                Speed.of(measured.before()),
                Speed.of(measured.after()));
    }

    private static double median(List<Times> rounds, ToDoubleFunction<Times> time) {
        return MedianOfSample.of(rounds.stream().mapToDouble(time).toArray());
    }
}
