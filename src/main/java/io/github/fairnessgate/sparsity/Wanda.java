package io.github.fairnessgate.sparsity;

import java.util.List;

/**
 * Pruning by weights and activations (Sun, Liu, Bair and Kolter 2023, arXiv 2306.11695, equation 1): {@code S_ij =
 * |W_ij| * ||X_j||_2}, where X_j is what input j was over the calibration text. Weights of the same output are compared
 * with one another, those of different outputs never. What stays keeps its value.
 */
public final class Wanda {

    private Wanda() {}

    /**
     * The weights of a layer after pruning, [inputs, outputs]. With a share, every output loses as many weights as any
     * other; with a pattern, every group. Among equal scores those of earlier inputs go first.
     *
     * @param squaredNorms {@code ||X_j||^2} of every input, finite; a common factor does not matter
     */
    public static float[] prune(LinearWeights weights, double[] squaredNorms, Target target) {
        float[] scores = scores(weights, squaredNorms);
        boolean[] mask = new boolean[scores.length];
        if (target instanceof Share share) {
            markOutputs(scores, weights, share, mask);
        } else {
            ((Pattern) target).mark(scores, weights.outputs(), mask);
        }
        return weights.without(mask);
    }

    private static float[] scores(LinearWeights weights, double[] squaredNorms) {
        if (squaredNorms.length != weights.inputs()) {
            throw new IllegalArgumentException(squaredNorms.length + " norms for " + weights.inputs() + " inputs");
        }
        float[] scores = new float[weights.values().length];
        for (int input = 0; input < weights.inputs(); input++) {
            double norm = Math.sqrt(squaredNorms[input]);
            for (int i = input * weights.outputs(); i < (input + 1) * weights.outputs(); i++) {
                scores[i] = (float) (Math.abs(weights.values()[i]) * norm);
            }
        }
        return scores;
    }

    private static void markOutputs(float[] scores, LinearWeights weights, Share share, boolean[] mask) {
        int outputs = weights.outputs();
        int count = share.of(weights.inputs());
        float[] compared = new float[weights.inputs()];
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < compared.length; input++) {
                compared[input] = scores[input * outputs + output];
            }
            Cut cut = Cut.lowest(List.of(compared), count);
            for (int input = 0; input < compared.length; input++) {
                mask[input * outputs + output] = cut.takes(compared[input]);
            }
        }
    }
}
