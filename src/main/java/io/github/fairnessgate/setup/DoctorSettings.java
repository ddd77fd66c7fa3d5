package io.github.fairnessgate.setup;

import io.github.fairnessgate.pipeline.ComputeSettings;
import io.github.fairnessgate.pipeline.ScorerSettings;
import io.github.fairnessgate.pipeline.SparkSettings;

/**
 * What is examined, as the user wrote it.
 *
 * @param model whose needs are compared with what is there; null or empty for none
 * @param recipe the same of a recipe
 * @param spark a cluster to try
 * @param failOnProblem {@code true} or {@code false}
 */
public record DoctorSettings(
        String model,
        String recipe,
        ScorerSettings scorer,
        SparkSettings spark,
        String failOnProblem,
        ComputeSettings compute) {}
