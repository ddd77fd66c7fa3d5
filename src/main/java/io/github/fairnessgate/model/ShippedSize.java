package io.github.fairnessgate.model;

import io.github.fairnessgate.file.FileErrors;
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
     * @throws io.github.fairnessgate.InvalidInputException if a file cannot be read
     */
    public static ShippedSize of(ModelDirectory model) {
        return new ShippedSize(
                model.decidingFiles().stream().mapToLong(ShippedSize::bytes).sum(),
                model.parameters(),
                model.tensors().values().stream()
                        .mapToLong(weight -> nonzero(weight.toFloats()))
                        .sum());
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    private static long nonzero(float[] numbers) {
        long nonzero = 0;
        for (float number : numbers) {
            nonzero += number == 0 ? 0 : 1;
        }
        return nonzero;
    }
}
