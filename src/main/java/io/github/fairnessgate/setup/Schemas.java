package io.github.fairnessgate.setup;

import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.search.SearchPlanReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** JSON schemas of the files that users write, with which an editor completes and checks them. */
public final class Schemas {

    /** Where a project keeps them, relative to the module. */
    public static final String FOLDER = "src/main/fairness";

    static final String THRESHOLDS = "thresholds.schema.json";
    static final String RECIPE = "recipe.schema.json";
    static final String SEARCH = "search.schema.json";

    private Schemas() {}

    /**
     * Writes the schemas.
     *
     * @param project what a relative folder is relative to
     * @return what was done, and how a file names its schema: lines for the user
     * @throws io.github.fairnessgate.InvalidInputException if a file cannot be written
     */
    public static List<String> write(Path project, Path folder) {
        List<String> lines = new ArrayList<>();
        lines.add(written(folder, THRESHOLDS, Thresholds.class, "thresholds/" + THRESHOLDS));
        lines.add(written(folder, RECIPE, RecipeReader.class, RECIPE));
        lines.add(written(folder, SEARCH, SearchPlanReader.class, SEARCH));
        lines.add("The first line of a thresholds file beside the POM: "
                + line(project.relativize(folder).resolve(THRESHOLDS)));
        return lines;
    }

    /** The comment by which editors find the schema of a YAML file. */
    static String line(Path schema) {
        return "# yaml-language-server: $schema=" + schema.toString().replace('\\', '/');
    }

    private static String written(Path folder, String name, Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the plugin's jar lacks " + resource);
            }
            AtomicFiles.write(folder.resolve(name), in.readAllBytes());
            return "Wrote " + folder.resolve(name);
        } catch (IOException e) {
            throw new UncheckedIOException("the plugin's jar is damaged at " + resource, e);
        }
    }
}
