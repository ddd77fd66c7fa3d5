package io.github.fairnessgate.tensor;

import java.util.Arrays;
import java.util.Optional;

/** How the numbers of a tensor are stored. Names are those of the safetensors format. */
public enum DType {
    /** IEEE 754 double precision; read as single precision. */
    F64(8),
    /** IEEE 754 single precision. */
    F32(4),
    /** IEEE 754 half precision: 11 significant bits, at most 65504. */
    F16(2),
    /** The upper half of single precision: 8 significant bits, the same range. */
    BF16(2),
    /** Whole numbers from 0 to 255, or two from 0 to 15 in a byte; weights have them only together with scales. */
    U8(1),
    /** Whole numbers from -128 to 127; weights have them only together with scales. */
    I8(1);

    /** The largest number in {@link #F16}. */
    public static final float LARGEST_F16 = 65504;

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /** Whether the numbers are what they are, without scales. */
    public boolean isFloat() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }

    public static Optional<DType> floatNamed(String name) {
        return Arrays.stream(values())
                .filter(dtype -> dtype.isFloat() && dtype.name().equals(name))
                .findFirst();
    }
}
