package io.github.fairnessgate.compress;

import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlScalar;
import java.math.BigDecimal;

/** Reads a {@link HeadPruning} out of a recipe. */
final class HeadPruningReader {

    private HeadPruningReader() {
    }

    static HeadPruning read(YamlMap stage) {
        stage.requireKeys("method", "importance", "heads", "examples", "sequenceLength", "step");
        return new HeadPruning(stage.location(),
                stage.required("importance").asScalar().oneOf(HeadPruning.Importance.class),
                heads(stage.required("heads").asScalar()),
                Numbers.integer(stage, "examples", 1, 64),
                Numbers.integer(stage, "sequenceLength", 2, 128),
                Numbers.number(stage, "step", "0.1", value -> value.signum() > 0 && value.compareTo(BigDecimal.ONE) <= 0, "above 0 and at most 1"));
    }

    private static BigDecimal heads(YamlScalar written) {
        BigDecimal heads = written.decimal();
        boolean isShare = heads.signum() > 0 && heads.compareTo(BigDecimal.ONE) < 0;
        boolean isCount = heads.compareTo(BigDecimal.ONE) >= 0 && heads.stripTrailingZeros().scale() <= 0
                && heads.compareTo(BigDecimal.valueOf(Numbers.MOST)) <= 0;
        if (!isShare && !isCount) {
            throw written.problem("heads must be a share of all heads, above 0 and below 1, or a whole number of heads, but is "
                    + written.description());
        }
        return heads;
    }
}
