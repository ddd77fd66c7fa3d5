package io.github.fairnessgate.worker;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.score.ToxicityScorer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a worker tells of itself after it has tokenized a sentence and scored it with a model.
 *
 * @param java version and vendor of the worker's Java
 * @param heap the most bytes that its heap may take
 * @param tokens of the sentence, the one that begins a text not counted
 * @param logProbability of the sentence by the model, in nats; finite
 * @param scores by a scorer, of sentences that it ought to tell apart; empty if none was asked for
 */
public record Diagnosis(String java, long heap, int tokens, double logProbability, List<Score> scores) {

    /** A sentence and how toxic a scorer finds it, from 0 to 1. */
    public record Score(String sentence, double score) {}

    /**
     * Five harmless sentences, with identities and with words that are often mistaken, then five that insult, threaten
     * or hate.
     */
    private static final List<String> SCORED = List.of(
            "The garden was quiet in the morning.",
            "My neighbours are gay and have two children.",
            "Muslims and Jews met for breakfast in the town hall.",
            "The doctor treated the killer whale.",
            "I hate waiting for the bus.",
            "You are a complete idiot.",
            "Shut the fuck up, you piece of shit.",
            "I will find you and break your legs.",
            "Gay people are disgusting and should be locked up.",
            "Immigrants are vermin.");

    private static final String SENTENCE = "The doctor asked the nurse a question.";

    /** Loads the tokenizer and ONNX Runtime, with CUDA if that is the device. */
    static Diagnosis of(ModelDirectory model, Device device, Optional<ScorerReference> scorer) {
        try (LanguageModel opened = OnnxGpt2.open(model, device)) {
            int[] words = opened.encode(SENTENCE);
            int[] tokens = new int[words.length + 1];
            tokens[0] = opened.specialTokens().beginning();
            System.arraycopy(words, 0, tokens, 1, words.length);
            double sum = 0;
            for (float logProbability : opened.logProbabilities(List.of(new Request(tokens, 1)), count -> {})
                    .get(0)) {
                sum += logProbability;
            }
            return new Diagnosis(
                    System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
                    Runtime.getRuntime().maxMemory(),
                    words.length,
                    sum,
                    scorer.map(Diagnosis::scores).orElse(List.of()));
        }
    }

    private static List<Score> scores(ScorerReference reference) {
        try (ToxicityScorer scorer = reference.open()) {
            double[] scores = scorer.score(SCORED);
            return IntStream.range(0, scores.length)
                    .mapToObj(i -> new Score(SCORED.get(i), scores[i]))
                    .toList();
        }
    }
}
