package io.github.fairnessgate.train;

import java.util.List;

/**
 * What the loss is multiplied by so that float16 gradients neither vanish nor overflow (Micikevicius et al. 2018,
 * section 3.2): it begins at 65,536, halves with every step whose gradients overflow, which is skipped, and doubles
 * after 2,000 steps in a row that did not; as PyTorch's GradScaler with its defaults.
 *
 * @param value above 0
 * @param steps without overflow since it last changed
 * @param skippedInRow steps that overflowed one after the other, up to the last
 */
record LossScale(double value, int steps, int skippedInRow) {

    private static final double FIRST = 65_536;
    private static final int STEPS_TO_DOUBLE = 2_000;

    /** For float32: never changes. */
    private static final LossScale NONE = new LossScale(1, 0, 0);

    static LossScale first(Precision precision) {
        return precision == Precision.FLOAT16 ? new LossScale(FIRST, 0, 0) : NONE;
    }

    /** Where a training is that has done these steps. */
    static LossScale of(Precision precision, List<Distiller.Step> done) {
        LossScale scale = first(precision);
        for (Distiller.Step step : done) {
            scale = scale.after(step, precision);
        }
        return scale;
    }

    LossScale after(Distiller.Step step, Precision precision) {
        return precision == Precision.FLOAT16 ? next(step.skipped()) : this;
    }

    /** For the step after one whose gradients overflowed or not. */
    LossScale next(boolean overflowed) {
        if (overflowed) {
            return new LossScale(value / 2, 0, skippedInRow + 1);
        }
        return steps + 1 == STEPS_TO_DOUBLE ? new LossScale(value * 2, 0, 0) : new LossScale(value, steps + 1, 0);
    }
}
