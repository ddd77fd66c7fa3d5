package io.github.fairnessgate.result;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Messages;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.LockFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Held by a goal while it works in its output folder, so that two builds never mix what they write there. The second
 * one waits, and says for whom.
 */
public final class OutputLock implements AutoCloseable {

    /** Holds nothing. */
    public static final OutputLock NONE = new OutputLock(null, null);

    private static final String FILE = ".lock";

    private final Path file;
    private final LockFile lock;

    private OutputLock(Path file, LockFile lock) {
        this.file = file;
        this.lock = lock;
    }

    /**
     * Waits until no other goal works in the folder.
     *
     * @throws InvalidInputException if nothing can be written there
     */
    public static OutputLock acquire(Path folder, Messages log) throws InterruptedException {
        Path file = folder.resolve(FILE);
        String self = "process " + ProcessHandle.current().pid();
        try {
            return new OutputLock(
                    file,
                    LockFile.acquire(
                            file,
                            self,
                            owner -> log.info("Waiting for another "
                                    + (owner.equals(self)
                                            ? "goal of this build"
                                            : owner.isEmpty() ? "build" : "build, " + owner)
                                    + ", which works in " + folder)));
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for " + folder);
            }
            throw unwritable(folder, e);
        }
    }

    /** What is wrong with an output folder. */
    static InvalidInputException unwritable(Path folder, IOException cause) {
        return new InvalidInputException(
                "Nothing can be written to " + folder + ": " + Reason.of(cause)
                        + "; make the folder writable, make room, or set " + Parameters.OUTPUT_DIRECTORY + ".",
                cause);
    }

    @Override
    public void close() {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
        } catch (IOException e) {
            throw FileErrors.cannot("unlock", file, e);
        }
    }
}
