package io.github.fairnessgate.tensor;

import io.github.fairnessgate.InvalidInputException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads safetensors files of any tensors; {@code ModelDirectory} is for those of a model. */
public final class Safetensors {

    private Safetensors() {}

    /**
     * The tensors of a file by the names that it has for them, in the order of its header. Reads the header only.
     *
     * @throws InvalidInputException if the file cannot be read, is damaged, or has a tensor that is not of floats
     */
    public static Map<String, Tensor> read(Path file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        SafetensorsHeader.read(file)
                .forEach((name, entry) -> tensors.put(
                        name, new Tensor(name, dtype(entry), entry.shape(), file, entry.offset(), entry.length())));
        return tensors;
    }

    private static DType dtype(SafetensorsHeader.Entry entry) {
        return DType.floatNamed(entry.dtype())
                .orElseThrow(() -> new InvalidInputException(entry.file() + ": tensor " + entry.name() + " has dtype "
                        + entry.dtype() + ", but only F32, F16 and BF16 can be read."));
    }
}
