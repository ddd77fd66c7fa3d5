package io.github.fairnessgate.pipeline;

/**
 * What is compressed, and how, as the user wrote it.
 *
 * @param model to compress
 * @param recipe a file, or the name of a bundled one
 * @param thresholds that the result will be judged by: a file, or the name of built-in ones; null if nobody said
 * @param attach {@code true} or {@code false}: whether the zip is attached to the build
 * @param force whether to compress although nothing changed
 * @param cache {@code on} or {@code off}
 */
public record CompressionSettings(
        String model,
        String recipe,
        String thresholds,
        String attach,
        boolean force,
        String cache,
        ComputeSettings compute) {}
