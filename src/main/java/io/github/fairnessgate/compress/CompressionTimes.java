package io.github.fairnessgate.compress;

import java.util.List;

/**
 * How long a compression took, which is another figure every time.
 *
 * @param seconds wall time in all, reading and writing included, since the last start if the process was killed before
 * @param stages in their order; of a stage that was continued after the process was killed, the time since then
 */
public record CompressionTimes(double seconds, List<StageTime> stages) {

    public CompressionTimes {
        stages = List.copyOf(stages);
    }

    /** Wall time of a stage in seconds. */
    public record StageTime(String method, double seconds) {}
}
