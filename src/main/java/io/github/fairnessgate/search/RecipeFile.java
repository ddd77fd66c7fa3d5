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
     * The recipe of the chosen candidate, ready to be committed.
     *
     * @param beside what its paths are relative to, as the user knows it
     */
    public static String chosen(RecipeVariant variant, String beside) {
        boolean hasPaths = !RecipePaths.moved(variant, variant.folder().resolve("elsewhere"))
                .equals(variant.yaml());
        return "# Chosen by fairness:search: " + variant.label() + "\n"
                + (hasPaths ? "# Paths are relative to " + beside + ".\n" : "") + variant.yaml();
    }
}
