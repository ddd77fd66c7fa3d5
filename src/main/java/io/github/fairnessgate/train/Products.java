package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Products of matrices in a {@link Precision}, apart from it, because Maven's JVM reads recipes and reports without the
 * training engine.
 */
final class Products {

    private Products() {}

    /** The product of two float32 arrays, float32. */
    static NDArray product(Precision precision, NDArray left, NDArray right) {
        if (precision == Precision.FLOAT32) {
            return left.matMul(right);
        }
        NDArray halfLeft = half(left, left);
        return single(halfLeft.matMul(half(right, left)));
    }

    /** {@code x W + b} of float32 arrays in one kernel, float32. */
    static NDArray linear(Precision precision, NDArray input, NDArray weight, NDArray bias) {
        if (precision == Precision.FLOAT32) {
            return input.getNDArrayInternal()
                    .linear(input, weight.transpose(), bias)
                    .singletonOrThrow();
        }
        NDArray halfInput = half(input, input);
        return single(halfInput
                .getNDArrayInternal()
                .linear(halfInput, half(weight, input).transpose(), half(bias, input))
                .singletonOrThrow());
    }

    /**
     * Rounded; belongs to the manager of {@code owner}, so that the halves of weights do not outlive a block. Added to
     * zeros, because DJL's change of type is not differentiable.
     */
    private static NDArray half(NDArray array, NDArray owner) {
        return owner.getManager().zeros(array.getShape(), DataType.FLOAT16).addi(array);
    }

    /** Times a vector of one float32, which makes a product float32 as a scalar would not. */
    private static NDArray single(NDArray half) {
        return half.mul(half.getManager().ones(new Shape(1), DataType.FLOAT32));
    }
}
