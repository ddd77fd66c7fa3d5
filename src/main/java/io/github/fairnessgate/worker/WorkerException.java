package io.github.fairnessgate.worker;

/** A worker ended without a result, for a reason that is not the user's input. */
public final class WorkerException extends Exception {

    private static final long serialVersionUID = 1L;

    public WorkerException(String message) {
        super(message);
    }

    public WorkerException(String message, Throwable cause) {
        super(message, cause);
    }
}
