package io.github.fairnessgate.tensor;

import java.util.Objects;

/**
 * Weights in few bits, block by block, in the layout of ONNX Runtime's {@code MatMulNBits}. A block is
 * {@code blockSize} inputs of one output of a linear layer; the last block of an output is filled up with zeros. Of the
 * smallest and the largest weight of a block, 0 included,
 *
 * <pre>
 * scale = (largest - smallest) / (2^bits - 1)      zero = round(-smallest / scale)
 * number = round(weight / scale) + zero            weight = (number - zero) * scale
 * </pre>
 *
 * with halves rounded to even. A weight so changes by half a scale at most, and 0 stays 0. (The affine quantization of
 * Jacob et al. 2018, arXiv 1712.05877, section 2.1, by blocks.)
 *
 * @param bits 4 or 8
 * @param blockSize a power of two, 16 or more
 * @param activations what becomes of the layer's input
 */
public record BlockQuantization(int bits, int blockSize, Activations activations) {

    public BlockQuantization {
        if (bits != 4 && bits != 8) {
            throw new IllegalArgumentException(bits + " bits");
        }
        if (blockSize < 16 || Integer.bitCount(blockSize) != 1) {
            throw new IllegalArgumentException("blocks of " + blockSize);
        }
        Objects.requireNonNull(activations);
    }

    /**
     * A quantized weight.
     *
     * @param numbers [out, blocks, bytes of a block]; with 4 bits two in a byte, the first in the lower half
     * @param scales [out, blocks]
     * @param zeroPoints [out, bytes for the blocks of an output], packed like the numbers
     */
    public record Numbers(byte[] numbers, float[] scales, byte[] zeroPoints) {}

    int blocks(long inputs) {
        return Math.toIntExact((inputs + blockSize - 1) / blockSize);
    }

    private int bytes(int numbers) {
        return (numbers * bits + 7) / 8;
    }

    private int most() {
        return (1 << bits) - 1;
    }

    public long[] numbersShape(long inputs, long outputs) {
        return new long[] {outputs, blocks(inputs), bytes(blockSize)};
    }

    public long[] scalesShape(long inputs, long outputs) {
        return new long[] {outputs, blocks(inputs)};
    }

    public long[] zeroPointsShape(long inputs, long outputs) {
        return new long[] {outputs, bytes(blocks(inputs))};
    }

    /** @param weights finite, [inputs, outputs] */
    public Numbers quantize(float[] weights, int inputs, int outputs) {
        return quantize(weights, inputs, outputs, outputs, 1);
    }

    /** @param weights finite, [rows, width]; every row is an output */
    public Numbers quantizeRows(float[] weights, int rows, int width) {
        return quantize(weights, width, rows, 1, width);
    }

    /** The weight of an input and an output is at {@code input * inputStride + output * outputStride}. */
    private Numbers quantize(float[] weights, int inputs, int outputs, int inputStride, int outputStride) {
        int blocks = blocks(inputs);
        byte[] numbers = new byte[Math.multiplyExact(Math.multiplyExact(outputs, blocks), bytes(blockSize))];
        float[] scales = new float[outputs * blocks];
        byte[] zeroPoints = new byte[outputs * bytes(blocks)];
        for (int output = 0; output < outputs; output++) {
            for (int block = 0; block < blocks; block++) {
                int from = block * blockSize;
                int to = Math.min(inputs, from + blockSize);
                int first = from * inputStride + output * outputStride;
                int end = to * inputStride + output * outputStride;
                int index = output * blocks + block;
                scales[index] = scale(weights, first, end, inputStride);
                int zero = zero(weights, first, end, inputStride, scales[index]);
                put(zeroPoints, output * bytes(blocks), block, zero);
                for (int input = from; input < from + blockSize; input++) {
                    int number = input < to
                            ? number(weights[input * inputStride + output * outputStride], scales[index], zero)
                            : zero;
                    put(numbers, index * bytes(blockSize), input - from, number);
                }
            }
        }
        return new Numbers(numbers, scales, zeroPoints);
    }

    /** 1 for a block of zeros. */
    private float scale(float[] weights, int first, int end, int stride) {
        double smallest = 0;
        double largest = 0;
        for (int i = first; i < end; i += stride) {
            smallest = Math.min(smallest, weights[i]);
            largest = Math.max(largest, weights[i]);
        }
        float scale = (float) ((largest - smallest) / most());
        return scale == 0 ? 1 : scale;
    }

    private int zero(float[] weights, int first, int end, int stride, float scale) {
        float smallest = 0;
        for (int i = first; i < end; i += stride) {
            smallest = Math.min(smallest, weights[i]);
        }
        return number(0 - smallest, scale, 0);
    }

    private int number(float weight, float scale, int zero) {
        return Math.max(0, Math.min(most(), (int) Math.rint(weight / scale) + zero));
    }

    private void put(byte[] bytes, int start, int position, int number) {
        if (bits == 8) {
            bytes[start + position] = (byte) number;
        } else {
            bytes[start + position / 2] |= (byte) (number << 4 * (position % 2));
        }
    }

    private int get(byte[] bytes, int start, int position) {
        return bits == 8 ? bytes[start + position] & 0xff : bytes[start + position / 2] >>> 4 * (position % 2) & 0xf;
    }

    /** The weights that ONNX Runtime computes with, [inputs, outputs]. */
    public float[] dequantize(Numbers quantized, int inputs, int outputs) {
        return dequantize(quantized, inputs, outputs, outputs, 1);
    }

    /** The same of rows, [rows, width]. */
    float[] dequantizeRows(Numbers quantized, int rows, int width) {
        return dequantize(quantized, width, rows, 1, width);
    }

    private float[] dequantize(Numbers quantized, int inputs, int outputs, int inputStride, int outputStride) {
        int blocks = blocks(inputs);
        float[] weights = new float[Math.multiplyExact(inputs, outputs)];
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < inputs; input++) {
                int block = input / blockSize;
                int index = output * blocks + block;
                int number = get(quantized.numbers(), index * bytes(blockSize), input % blockSize);
                int zero = get(quantized.zeroPoints(), output * bytes(blocks), block);
                weights[input * inputStride + output * outputStride] =
                        (number - zero) * quantized.scales()[index];
            }
        }
        return weights;
    }
}
