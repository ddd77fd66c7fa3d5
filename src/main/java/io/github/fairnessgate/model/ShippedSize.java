package io.github.fairnessgate.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How large a model is, counted in its files.
 *
 * @param bytes of its {@link ModelDirectory#decidingFiles()}: configuration, weights and tokenizer
 * @param parameters numbers in all weights, tied ones once; scales and zero points do not count
 * @param nonzero how many of them are not 0
 */
public record ShippedSize(long bytes, long parameters, long nonzero) {

    /**
     * Counts; reads all weights.
     *
     * @throws IOException if a file cannot be read
     */
    public static ShippedSize of(ModelDirectory model) throws IOException {
        long bytes = 0;
        for (Path file : model.decidingFiles()) {
            bytes += Files.size(file);
        }
        return new ShippedSize(
                bytes,
                model.parameters(),
                model.tensors().values().stream()
                        .mapToLong(weight -> nonzero(weight.toFloats()))
                        .sum());
    }

    private static long nonzero(float[] numbers) {
        long nonzero = 0;
        for (float number : numbers) {
            nonzero += number == 0 ? 0 : 1;
        }
        return nonzero;
    }
}
