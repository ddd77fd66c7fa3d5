package io.github.fairnessgate.pipeline;

import java.util.Optional;

/**
 * What is verified, as the user wrote it; nothing where the user wrote nothing.
 *
 * @param thresholds that judge
 * @param baseline the baseline file
 * @param bundle to verify; else the evaluations in the output folder are
 * @param candidate that was measured
 * @param model that the candidate was compared with
 */
public record VerifySettings(
        Optional<String> thresholds,
        Optional<String> baseline,
        Optional<String> bundle,
        Optional<String> candidate,
        Optional<String> model) {}
