package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.GateResult;

/**
 * Everything that a report shows.
 *
 * @param pluginVersion version of this plugin
 * @param thresholds    what the user named: a file or a built-in name
 * @param baseline      the model before compression
 * @param candidate     the model after compression
 * @param gate          what the gate made of the two
 */
public record Report(String pluginVersion, String thresholds, Evaluation baseline, Evaluation candidate, GateResult gate) {
}
