package io.github.fairnessgate.compress;

import io.github.fairnessgate.yaml.YamlMap;

/** Reads a {@link LayerPruning} out of a recipe. */
final class LayerPruningReader {

    private LayerPruningReader() {}

    static LayerPruning read(YamlMap stage) {
        PruningReader.requireKeys(stage, "layers");
        return new LayerPruning(
                stage.location(),
                stage.required("importance").asScalar().oneOf(LayerPruning.Importance.class),
                stage.required("layers").asScalar().integer(1, Numbers.MOST),
                PruningReader.settings(stage));
    }
}
