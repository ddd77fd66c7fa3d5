package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.model.ModelReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Makes a recipe ready to be carried out. */
final class Recipes {

    private Recipes() {}

    /**
     * The recipe with files for those of its texts that come from a Maven repository.
     *
     * @throws io.github.fairnessgate.InvalidInputException if it does not fit the model, or if a text cannot be
     *     resolved
     */
    static Recipe complete(Recipe recipe, LocatedModel model, ModelHost host) {
        recipe.plan(model.directory().config());
        Map<String, Path> texts = new TreeMap<>();
        for (String source : recipe.mavenSources()) {
            texts.put(
                    source,
                    host.artifact(
                            ModelReference.Coordinates.parse(Recipe.coordinates(source))
                                    .orElseThrow(),
                            "text"));
        }
        return recipe.withArtifacts(texts);
    }
}
