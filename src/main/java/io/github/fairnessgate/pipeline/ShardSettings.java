package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.evaluate.Shards;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How measuring is divided among jobs, as the user wrote it.
 *
 * @param shard the part to measure, such as {@code 3/8}; null or empty for everything
 * @param shards the folder with what all parts were measured to be; null or empty for none
 * @param mixedProcessors {@code warn} or {@code fail}, if parts were measured on different kinds of processors
 */
public record ShardSettings(String shard, String shards, String mixedProcessors) {

    /** Everything is measured here. */
    public static final ShardSettings NONE = new ShardSettings(null, null, Parameters.DEFAULT_MIXED_PROCESSORS);

    /**
     * The part to measure.
     *
     * @param environment variables of this process
     * @throws InvalidInputException if there is no such part, or if the results of all parts are named as well
     */
    Optional<Shard> part(Map<String, String> environment) {
        Optional<String> part = ParameterValues.given(shard);
        if (part.isPresent() && ParameterValues.given(shards).isPresent()) {
            throw new InvalidInputException(
                    Parameters.SHARD + " and " + Parameters.SHARDS + " are both set, but the first measures one part, "
                            + "and the second takes what all parts were measured to be; set one of them.");
        }
        return part.map(text -> Shard.parse(text, environment));
    }

    /**
     * What all parts were measured to be.
     *
     * @param base what a relative path is relative to
     * @throws InvalidInputException if a part is missing or damaged
     */
    Optional<Shards> whole(Path base) {
        return ParameterValues.given(shards).map(folder -> Shards.in(base.resolve(folder)));
    }

    /** @throws InvalidInputException if it is neither warn nor fail */
    boolean failsOnMixedProcessors() {
        if (!List.of("warn", "fail").contains(mixedProcessors.strip())) {
            throw new InvalidInputException(
                    Parameters.MIXED_PROCESSORS + " is \"" + mixedProcessors + "\", but it must be warn or fail.");
        }
        return mixedProcessors.strip().equals("fail");
    }
}
