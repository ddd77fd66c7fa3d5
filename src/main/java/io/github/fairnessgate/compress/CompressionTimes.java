package io.github.fairnessgate.compress;

import java.util.List;

/**
 * How long a compression took, which is another figure every time.
 *
 * @param seconds wall time in all, reading and writing included
 * @param stages  in their order
 */
public record CompressionTimes(double seconds, List<StageTime> stages) {

    public CompressionTimes {
        stages = List.copyOf(stages);
    }

    /** Wall time of a stage in seconds. */
    public record StageTime(String method, double seconds) {
    }
}
