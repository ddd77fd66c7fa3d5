package io.github.fairnessgate.tensor;

import java.util.Arrays;

/**
 * A tensor in memory, to be written. The array is not copied.
 *
 * @param shape sizes, outermost first
 * @param data numbers, row major; as many as {@code shape} multiplies to
 */
public record FloatTensor(long[] shape, float[] data) {

    public FloatTensor {
        if (elements(shape) != data.length) {
            throw new IllegalArgumentException(data.length + " numbers for shape " + Arrays.toString(shape));
        }
    }

    /** How many numbers a tensor of this shape has. */
    public static long elements(long[] shape) {
        long elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }
}
