package io.github.fairnessgate.tensor;

import java.util.List;

/**
 * A table of embeddings in few bits, see {@link BlockQuantization}: every row is an output of the layer that makes
 * logits, and its blocks lie along the row.
 *
 * @param shape [rows, width]
 * @param numbers U8, [rows, blocks, bytes of a block]
 * @param scales F32, [rows, blocks]
 * @param zeroPoints U8, [rows, bytes for the blocks of a row]
 */
public record BlockQuantizedTable(
        String name, long[] shape, BlockQuantization quantization, Tensor numbers, Tensor scales, Tensor zeroPoints)
        implements Weight {

    /** Numbers of a row, those that fill up the last block included. */
    public long filledWidth() {
        return numbers.shape()[1] * quantization.blockSize();
    }

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
        return quantization.dequantizeRows(
                new BlockQuantization.Numbers(numbers.toBytes(), scales.toFloats(), zeroPoints.toBytes()),
                Math.toIntExact(shape[0]),
                Math.toIntExact(shape[1]));
    }
}
