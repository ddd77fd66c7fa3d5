package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Evaluation;

/**
 * What was measured for one look of the gate. The first look has every suite, a later one those of which more was drawn.
 *
 * @param baseline  the model before compression
 * @param candidate the model after compression, measured alike
 */
public record Look(Evaluation baseline, Evaluation candidate) {

    /** This look with the suites of a later one in the place of its own. */
    public Look with(Look later) {
        return new Look(baseline.with(later.baseline), candidate.with(later.candidate));
    }
}
