package io.github.fairnessgate.tensor;

import java.util.List;

/** One weight of a model: numbers as they are in a file, or whole numbers that scales turn into weights. */
public sealed interface Weight permits Tensor, BlockQuantizedWeight, BlockQuantizedTable, ColumnQuantizedWeight {

    /** The canonical name, without {@code transformer.}. */
    String name();

    /** Sizes of the weight, outermost first, however it is stored. */
    long[] shape();

    /** All numbers that the model computes with, row major. */
    float[] toFloats();

    /** The ranges of a file that this weight is made of. */
    List<Tensor> stored();

    /** How many numbers {@link #toFloats} has. */
    default long elements() {
        return FloatTensor.elements(shape());
    }

    /** Whether what the weight is multiplied with becomes whole numbers first. */
    default boolean roundsActivations() {
        return false;
    }

    /** Bytes in the file. */
    default long length() {
        return stored().stream().mapToLong(Tensor::length).sum();
    }
}
