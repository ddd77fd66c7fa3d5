package io.github.fairnessgate.search;

import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.yaml.Location;
import io.github.fairnessgate.yaml.YamlDocument;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recipes of a search as files. */
public final class RecipeFile {

    /** The name of a candidate's recipe. */
    public static final String NAME = "recipe.yaml";

    private static final String BEGINNING = "# Candidate of fairness:search: ";
    private static final Pattern LINE = Pattern.compile(Pattern.quote(NAME) + ":(\\d{1,6})");

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
        AtomicFiles.write(file, text(variant, folder).getBytes(StandardCharsets.UTF_8));
        return file;
    }

    private static String text(RecipeVariant variant, Path folder) {
        return BEGINNING + variant.label() + "\n" + RecipePaths.moved(variant, folder);
    }

    /** Whether a folder is that of a candidate, of this search or another one. */
    public static boolean isIn(Path folder) {
        byte[] beginning = BEGINNING.getBytes(StandardCharsets.UTF_8);
        try (InputStream in = Files.newInputStream(folder.resolve(NAME))) {
            return new String(in.readNBytes(beginning.length), StandardCharsets.UTF_8).equals(BEGINNING);
        } catch (IOException none) {
            return false;
        }
    }

    /**
     * What was said about a candidate's recipe, with the lines of the files that the user wrote.
     *
     * @param message with lines of what {@link #write} wrote
     * @param folder that it wrote it to
     */
    public static String inTheUsersLines(String message, RecipeVariant variant, Path folder) {
        Map<Integer, Location> origins =
                RecipeLines.of(YamlDocument.parse(text(variant, folder), NAME), variant.tree());
        return LINE.matcher(message)
                .replaceAll(found ->
                        Matcher.quoteReplacement(Optional.ofNullable(origins.get(Integer.parseInt(found.group(1))))
                                .map(Location::toString)
                                .orElse(found.group())));
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
