package io.github.fairnessgate.tensor;

/**
 * Weights as whole numbers from -64 to 64 with one scale for each output of a linear layer, for products of whole
 * numbers:
 *
 * <pre>
 * scale = largest |weight| / 64      number = round(weight / scale)      weight = number * scale
 * </pre>
 *
 * with halves rounded to even. A weight so changes by half a scale at most, and 0 stays 0. It is 64 and not 127 because
 * x86 processors without VNNI add two products of a byte from 0 to 255 and one of these numbers in 16 bits: 2 * 255 *
 * 64 fits, and with 127 a model would silently compute something else there.
 */
public final class ColumnQuantization {

    private static final int MOST = 64;

    private ColumnQuantization() {}

    /**
     * A quantized weight.
     *
     * @param numbers [in, out]
     * @param scales [out]
     */
    public record Numbers(byte[] numbers, float[] scales) {}

    /** @param weights finite, [inputs, outputs] */
    public static Numbers quantize(float[] weights, int inputs, int outputs) {
        byte[] numbers = new byte[weights.length];
        float[] scales = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            float largest = 0;
            for (int input = 0; input < inputs; input++) {
                largest = Math.max(largest, Math.abs(weights[input * outputs + output]));
            }
            float scale = largest / MOST;
            scales[output] = scale == 0 ? 1 : scale;
            for (int input = 0; input < inputs; input++) {
                int index = input * outputs + output;
                numbers[index] = (byte) Math.max(-MOST, Math.min(MOST, Math.rint(weights[index] / scales[output])));
            }
        }
        return new Numbers(numbers, scales);
    }

    /** The weights that are computed with, [inputs, outputs]. */
    static float[] dequantize(Numbers quantized, int outputs) {
        float[] weights = new float[quantized.numbers().length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = quantized.numbers()[i] * quantized.scales()[i % outputs];
        }
        return weights;
    }
}
