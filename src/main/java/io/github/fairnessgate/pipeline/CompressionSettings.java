package io.github.fairnessgate.pipeline;

/**
 * What is compressed, and how, as the user wrote it.
 *
 * @param model to compress
 * @param recipe a file, or the name of a bundled one
 * @param attach {@code true} or {@code false}: whether the zip is attached to the build
 * @param force whether to compress although nothing changed
 * @param measuring how the result will be measured; its cache is also that of compressed models
 */
public record CompressionSettings(
        String model,
        String recipe,
        String attach,
        boolean force,
        MeasuringSettings measuring,
        ComputeSettings compute) {}
