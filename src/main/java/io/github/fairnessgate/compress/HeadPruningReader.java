package io.github.fairnessgate.compress;

import io.github.fairnessgate.yaml.YamlMap;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads a {@link HeadPruning} out of a recipe. */
final class HeadPruningReader {

    private static final List<String> FAIRNESS_KEYS = List.of("pairs", "bias", "critical", "minReliability");

    private HeadPruningReader() {}

    /** @param baseDirectory what relative paths start from */
    static HeadPruning read(YamlMap stage, Path baseDirectory) {
        PruningReader.requireKeys(stage, "heads", "step", "pairs", "bias", "critical", "minReliability");
        HeadPruning.Importance importance =
                stage.required("importance").asScalar().oneOf(HeadPruning.Importance.class);
        return new HeadPruning(
                stage.location(),
                importance,
                PruningReader.shareOrCount(stage.required("heads").asScalar(), "heads"),
                PruningReader.step(stage),
                PruningReader.settings(stage),
                fairness(stage, importance, baseDirectory));
    }

    private static Optional<FairnessSettings> fairness(
            YamlMap stage, HeadPruning.Importance importance, Path baseDirectory) {
        if (importance == HeadPruning.Importance.FASP) {
            return Optional.of(new FairnessSettings(
                    BiasPairs.read(stage.required("pairs").asScalar(), baseDirectory),
                    stage.optional("bias")
                            .map(value -> value.asScalar().oneOf(Bias.class))
                            .orElse(Bias.ABSOLUTE),
                    Numbers.number(
                            stage,
                            "critical",
                            "0.5",
                            value -> value.signum() >= 0 && value.compareTo(BigDecimal.ONE) < 0,
                            "from 0 to below 1"),
                    Numbers.share(stage, "minReliability", "0.5").doubleValue()));
        }
        for (String key : FAIRNESS_KEYS) {
            stage.optional(key).ifPresent(value -> {
                throw value.problem(
                        "%s belongs to importance fasp, but importance is %s; leave it out or change importance"
                                .formatted(key, importance.id()));
            });
        }
        return Optional.empty();
    }
}
