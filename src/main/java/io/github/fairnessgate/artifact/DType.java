package io.github.fairnessgate.artifact;

import java.util.Arrays;
import java.util.Optional;

/** How the numbers of a weight tensor are stored. Names are those of the safetensors format. */
public enum DType {
    /** IEEE 754 single precision. */
    F32(4),
    /** IEEE 754 half precision: 11 significant bits, at most 65504. */
    F16(2),
    /** The upper half of single precision: 8 significant bits, the same range. */
    BF16(2);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    static Optional<DType> named(String name) {
        return Arrays.stream(values()).filter(dtype -> dtype.name().equals(name)).findFirst();
    }
}
