package io.github.fairnessgate.sparsity;

import java.util.List;

/** Pruning of the weights that are nearest to zero (Han et al. 2015). The others keep their values. */
public final class Magnitude {

    private Magnitude() {}

    /**
     * The weights of a layer after pruning, [inputs, outputs]. With a share, all weights of the layer are compared with
     * one another; with a pattern, those of a group. Among equal magnitudes those of earlier inputs go first, then
     * those of earlier outputs.
     */
    public static float[] prune(LinearWeights weights, Target target) {
        float[] scores = scores(weights.values());
        if (target instanceof Share share) {
            return prune(weights.values(), Cut.lowest(List.of(scores), share.of(scores.length)));
        }
        boolean[] mask = new boolean[scores.length];
        ((Pattern) target).mark(scores, weights.outputs(), mask);
        return weights.without(mask);
    }

    /**
     * A copy of values without those below a cut that may span many tensors.
     *
     * @param cut of the {@link #scores} of all of them; has been asked for all tensors before this one
     */
    public static float[] prune(float[] values, Cut cut) {
        float[] kept = values.clone();
        for (int i = 0; i < kept.length; i++) {
            if (cut.takes(Math.abs(kept[i]))) {
                kept[i] = 0;
            }
        }
        return kept;
    }

    /** The magnitudes. */
    public static float[] scores(float[] values) {
        float[] scores = new float[values.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.abs(values[i]);
        }
        return scores;
    }
}
