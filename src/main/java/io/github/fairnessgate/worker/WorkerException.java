package io.github.fairnessgate.worker;

import io.github.fairnessgate.Printable;

/**
 * A worker ended without a result, for a reason that is not the user's input. The message is one
 * {@linkplain Printable#line printable line}.
 */
public class WorkerException extends Exception {

    private static final long serialVersionUID = 1L;

    public WorkerException(String message) {
        super(Printable.line(message));
    }

    public WorkerException(String message, Throwable cause) {
        super(Printable.line(message), cause);
    }
}
