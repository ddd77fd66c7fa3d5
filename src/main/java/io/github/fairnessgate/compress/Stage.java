package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.yaml.Location;
import java.nio.file.Path;
import java.util.Map;

/** One step of a recipe: what to do, and the doing of it. */
public sealed interface Stage
        permits Distillation, HeadPruning, NeuronPruning, LayerPruning, WeightPruning, Quantization {

    /** Where it stands in the recipe, for messages. */
    Location location();

    /** The name in the recipe: {@code distillation}. */
    String method();

    /**
     * The shape that a model of this shape comes out with. Which heads go is not known beforehand; a stage that removes
     * heads leaves them in.
     *
     * @throws InvalidInputException if the stage cannot be done to such a model, with the line of the recipe
     */
    Gpt2Config plan(Gpt2Config input);

    /**
     * What else decides the result: SHA-256 of every file that the stage reads beside the model and the recipe's text,
     * by its name in the recipe.
     */
    default Map<String, String> data() {
        return Map.of();
    }

    /** Whether the stage reads the recipe's text. */
    default boolean needsText() {
        return true;
    }

    /**
     * Looks at the recipe's text before any stage begins.
     *
     * @throws InvalidInputException if the stage cannot be done with it, with the line of the recipe
     */
    default void requireText(TrainingText text) {}

    /**
     * Does it.
     *
     * @param input what to compress
     * @param output an existing folder that has the tokenizer's files; receives {@code config.json} and the weights
     * @return what was achieved
     */
    StageReport run(ModelDirectory input, Path output, StageContext context);
}
