package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam (Kingma & Ba 2015) with bias correction and without weight decay, updating in place: {@code w -= rate * m^ /
 * (sqrt(v^) + epsilon)}.
 */
final class Adam {

    private static final float FIRST_BETA = 0.9f;
    private static final float SECOND_BETA = 0.98f;
    private static final double EPSILON = 1e-6;
    private static final float NO_DECAY = 0;
    private static final float NO_CLIPPING = -1;

    private final Map<String, NDArray> means = new LinkedHashMap<>();
    private final Map<String, NDArray> variances = new LinkedHashMap<>();
    private int steps;

    /**
     * @param shapes the tensors that will have gradients
     * @param owner lives as long as the training does and takes two arrays a tensor
     */
    Adam(Map<String, Shape> shapes, NDManager owner) {
        shapes.forEach((name, shape) -> {
            means.put(name, owner.zeros(shape));
            variances.put(name, owner.zeros(shape));
        });
    }

    /** Running means of the gradients, by name. */
    Map<String, NDArray> means() {
        return means;
    }

    /** Running means of the squared gradients, by name. */
    Map<String, NDArray> variances() {
        return variances;
    }

    /** Steps done. */
    int steps() {
        return steps;
    }

    /** Goes on as if so many steps were done; the caller fills {@link #means} and {@link #variances}. */
    void continueAfter(int doneSteps) {
        steps = doneSteps;
    }

    /**
     * One step.
     *
     * @param weights the tensors to update, by name
     * @param gradients a gradient for each tensor that is to change
     * @param gradientScale what the gradients are multiplied by, for clipping
     */
    void update(
            Map<String, NDArray> weights, Map<String, NDArray> gradients, double learningRate, double gradientScale) {
        steps++;
        double secondCorrection = Math.sqrt(1 - Math.pow(SECOND_BETA, steps));
        float rate = (float) (learningRate * secondCorrection / (1 - Math.pow(FIRST_BETA, steps)));
        // DJL divides by sqrt(v) + epsilon with the correction of v moved into the rate; so moves epsilon's.
        float epsilon = (float) (EPSILON * secondCorrection);
        gradients.forEach((name, gradient) -> {
            NDArray weight = weights.get(name);
            weight.getNDArrayInternal()
                    .adamUpdate(
                            new NDList(weight, gradient, means.get(name), variances.get(name)),
                            new NDList(weight),
                            (float) learningRate,
                            rate,
                            NO_DECAY,
                            (float) gradientScale,
                            NO_CLIPPING,
                            FIRST_BETA,
                            SECOND_BETA,
                            epsilon,
                            false,
                            false);
        });
    }
}
