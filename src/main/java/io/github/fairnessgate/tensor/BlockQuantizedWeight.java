package io.github.fairnessgate.tensor;

import java.util.List;

/**
 * A linear layer's weight in few bits, see {@link BlockQuantization}.
 *
 * @param shape [in, out]
 * @param numbers U8, [out, blocks, bytes of a block]
 * @param scales F32, [out, blocks]
 * @param zeroPoints U8, [out, bytes for the blocks of an output]
 */
public record BlockQuantizedWeight(
        String name, long[] shape, BlockQuantization quantization, Tensor numbers, Tensor scales, Tensor zeroPoints)
        implements Weight {

    @Override
    public boolean roundsActivations() {
        return quantization.activations() == Activations.INT8;
    }

    @Override
    public List<Tensor> stored() {
        return List.of(numbers, scales, zeroPoints);
    }

    @Override
    public float[] toFloats() {
        return quantization.dequantize(
                new BlockQuantization.Numbers(numbers.toBytes(), scales.toFloats(), zeroPoints.toBytes()),
                Math.toIntExact(shape[0]),
                Math.toIntExact(shape[1]));
    }
}
