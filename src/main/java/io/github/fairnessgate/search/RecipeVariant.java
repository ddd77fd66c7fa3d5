package io.github.fairnessgate.search;

import io.github.fairnessgate.compress.Recipe;
import java.nio.file.Path;

/**
 * A recipe of a search.
 *
 * @param id short, unique in the search, such as {@code c3}
 * @param label what tells it from the others: {@code heads-30, head-pruning.heads 0.2}
 * @param folder what the texts that it names are relative to
 * @param yaml the recipe as the user would write it, with its paths relative to {@code folder}
 * @param recipe the same, read
 */
public record RecipeVariant(String id, String label, Path folder, String yaml, Recipe recipe) {}
