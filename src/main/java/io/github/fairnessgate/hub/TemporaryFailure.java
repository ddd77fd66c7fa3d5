package io.github.fairnessgate.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Something that may go better the next time. */
final class TemporaryFailure extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Optional<Duration> wait;
    private final boolean progressed;

    private TemporaryFailure(String message, Throwable cause, Optional<Duration> wait, boolean progressed) {
        super(message, cause);
        this.wait = wait;
        this.progressed = progressed;
    }

    /** The server says that it cannot now, and perhaps when it can. */
    static TemporaryFailure refused(String message, Optional<Duration> wait) {
        return new TemporaryFailure(message, null, wait, false);
    }

    /** @param progressed whether so much came that the failures before it are forgotten */
    static TemporaryFailure brokenOff(String message, Throwable cause, boolean progressed) {
        return new TemporaryFailure(message, cause, Optional.empty(), progressed);
    }

    /** How long the server wants to be left alone. */
    Optional<Duration> waiting() {
        return wait;
    }

    boolean hasProgressed() {
        return progressed;
    }
}
