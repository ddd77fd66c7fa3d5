package io.github.fairnessgate.search;

import io.github.fairnessgate.file.AtomicFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Recipes of a search as files. */
public final class RecipeFile {

    /** The name of a candidate's recipe. */
    public static final String NAME = "recipe.yaml";

    private RecipeFile() {}

    /**
     * Writes the recipe of a candidate, with its paths as they are from there.
     *
     * @param folder of the candidate
     * @return the file
     * @throws io.github.fairnessgate.InvalidInputException if it cannot be written
     */
    public static Path write(RecipeVariant variant, Path folder) {
        Path file = folder.resolve(NAME);
        String text = "# " + variant.label() + "\n" + RecipePaths.moved(variant, folder);
        AtomicFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
        return file;
    }

    /**
     * The recipe of the chosen candidate, with its paths as they are from its own folder.
     *
     * @param folder that it is written to
     */
    public static String chosen(RecipeVariant variant, Path folder) {
        return "# Chosen by fairness:search: " + variant.label() + "\n# Paths are relative to this file.\n"
                + RecipePaths.moved(variant, folder);
    }
}
