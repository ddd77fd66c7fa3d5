package io.github.fairnessgate.train;

import ai.djl.engine.EngineException;
import io.github.fairnessgate.Advice;
import io.github.fairnessgate.UnfitException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How many windows are read at once: as many as a batch has, or half of them and so on where the memory of a GPU runs
 * out. Never grows.
 */
class FittingBatch {

    /**
     * What PyTorch 2.5.1 says then: its caching allocator, the CUDA runtime and cuBLAS. DJL throws all that fails in
     * PyTorch as one kind of exception, so only the text tells it from other failures. What the CPU's allocator says is
     * not among it: a smaller batch on a machine that has too little memory would be a slow surprise.
     */
    private static final Pattern OUT_OF_MEMORY =
            Pattern.compile("CUDA out of memory|CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAILED");

    private final Consumer<String> log;
    private int windows = Integer.MAX_VALUE;
    private boolean said;

    /** @param log is told once that batches are halved */
    FittingBatch(Consumer<String> log) {
        this.log = log;
    }

    /** The next windows of a batch of which so many are done. */
    final int[][] next(int[][] batch, int done) {
        return Arrays.copyOfRange(batch, done, done + Math.min(batch.length - done, windows));
    }

    /** How many are read at once of a batch of this size. */
    final int of(int batchSize) {
        return Math.min(batchSize, windows);
    }

    /** Goes on as a training does in which so many fitted. */
    final void continueWith(int fitting) {
        windows = fitting;
    }

    /**
     * Computes something of so many windows.
     *
     * @return empty if the memory was not enough; then {@link #next} gives fewer. Who calls hands back what was
     *     computed until then
     * @throws UnfitException if the memory is not enough for one
     * @throws EngineException anything but a lack of memory
     */
    <T> Optional<T> attempt(int size, Supplier<T> computation) {
        try {
            return Optional.of(computation.get());
        } catch (EngineException e) {
            if (!isOutOfMemory(e)) {
                throw e;
            }
            halve(size, e);
            return Optional.empty();
        }
    }

    private void halve(int size, EngineException cause) {
        String reason = cause.getMessage().lines().findFirst().orElse("").replaceAll("\\.$", "");
        if (size == 1) {
            throw new UnfitException(
                    "The memory of the GPU is not enough for a distillation that reads one window at a time: " + reason
                            + "; lower sequenceLength in the recipe, end other programs that use the GPU, or "
                            + Advice.COMPUTE_ON_CPU + ".",
                    cause);
        }
        windows = size / 2;
        if (!said) {
            said = true;
            log.accept("The memory of the GPU was not enough to read " + size + " windows at once (" + reason
                    + "), so a batch is read in parts of " + windows
                    + " and less if need be, whose gradients add up to its own but for rounding");
        }
    }

    static boolean isOutOfMemory(EngineException e) {
        return e.getMessage() != null && OUT_OF_MEMORY.matcher(e.getMessage()).find();
    }
}
