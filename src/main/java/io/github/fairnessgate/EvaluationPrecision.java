package io.github.fairnessgate;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * In which numbers the layers of an evaluated model multiply matrices. All else is float32, or float64 where text is
 * drawn.
 */
public enum EvaluationPrecision {

    /** float32 throughout. */
    FLOAT32,

    /**
     * Factors and products of attention and feed-forward layers are rounded to float16, and so are the weights and the
     * keys and values that are kept. Embeddings, biases, the sums between layers, norms, activation functions, softmax,
     * and the logits, with the output embedding, are float32.
     */
    FLOAT16;

    /** {@code float32} or {@code float16}. */
    public String id() {
        return EnumText.of(this);
    }

    /**
     * @param text as a user writes it
     * @throws InvalidInputException if there is no such precision
     */
    public static EvaluationPrecision parse(String text) {
        return Arrays.stream(values())
                .filter(precision -> precision.id().equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(Parameters.PRECISION + " is '" + text + "'; it must be "
                        + Arrays.stream(values()).map(EvaluationPrecision::id).collect(Collectors.joining(" or "))
                        + "."));
    }
}
