package io.github.fairnessgate.worker;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.util.List;

/**
 * What a worker tells of itself after it has tokenized a sentence and scored it with a model.
 *
 * @param java           version and vendor of the worker's Java
 * @param heap           the most bytes that its heap may take
 * @param tokens         of the sentence, {@code <|endoftext|>} before it not counted
 * @param logProbability of the sentence by the model, in nats; finite
 */
public record Diagnosis(String java, long heap, int tokens, double logProbability) {

    private static final String SENTENCE = "The doctor asked the nurse a question.";

    /** Loads the tokenizer and ONNX Runtime, with CUDA if that is the device. */
    static Diagnosis of(ModelDirectory model, Device device) {
        try (LanguageModel opened = OnnxGpt2.open(model, device)) {
            int[] words = opened.encode(SENTENCE);
            int[] tokens = new int[words.length + 1];
            tokens[0] = opened.endOfText();
            System.arraycopy(words, 0, tokens, 1, words.length);
            double sum = 0;
            for (float logProbability : opened.logProbabilities(List.of(new Request(tokens, 1)), count -> { }).get(0)) {
                sum += logProbability;
            }
            return new Diagnosis(System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")", Runtime.getRuntime().maxMemory(),
                    words.length, sum);
        }
    }
}
