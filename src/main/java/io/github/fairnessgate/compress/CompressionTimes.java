package io.github.fairnessgate.compress;

import java.util.List;

/**
 * How long a compression took, which is another figure every time.
 *
 * @param stages wall time of each stage in seconds, in their order; of a stage that was continued after the process was killed, the time
 *               since then
 */
public record CompressionTimes(List<Double> stages) {

    public CompressionTimes {
        stages = List.copyOf(stages);
    }
}
