package io.github.fairnessgate.tensor;

import java.util.List;

/**
 * A linear layer's weight as whole numbers with a scale for each output, see {@link ColumnQuantization}. What it is
 * multiplied with is to be made whole numbers as well, row by row, while the model runs; {@link #toFloats} knows
 * nothing of that.
 *
 * @param shape [in, out]
 * @param numbers I8, [in, out]
 * @param scales F32, [out]
 */
public record ColumnQuantizedWeight(String name, long[] shape, Tensor numbers, Tensor scales) implements Weight {

    @Override
    public boolean roundsActivations() {
        return true;
    }

    @Override
    public List<Tensor> stored() {
        return List.of(numbers, scales);
    }

    @Override
    public float[] toFloats() {
        return ColumnQuantization.dequantize(
                new ColumnQuantization.Numbers(numbers.toBytes(), scales.toFloats()), Math.toIntExact(shape[1]));
    }
}
