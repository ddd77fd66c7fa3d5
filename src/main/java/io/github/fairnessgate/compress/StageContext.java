package io.github.fairnessgate.compress;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.yaml.Location;
import java.util.stream.IntStream;

/**
 * What every stage of a run shares.
 *
 * @param original the model that the recipe was given
 * @param source the recipe's text
 * @param text the same as tokens
 * @param seed the stage's own seed, derived from the recipe's
 * @param device where tensors are computed
 * @param progress receives how far the stage is
 * @param training where a training keeps what it needs to go on, should the process be killed
 */
record StageContext(
        ModelDirectory original,
        TrainingText source,
        TokenStream text,
        long seed,
        Device device,
        Progress progress,
        TrainingCheckpoint training) {

    /**
     * Windows for a stage.
     *
     * @param needed windows without which the stage is pointless
     * @param stage where the stage stands in the recipe, for the message
     */
    int[][] windows(int length, int needed, Location stage) {
        int[][] windows = text.windows(length);
        if (windows.length < needed) {
            throw stage.problem(
                    ("the text %s has %d tokens, which make %d windows of %d, but this stage needs at least %d; "
                                    + "give more text or shorter windows.")
                            .formatted(text.name(), text.size(), windows.length, length, needed));
        }
        return windows;
    }

    /** So many windows, drawn by the stage's seed, for a stage that wants no more. */
    int[][] drawn(int length, int count, Location stage) {
        int[][] windows = windows(length, count, stage);
        int[] order = WindowOrder.permutation(windows.length, seed);
        return IntStream.range(0, count).mapToObj(i -> windows[order[i]]).toArray(int[][]::new);
    }
}
