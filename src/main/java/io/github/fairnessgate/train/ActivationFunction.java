package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.fairnessgate.model.Activation;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The activation function of feed-forward layers. Its numbers are arrays because {@code array.mul(number)} is not safe
 * under autograd: DJL keeps the number in memory of the Java garbage collector and forgets it at once, while PyTorch
 * still reads it in the backward pass.
 */
final class ActivationFunction {

    /** {@code sqrt(2 / pi)} and the cubic coefficient of the tanh form of GELU (Hendrycks & Gimpel 2016). */
    private static final double GELU_SLOPE = Math.sqrt(2 / Math.PI);

    private static final double GELU_CUBIC = 0.044715;

    private ActivationFunction() {}

    /** A function of an array and of the weights that the layer has for it, by short name. */
    interface Layered {

        /** @return in the manager of {@code input} */
        NDArray apply(NDArray input, Function<String, NDArray> weights);
    }

    /** A function whose numbers belong to {@code owner}. */
    static Layered of(Activation activation, NDManager owner) {
        if (activation == Activation.PRELU) {
            return (input, weights) -> prelu(input, weights.apply(Activation.SLOPE));
        }
        if (activation == Activation.XIELU) {
            return new XieluFunction(owner);
        }
        UnaryOperator<NDArray> function = withoutWeights(activation, owner);
        return (input, none) -> function.apply(input);
    }

    private static UnaryOperator<NDArray> withoutWeights(Activation activation, NDManager owner) {
        DoubleFunction<NDArray> number = value -> owner.full(new Shape(), (float) value);
        return switch (activation) {
            case GELU_TANH -> geluTanh(number.apply(2 * GELU_SLOPE * GELU_CUBIC), number.apply(2 * GELU_SLOPE));
            case GELU_ERF -> ActivationFunction::gelu;
            case GELU_CLIPPED -> atMost(ActivationFunction::gelu, number.apply(10));
            case GELU_QUICK -> geluQuick(number.apply(1.702));
            case RELU -> ActivationFunction::relu;
            case RELU_SQUARED -> input -> relu(input).square();
            case RELU_6 -> atMost(ActivationFunction::relu, number.apply(6));
            case PRELU, XIELU -> throw new IllegalArgumentException(activation + " has weights");
            case LEAKY_RELU -> input -> input.getNDArrayInternal().leakyRelu(0.01f);
            case SILU -> input -> sigmoid(input).mul(input);
            case HARD_SWISH -> hardSwish(number.apply(3), number.apply(6));
            case MISH -> input -> softplus(input).tanh().mul(input);
            case TANH -> NDArray::tanh;
            case SIGMOID -> ActivationFunction::sigmoid;
            case LAPLACE -> laplace(number);
            case SQRT_SOFTPLUS -> input -> softplus(input).sqrt();
            case LINEAR -> UnaryOperator.identity();
        };
    }

    /** With a trained slope below 0, [1]. */
    private static NDArray prelu(NDArray input, NDArray slope) {
        return relu(input).sub(relu(input.neg()).mul(slope));
    }

    private static NDArray gelu(NDArray input) {
        return input.getNDArrayInternal().gelu();
    }

    private static NDArray relu(NDArray input) {
        return input.getNDArrayInternal().relu();
    }

    private static NDArray sigmoid(NDArray input) {
        return input.getNDArrayInternal().sigmoid();
    }

    private static NDArray softplus(NDArray input) {
        return input.getNDArrayInternal().softPlus();
    }

    private static UnaryOperator<NDArray> atMost(UnaryOperator<NDArray> function, NDArray limit) {
        return input -> function.apply(input).minimum(limit);
    }

    /**
     * {@code x/2 (1 + tanh u)} is {@code x sigmoid(2u)}, with {@code 2u = x (quadratic x^2 + constant)}, which needs
     * fewer passes over memory.
     */
    private static UnaryOperator<NDArray> geluTanh(NDArray quadratic, NDArray constant) {
        return input -> sigmoid(input.square().muli(quadratic).addi(constant).mul(input))
                .mul(input);
    }

    private static UnaryOperator<NDArray> geluQuick(NDArray slope) {
        return input -> sigmoid(input.mul(slope)).mul(input);
    }

    private static UnaryOperator<NDArray> hardSwish(NDArray three, NDArray six) {
        return input -> relu(input.add(three)).minimum(six).mul(input).div(six);
    }

    private static UnaryOperator<NDArray> laplace(DoubleFunction<NDArray> number) {
        NDArray mean = number.apply(Activation.LAPLACE_MEAN);
        NDArray width = number.apply(Activation.LAPLACE_DEVIATION * Math.sqrt(2));
        NDArray one = number.apply(1);
        NDArray half = number.apply(0.5);
        return input -> input.sub(mean).div(width).erf().add(one).mul(half);
    }
}
