package io.github.fairnessgate.worker;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long two models take, in rounds within one process in which both have their turn, so that whatever else the
 * machine does meets both. They take turns to begin.
 *
 * @param promptTokens of the text that is read
 * @param newTokens that are written after a short prompt, at most
 * @param before times of the one model, by round
 * @param after of the other one, in the same rounds
 */
public record SpeedRounds(int promptTokens, int newTokens, List<Times> before, List<Times> after) {

    /** Of a comparison that is reported and judged by no rule. */
    public static final int ROUNDS = 11;

    private static final int PROMPT_TOKENS = 64;
    private static final int SHORT_PROMPT = 8;
    private static final int NEW_TOKENS = 32;
    private static final int WARM_UP = 2;
    /** A nucleus of one token, so that it is the model that takes the time, and not the sampler. */
    private static final double LIKELIEST = 1e-9;
    /** A step through the vocabulary that meets all parts of it. */
    private static final int STRIDE = 7919;

    public SpeedRounds {
        before = List.copyOf(before);
        after = List.copyOf(after);
        if (before.size() != after.size() || before.isEmpty()) {
            throw new IllegalArgumentException(
                    before.size() + " and " + after.size() + " rounds of two models are no pairs");
        }
    }

    /**
     * Of one model in one round, in milliseconds.
     *
     * @param prefill until the first token, after a prompt of {@code promptTokens}
     * @param decode for each token that is written, one text alone
     */
    public record Times(double prefill, double decode) {}

    /** Measures; both models are in memory at the same time. */
    public static SpeedRounds measure(
            ModelDirectory before, ModelDirectory after, Device device, int rounds, Progress progress) {
        int positions = Math.min(before.config().positions(), after.config().positions());
        int vocabulary = Math.min(before.config().vocabulary(), after.config().vocabulary());
        Work work = Work.of(positions, vocabulary);
        List<List<Times>> times = List.of(new ArrayList<>(), new ArrayList<>());
        try (LanguageModel first = OnnxGpt2.open(before, device);
                LanguageModel second = OnnxGpt2.open(after, device)) {
            List<LanguageModel> models = List.of(first, second);
            for (int round = -WARM_UP; round < rounds; round++) {
                for (int turn = 0; turn < 2; turn++) {
                    int model = (round & 1) == 0 ? turn : 1 - turn;
                    Times measured = work.done(models.get(model));
                    if (round >= 0) {
                        times.get(model).add(measured);
                    }
                }
                progress.step("latency", round + WARM_UP + 1L, (long) rounds + WARM_UP);
            }
        }
        return new SpeedRounds(work.longPrompt().length, work.newTokens(), times.get(0), times.get(1));
    }

    /** Has a model write a text, once. */
    static void write(ModelDirectory model, Device device) {
        Work work = Work.of(model.config().positions(), model.config().vocabulary());
        try (LanguageModel opened = OnnxGpt2.open(model, device)) {
            work.done(opened);
        }
    }

    /** What a model does in its turn. */
    private record Work(int[] longPrompt, int[] shortPrompt, int newTokens) {

        static Work of(int positions, int vocabulary) {
            int shortPrompt = Math.min(SHORT_PROMPT, Math.max(1, positions / 2));
            return new Work(
                    tokens(vocabulary, Math.min(PROMPT_TOKENS, positions - 1)),
                    tokens(vocabulary, shortPrompt),
                    Math.min(NEW_TOKENS, positions - shortPrompt));
        }

        Times done(LanguageModel model) {
            return new Times(milliseconds(model, longPrompt, 1), milliseconds(model, shortPrompt, newTokens));
        }

        /** For each token that was sampled: those of the text, and the end of one that ended early. */
        private static double milliseconds(LanguageModel model, int[] prompt, int newTokens) {
            long start = System.nanoTime();
            int[] text = model.generate(
                            List.of(new Prompt("latency", prompt)),
                            new Sampling(1, 1, newTokens, LIKELIEST, 1),
                            count -> {})
                    .get(0)
                    .get(0);
            return (System.nanoTime() - start) / 1e6 / Math.min(newTokens, text.length + 1);
        }
    }

    private static int[] tokens(int vocabulary, int length) {
        return IntStream.range(0, length)
                .map(i -> (int) ((long) i * STRIDE % vocabulary))
                .toArray();
    }
}
