package io.github.fairnessgate.search;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A recipe of a search.
 *
 * @param id short, unique in the search, the same in every search that tries the same, such as {@code heads-30-0.2}
 * @param label what tells it from the others: {@code heads-30, head-pruning.heads 0.2}
 * @param folder what the texts that it names are relative to
 * @param tree the recipe as the user would write it, with its paths relative to {@code folder}; its nodes know where
 *     the user wrote them
 * @param recipe the same, read
 */
public record RecipeVariant(String id, String label, Path folder, YamlMap tree, Recipe recipe) {

    /** The recipe as YAML. */
    public String yaml() {
        return YamlText.of(tree);
    }

    /**
     * SHA-256 of what it is.
     *
     * @param model digest of the model that it is made of
     */
    public String digest(String model) {
        return Digests.sha256((model + "\n" + label + "\n" + yaml()).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Has something done with the recipe.
     *
     * @throws InvalidInputException if it cannot be done, with the candidate's values
     */
    public <T> T explaining(Supplier<T> work) {
        return explaining(label, work);
    }

    static <T> T explaining(String label, Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    e.getMessage().replaceFirst("\\.$", "") + " (candidate: " + label + ").", e);
        }
    }
}
