package io.github.fairnessgate.sparsity;

/**
 * The weights of a linear layer as GPT-2's {@code Conv1D} keeps them, row major [inputs, outputs]: row i holds what
 * input i means for every output. It is the transpose of the papers' W. The array is not copied, and nothing here
 * changes it.
 *
 * @param inputs width of X, the papers' columns
 * @param outputs width of the result, the papers' rows
 * @param values {@code inputs * outputs} finite numbers
 */
public record LinearWeights(int inputs, int outputs, float[] values) {

    public LinearWeights {
        if (values.length != Math.multiplyExact(inputs, outputs)) {
            throw new IllegalArgumentException(values.length + " weights for [" + inputs + ", " + outputs + "]");
        }
    }

    /** A copy of the values in which those of the mask are zero. */
    float[] without(boolean[] mask) {
        float[] kept = values.clone();
        for (int i = 0; i < kept.length; i++) {
            if (mask[i]) {
                kept[i] = 0;
            }
        }
        return kept;
    }
}
