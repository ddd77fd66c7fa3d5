package io.github.fairnessgate.compress;

import io.github.fairnessgate.train.Distiller;
import java.util.List;

/**
 * How far a training is.
 *
 * @param steps done so far
 * @param validations done so far
 */
record TrainingProgress(List<Distiller.Step> steps, Validations validations) {

    TrainingProgress {
        steps = List.copyOf(steps);
    }
}
