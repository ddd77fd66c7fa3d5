package io.github.fairnessgate.compress;

import io.github.fairnessgate.yaml.YamlMap;

/** Reads a {@link NeuronPruning} out of a recipe. */
final class NeuronPruningReader {

    private NeuronPruningReader() {}

    static NeuronPruning read(YamlMap stage) {
        PruningReader.requireKeys(stage, "neurons", "step");
        return new NeuronPruning(
                stage.location(),
                stage.required("importance").asScalar().oneOf(NeuronPruning.Importance.class),
                PruningReader.shareOrCount(stage.required("neurons").asScalar(), "neurons"),
                PruningReader.step(stage),
                PruningReader.settings(stage));
    }
}
