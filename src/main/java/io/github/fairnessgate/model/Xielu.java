package io.github.fairnessgate.model;

import io.github.fairnessgate.tensor.HalfPrecision;
import java.util.function.ToDoubleFunction;

/**
 * The numbers of xIELU in one layer (Huang & Schlag 2024): {@code positive x^2 + beta x} above 0, else {@code negative
 * (expm1(min(x, epsilon)) - x) + beta x}.
 *
 * <p>Transformers keeps the four weights that they follow from in bfloat16, whatever the type of the model, and rounds
 * every step from these to the numbers. So the numbers are those of bfloat16 here as well.
 *
 * @param positive {@code softplus(alpha_p)}
 * @param negative {@code beta + softplus(alpha_n)}
 */
public record Xielu(float positive, float negative, float beta, float epsilon) {

    /** Short names of the weights, see {@link Activation#weight}. */
    public static final String ALPHA_POSITIVE = "alpha_p";

    public static final String ALPHA_NEGATIVE = "alpha_n";
    /** Not trained. */
    public static final String BETA = "beta";
    /** Not trained. */
    public static final String EPSILON = "eps";

    /** @param weights the one number of each weight, by its short name */
    public static Xielu of(ToDoubleFunction<String> weights) {
        float beta = weight(weights, BETA);
        return new Xielu(
                softplus(weight(weights, ALPHA_POSITIVE)),
                rounded(beta + softplus(weight(weights, ALPHA_NEGATIVE))),
                beta,
                weight(weights, EPSILON));
    }

    private static float weight(ToDoubleFunction<String> weights, String name) {
        return rounded(weights.applyAsDouble(name));
    }

    private static float softplus(float value) {
        return rounded(Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))));
    }

    private static float rounded(double value) {
        return HalfPrecision.roundedToBf16((float) value);
    }
}
