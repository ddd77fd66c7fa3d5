package io.github.fairnessgate.pickle;

import java.util.Arrays;
import java.util.Optional;

/**
 * A type of numbers that PyTorch and safetensors both have. In the order in which safetensors' own writer sorts
 * tensors.
 */
enum TorchType {
    U64("uint64", "", 8),
    I64("int64", "LongStorage", 8),
    F64("float64", "DoubleStorage", 8),
    F32("float32", "FloatStorage", 4),
    U32("uint32", "", 4),
    I32("int32", "IntStorage", 4),
    BF16("bfloat16", "BFloat16Storage", 2),
    F16("float16", "HalfStorage", 2),
    U16("uint16", "", 2),
    I16("int16", "ShortStorage", 2),
    F8_E4M3("float8_e4m3fn", "", 1),
    F8_E5M2("float8_e5m2", "", 1),
    I8("int8", "CharStorage", 1),
    U8("uint8", "ByteStorage", 1),
    BOOL("bool", "BoolStorage", 1);

    private final String dtype;
    private final String storage;
    private final int bytes;

    /** @param storage empty for the types that came after storages had ceased to have types */
    TorchType(String dtype, String storage, int bytes) {
        this.dtype = dtype;
        this.storage = storage;
        this.bytes = bytes;
    }

    /** Bytes of one number. */
    int bytes() {
        return bytes;
    }

    /** The type that is {@code torch.name}. */
    static Optional<TorchType> ofDtype(String name) {
        return Arrays.stream(values()).filter(type -> type.dtype.equals(name)).findFirst();
    }

    /** The type of the numbers in a {@code torch.name}. */
    static Optional<TorchType> ofStorage(String name) {
        return Arrays.stream(values())
                .filter(type -> !type.storage.isEmpty() && type.storage.equals(name))
                .findFirst();
    }
}
