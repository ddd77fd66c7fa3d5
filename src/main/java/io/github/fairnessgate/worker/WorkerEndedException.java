package io.github.fairnessgate.worker;

/** A process was started, and ended or was stopped before it had a result: another request may well be carried out. */
public final class WorkerEndedException extends WorkerException {

    private static final long serialVersionUID = 1L;

    public WorkerEndedException(String message) {
        super(message);
    }
}
