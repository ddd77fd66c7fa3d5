package io.github.fairnessgate.pipeline;

/**
 * What is measured, and how, as the user wrote it.
 *
 * @param thresholds a file, or the name of built-in ones
 * @param precision {@code float32} or {@code float16}
 * @param cache {@code on} or {@code off}
 * @param sharding how the work is divided among jobs
 * @param spark the cluster that measures
 */
public record MeasuringSettings(
        String thresholds,
        ScorerSettings scorers,
        String precision,
        String cache,
        ShardSettings sharding,
        SparkSettings spark) {}
