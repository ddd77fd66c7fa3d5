package io.github.fairnessgate.tensor;

/**
 * Conversions between float and the two 16-bit formats, bit for bit as in IEEE 754: exact when widening, to the nearest
 * and ties to even when narrowing. (The JDK has them for float16 from version 20 on.)
 */
public final class HalfPrecision {

    private static final int FLOAT_INFINITY = 0x7f800000;
    /** 65520: half-way between the largest half-precision number and the next that there would be. */
    private static final int HALF_OVERFLOW = 0x477ff000;
    /** 2^-14, the smallest normal half-precision number. */
    private static final int HALF_NORMAL = 0x38800000;
    /** The exponent biases, 127 and 15, differ by this much, in place for a float. */
    private static final int BIAS_DIFFERENCE = (127 - 15) << 23;

    private HalfPrecision() {}

    static float fromF16(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int mantissa = half & 0x3ff;
        if (exponent == 0) {
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(mantissa * 0x1p-24f));
        }
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | FLOAT_INFINITY | mantissa << 13);
        }
        return Float.intBitsToFloat(sign | (exponent << 23) + BIAS_DIFFERENCE | mantissa << 13);
    }

    /** Numbers beyond the range become infinite. */
    static short toF16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > FLOAT_INFINITY) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= HALF_OVERFLOW) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < HALF_NORMAL) {
            return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24f));
        }
        int tieToEven = (magnitude >>> 13) & 1;
        return (short) (sign | (magnitude + 0xfff + tieToEven - BIAS_DIFFERENCE) >>> 13);
    }

    static float fromBf16(short half) {
        return Float.intBitsToFloat(half << 16);
    }

    /** The nearest number in {@link DType#BF16}. */
    public static float roundedToBf16(float value) {
        return fromBf16(toBf16(value));
    }

    /** Numbers that round beyond the range become infinite. */
    static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40); // the mantissa must not become zero, that would be infinity
        }
        int tieToEven = (bits >>> 16) & 1;
        return (short) ((bits + 0x7fff + tieToEven) >>> 16);
    }
}
