package io.github.fairnessgate.runtime;

import ai.onnxruntime.OrtException;
import io.github.fairnessgate.Advice;
import io.github.fairnessgate.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Computes in smaller batches where the memory of a GPU runs out. What a text gets does not depend on the batch that it
 * is in, so the result stays the same. The size at which it worked is kept for the batches to come. Safe for concurrent
 * use.
 */
final class Halving {

    /**
     * What ONNX Runtime 1.29 says then: its arena, the CUDA runtime, cuBLAS and cuDNN. Java gets all of it under one
     * general error code, so only the text tells it from other failures.
     */
    private static final Pattern OUT_OF_MEMORY = Pattern.compile(
            "Failed to allocate memory for requested buffer|CUDA failure 2: out of memory|CUDA error[^\\n]*out of "
                    + "memory|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED");

    private final Consumer<String> log;
    private int largest = Integer.MAX_VALUE;
    private boolean said;

    /** @param log is told once that batches are halved */
    Halving(Consumer<String> log) {
        this.log = log;
    }

    /** Computes the results of a batch, in its order. */
    @FunctionalInterface
    interface Batch<T, R> {
        List<R> run(List<T> batch) throws OrtException;
    }

    /**
     * The results of all, in their order, in one run or several.
     *
     * @throws OrtException anything but a lack of memory
     * @throws InvalidInputException if the memory is not enough for one
     */
    <T, R> List<R> run(List<T> all, Batch<T, R> batch) throws OrtException {
        List<R> results = new ArrayList<>();
        for (int done = 0; done < all.size(); ) {
            List<T> next = all.subList(done, done + Math.min(all.size() - done, largest()));
            try {
                results.addAll(batch.run(next));
                done += next.size();
            } catch (OrtException e) {
                if (!isOutOfMemory(e)) {
                    throw e;
                }
                halve(next.size(), e);
            }
        }
        return results;
    }

    private synchronized int largest() {
        return largest;
    }

    private synchronized void halve(int size, OrtException cause) {
        if (size == 1) {
            throw new InvalidInputException(
                    "The memory of the GPU is not enough for a batch of one: " + firstLine(cause)
                            + "; end other programs that use it, or " + Advice.COMPUTE_ON_CPU + ".",
                    cause);
        }
        largest = Math.min(largest, size / 2);
        if (!said) {
            said = true;
            log.accept("The memory of the GPU was not enough for a batch of " + size
                    + ", so smaller ones are computed, of " + largest
                    + " and less if need be; the results stay the same");
        }
    }

    static boolean isOutOfMemory(OrtException e) {
        return e.getMessage() != null && OUT_OF_MEMORY.matcher(e.getMessage()).find();
    }

    private static String firstLine(OrtException e) {
        return e.getMessage().lines().findFirst().orElse("");
    }
}
