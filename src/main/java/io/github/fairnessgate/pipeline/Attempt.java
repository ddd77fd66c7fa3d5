package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.worker.WorkerEndedException;
import io.github.fairnessgate.worker.WorkerException;
import java.util.Optional;

/**
 * What came of something that is done with one of several models: a failure that is that model's own leaves the others
 * alone.
 *
 * @param result if it was done
 * @param failure else why not, for people
 */
record Attempt<T>(Optional<T> result, Optional<String> failure) {

    /** What is attempted. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws WorkerException, InterruptedException;
    }

    /**
     * Does it.
     *
     * @throws io.github.fairnessgate.InvalidInputException if something is wrong that is not the model's own fault
     * @throws WorkerException if a worker could not be started
     */
    static <T> Attempt<T> of(Work<T> work) throws WorkerException, InterruptedException {
        try {
            return new Attempt<>(Optional.of(work.run()), Optional.empty());
        } catch (UnfitException | WorkerEndedException e) {
            return failed(e.getMessage());
        }
    }

    static <T> Attempt<T> failed(String why) {
        return new Attempt<>(Optional.empty(), Optional.of(why));
    }
}
