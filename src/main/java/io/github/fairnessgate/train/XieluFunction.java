package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.fairnessgate.model.Xielu;
import java.util.function.Function;

/**
 * xIELU with the numbers of {@link Xielu}. Their gradients are those of the softplus of the weights as they are: the
 * rounding to bfloat16 lets gradients through, as PyTorch's casts do.
 */
final class XieluFunction implements ActivationFunction.Layered {

    private final NDManager owner;
    private final NDArray zero;
    private final NDArray one;

    /** @param owner of numbers */
    XieluFunction(NDManager owner) {
        this.owner = owner;
        this.zero = number(0);
        this.one = number(1);
    }

    @Override
    public NDArray apply(NDArray input, Function<String, NDArray> weights) {
        Xielu numbers = Xielu.of(name -> weights.apply(name).stopGradient().toFloatArray()[0]);
        NDArray positive = valued(softplus(weights.apply(Xielu.ALPHA_POSITIVE)), numbers.positive());
        NDArray negative = valued(softplus(weights.apply(Xielu.ALPHA_NEGATIVE)), numbers.negative());
        NDArray above = input.square().mul(positive);
        NDArray below = input.minimum(number(numbers.epsilon()))
                .exp()
                .sub(one)
                .sub(input)
                .mul(negative);
        return NDArrays.where(input.gt(zero), above, below).add(input.mul(number(numbers.beta())));
    }

    /** The value, with the gradient of the array. */
    private NDArray valued(NDArray array, float value) {
        return array.add(number(value).sub(array.stopGradient()));
    }

    private static NDArray softplus(NDArray weight) {
        return weight.getNDArrayInternal().softPlus();
    }

    private NDArray number(float value) {
        return owner.full(new Shape(), value);
    }
}
