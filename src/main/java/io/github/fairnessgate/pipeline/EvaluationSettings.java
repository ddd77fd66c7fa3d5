package io.github.fairnessgate.pipeline;

/**
 * Which models are measured, and how, as the user wrote it.
 *
 * @param model to compare with
 * @param candidate to judge; null or empty for what was compressed
 * @param baseline the baseline file; null or empty for the usual one
 */
public record EvaluationSettings(
        String model, String candidate, String baseline, MeasuringSettings measuring, ComputeSettings compute) {}
