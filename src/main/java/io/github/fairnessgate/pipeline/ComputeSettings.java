package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.worker.DeviceSharing;
import java.time.Duration;

/**
 * What computes, as the user wrote it.
 *
 * @param device {@code auto}, {@code cpu} or {@code cuda}
 * @param devices numbers of GPUs; null for none in particular
 * @param argLine options of the worker's JVM; null for none
 * @param seconds after which a worker is stopped
 * @param lock {@code auto}, {@code device} or {@code none}
 */
public record ComputeSettings(String device, String devices, String argLine, long seconds, String lock) {

    /** Seconds that Java can count in milliseconds. */
    private static final long LONGEST_TIMEOUT = Long.MAX_VALUE / 1000;

    public ComputeSettings {
        argLine = argLine == null ? "" : argLine;
    }

    /**
     * After which a worker is stopped.
     *
     * @throws InvalidInputException if that cannot be counted
     */
    Duration timeout() {
        if (seconds <= 0 || seconds > LONGEST_TIMEOUT) {
            throw new InvalidInputException(Parameters.TIMEOUT + " is " + seconds
                    + "; give a number of seconds above 0, up to " + LONGEST_TIMEOUT + ".");
        }
        return Duration.ofSeconds(seconds);
    }

    /** @throws InvalidInputException if there is no such way */
    DeviceSharing sharing() {
        return DeviceSharing.of(lock);
    }
}
