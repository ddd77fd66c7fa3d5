package io.github.fairnessgate.pickle;

import io.github.fairnessgate.tensor.FloatTensor;
import java.util.Arrays;

/**
 * A tensor as PyTorch keeps it: a view of a storage, which other tensors can share.
 *
 * @param type of its numbers
 * @param storage what it is a view of
 * @param offset of its first number in the storage, in numbers
 * @param shape sizes, outermost first
 * @param strides how far apart neighbours of each dimension lie in the storage, in numbers
 */
public record TorchTensor(TorchType type, Storage storage, long offset, long[] shape, long[] strides) {

    /**
     * A row of bytes outside of the pickle.
     *
     * @param key its name in the file
     * @param size in bytes
     */
    record Storage(String key, long size) {}

    private static final int MOST_DIMENSIONS = 16;

    /** A view that lies within its storage and shows no number of it twice. */
    static TorchTensor checked(TorchType type, Storage storage, long offset, long[] shape, long[] strides)
            throws PickleException {
        if (shape.length != strides.length || shape.length > MOST_DIMENSIONS) {
            throw new PickleException("a tensor has " + shape.length + " dimensions and " + strides.length
                    + " strides, but their numbers must be equal, and at most " + MOST_DIMENSIONS);
        }
        long room = storage.size() / type.bytes();
        TorchTensor tensor = new TorchTensor(type, storage, offset, shape, strides);
        try {
            if (tensor.elements() > room || tensor.end() > room) {
                throw new PickleException("a tensor has " + tensor.elements() + " numbers up to number " + tensor.end()
                        + " of a storage that has only " + room);
            }
        } catch (ArithmeticException e) {
            throw new PickleException("a tensor is larger than any file");
        }
        return tensor;
    }

    long elements() {
        return FloatTensor.elements(shape);
    }

    /** In bytes, without gaps. */
    long length() {
        return elements() * type.bytes();
    }

    /** Behind the last number in the storage, in numbers. */
    long end() {
        long last = offset;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0) {
                return offset;
            }
            last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
        }
        return Math.addExact(last, 1);
    }

    /** Whether the numbers lie row by row, without gaps. */
    boolean isRowMajor() {
        long expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != expected) {
                return elements() == 0;
            }
            expected *= shape[i];
        }
        return true;
    }

    /** Whether both are the same numbers in memory, as the embedding and the output layer that is tied to it are. */
    public boolean isSameAs(TorchTensor other) {
        return type == other.type
                && storage.equals(other.storage)
                && offset == other.offset
                && Arrays.equals(shape, other.shape)
                && Arrays.equals(strides, other.strides);
    }
}
