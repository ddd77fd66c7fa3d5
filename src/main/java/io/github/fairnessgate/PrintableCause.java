package io.github.fairnessgate;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * What an exception and its causes said and where they were thrown, for a stack trace: Maven and loggers print messages
 * of causes as they are.
 */
public final class PrintableCause extends Exception {

    private static final long serialVersionUID = 1L;

    private PrintableCause(String text, StackTraceElement[] trace) {
        super(text);
        setStackTrace(trace);
    }

    /** A copy with class names and {@linkplain Printable#line printable} messages. */
    public static PrintableCause of(Throwable original) {
        return of(original, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static PrintableCause of(Throwable original, Set<Throwable> seen) {
        seen.add(original);
        PrintableCause copy = new PrintableCause(Printable.line(original.toString()), original.getStackTrace());
        if (original.getCause() != null && seen.add(original.getCause())) {
            copy.initCause(of(original.getCause(), seen));
        }
        for (Throwable suppressed : original.getSuppressed()) {
            if (seen.add(suppressed)) {
                copy.addSuppressed(of(suppressed, seen));
            }
        }
        return copy;
    }

    /** The original's class and message. */
    @Override
    public String toString() {
        return getMessage();
    }
}
