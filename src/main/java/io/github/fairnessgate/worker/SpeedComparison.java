package io.github.fairnessgate.worker;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How fast two models are, measured in turns within one process, so that whatever else the machine does meets both.
 * Medians of several runs after a warm-up.
 *
 * @param scoredTokens length of the sequence that is scored
 * @param scoringRuns timed runs of scoring
 * @param continuations of one prompt, generated together
 * @param newTokens of a continuation, at most
 * @param generationRuns timed runs of generation
 */
public record SpeedComparison(
        int scoredTokens,
        int scoringRuns,
        int continuations,
        int newTokens,
        int generationRuns,
        Speed before,
        Speed after) {

    private static final int SCORED_TOKENS = 64;
    private static final int SCORING_RUNS = 21;
    private static final int PROMPT_TOKENS = 8;
    private static final int CONTINUATIONS = 1;
    private static final int NEW_TOKENS = 32;
    private static final int GENERATION_RUNS = 5;
    /** A nucleus of one token, so that it is the model that takes the time, and not the sampler. */
    private static final double LIKELIEST = 1e-9;

    private static final int WARM_UP = 2;
    /** A step through the vocabulary that meets all parts of it. */
    private static final int STRIDE = 7919;

    /**
     * A model's speed.
     *
     * @param scoringMilliseconds to score one sequence of {@code scoredTokens}, the input copied and the result read
     * @param tokensPerSecond generated
     */
    public record Speed(double scoringMilliseconds, double tokensPerSecond) {}

    /** Measures; both models are in memory at the same time. */
    public static SpeedComparison compare(
            ModelDirectory before, ModelDirectory after, Device device, Progress progress) {
        int positions = Math.min(before.config().positions(), after.config().positions());
        int scored = Math.min(SCORED_TOKENS, positions);
        int prompt = Math.min(PROMPT_TOKENS, Math.max(1, positions / 2));
        int newTokens = Math.min(NEW_TOKENS, positions - prompt);
        Sampling sampling = new Sampling(1, CONTINUATIONS, newTokens, LIKELIEST, 1);
        double[][] scoring = new double[2][SCORING_RUNS];
        double[][] generation = new double[2][GENERATION_RUNS];
        int total = 2 * WARM_UP + SCORING_RUNS + GENERATION_RUNS;
        int done = 0;
        try (LanguageModel first = OnnxGpt2.open(before, device);
                LanguageModel second = OnnxGpt2.open(after, device)) {
            List<LanguageModel> models = List.of(first, second);
            int[] sequence = tokens(
                    Math.min(before.config().vocabulary(), after.config().vocabulary()), Math.max(scored, prompt));
            List<Request> requests = List.of(new Request(Arrays.copyOf(sequence, scored), 1));
            for (int run = -WARM_UP; run < SCORING_RUNS; run++) {
                for (int model = 0; model < 2; model++) {
                    long start = System.nanoTime();
                    models.get(model).logProbabilities(requests, count -> {});
                    keep(scoring[model], run, (System.nanoTime() - start) / 1e6);
                }
                progress.step("latency", ++done, total);
            }
            List<Prompt> prompts = List.of(new Prompt("latency", Arrays.copyOf(sequence, prompt)));
            for (int run = -WARM_UP; run < GENERATION_RUNS; run++) {
                for (int model = 0; model < 2; model++) {
                    long start = System.nanoTime();
                    List<int[]> texts = models.get(model)
                            .generate(prompts, sampling, count -> {})
                            .get(0);
                    keep(generation[model], run, computed(texts, newTokens) * 1e9 / (System.nanoTime() - start));
                }
                progress.step("latency", ++done, total);
            }
        }
        return new SpeedComparison(
                scored,
                SCORING_RUNS,
                CONTINUATIONS,
                newTokens,
                GENERATION_RUNS,
                new Speed(median(scoring[0]), median(generation[0])),
                new Speed(median(scoring[1]), median(generation[1])));
    }

    private static int[] tokens(int vocabulary, int length) {
        return IntStream.range(0, length)
                .map(i -> (int) ((long) i * STRIDE % vocabulary))
                .toArray();
    }

    /** Runs below 0 are the warm-up. */
    private static void keep(double[] values, int run, double value) {
        if (run >= 0) {
            values[run] = value;
        }
    }

    /** Tokens that were sampled: those of the texts, and the end of each that ended early. */
    private static long computed(List<int[]> texts, int newTokens) {
        return texts.stream()
                .mapToLong(text -> Math.min(newTokens, text.length + 1))
                .sum();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
