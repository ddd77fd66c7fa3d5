package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.yaml.Location;
import java.util.Optional;

/**
 * What every structured pruning is told.
 *
 * @param examples windows that importance is estimated on, 1 or more
 * @param heldOut other windows, that the loss is measured on, 1 or more
 * @param sequenceLength tokens of a window, 2 or more
 * @param guard how much the loss may rise; empty for any amount
 */
record PruningSettings(int examples, int heldOut, int sequenceLength, Optional<LossGuard> guard) {

    /** Whether fewer parts may be removed than were asked for. */
    boolean mayStopEarly() {
        return guard.filter(own -> own.reaction() == LossGuard.Reaction.STOP).isPresent();
    }

    /** @throws io.github.fairnessgate.InvalidInputException if windows are longer than the model reads */
    void requireFit(Gpt2Config model, Location stage) {
        if (sequenceLength > model.positions()) {
            throw stage.problem("sequenceLength is %d, but the model has only %d positions; lower sequenceLength."
                    .formatted(sequenceLength, model.positions()));
        }
    }
}
