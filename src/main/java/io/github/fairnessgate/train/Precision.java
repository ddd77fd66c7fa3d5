package io.github.fairnessgate.train;

import io.github.fairnessgate.EnumText;

/**
 * In which numbers matrices are multiplied, forwards and backwards. All else is float32: weights and what the optimizer
 * keeps, norms, softmax, sums and the loss (mixed precision, Micikevicius et al. 2018).
 */
public enum Precision {

    /** float32 throughout. */
    FLOAT32,

    /**
     * Factors and products are rounded to float16, which ends at 65,504; gradients are multiplied by a
     * {@link LossScale} meanwhile.
     */
    FLOAT16;

    /** The name in recipes and reports. */
    public String id() {
        return EnumText.of(this);
    }
}
