package io.github.fairnessgate.setup;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.result.ThresholdsSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Completes the one project that has a model: its thresholds, and the plugin in its POM.
 *
 * @param folder the project's
 * @param pom nothing where there is none
 * @param model as configured
 * @param thresholds as configured
 * @param version of this plugin
 */
public record ModuleSetup(
        Path folder, Optional<ProjectPom> pom, Optional<String> model, Optional<String> thresholds, String version) {

    /** The file that is written where no thresholds are configured, beside the POM. */
    public static final String THRESHOLDS_FILE = "fairness-thresholds.yaml";

    /**
     * @param model that can be used, as the configuration names it
     * @param complete whether a build with this POM judges a model by the thresholds
     */
    record Completed(Optional<String> model, boolean complete) {}

    /** Whether a model is in the project's folder. */
    boolean hasModel() {
        return model.isPresent()
                ? Files.isDirectory(UserPath.resolve(folder, model.get()))
                : !ProjectFindings.models(folder).isEmpty();
    }

    /** @param lines receives what was found and done */
    Completed complete(List<String> lines) {
        Optional<String> usable = findModel(lines);
        String tolerated = completeThresholds(lines);
        return new Completed(usable, findPlugin(lines, usable, tolerated));
    }

    private Optional<String> findModel(List<String> lines) {
        if (model.isPresent()) {
            lines.add("Model: " + model.get() + ", as configured");
            return model;
        }
        List<String> models = ProjectFindings.models(folder);
        lines.add(
                models.isEmpty()
                        ? "Model: none found below " + folder
                        : "Model: " + models.get(0)
                                + (models.size() == 1
                                        ? ""
                                        : ", the first of " + models.size() + ": " + String.join(", ", models)));
        return models.stream().findFirst();
    }

    /** @return how the configuration names them */
    private String completeThresholds(List<String> lines) {
        String name = thresholds.orElse(THRESHOLDS_FILE);
        Path file = UserPath.resolve(folder, name).normalize();
        if (Files.exists(file)) {
            lines.add("Thresholds: " + name + " is there");
        } else if (ThresholdsSource.isBuiltIn(name)) {
            lines.add("Thresholds: " + name + ", built in, as configured");
        } else {
            Path schemas = folder.resolve(Schemas.FOLDER).normalize();
            Path schema = file.toAbsolutePath()
                    .getParent()
                    .relativize(schemas.toAbsolutePath())
                    .resolve(Schemas.THRESHOLDS);
            String text = Snippets.thresholds(ThresholdsSource.builtIn(Parameters.DEFAULT_THRESHOLDS), schema, version);
            AtomicFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
            lines.add("Thresholds: wrote " + file + ", a copy of the default");
            Schemas.write(folder, schemas);
            lines.add("Schemas: wrote " + Schemas.THRESHOLDS + ", " + Schemas.RECIPE + " and " + Schemas.SEARCH
                    + " into " + schemas + ", for editors");
        }
        return name;
    }

    private boolean findPlugin(List<String> lines, Optional<String> usable, String tolerated) {
        Optional<List<String>> goals = pom.flatMap(ProjectPom::goals);
        boolean judges = goals.orElse(List.of()).stream().anyMatch(List.of("check", "verify")::contains);
        boolean configured = thresholds.isPresent();
        lines.add(
                pom.isEmpty()
                        ? "POM: there is none in " + folder
                        : goals.isEmpty()
                                ? "POM: " + pom.get().file() + " does not have the plugin yet"
                                : "POM: has the plugin with the goals [" + String.join(", ", goals.get()) + "]"
                                        + (judges ? "" : ", but without check nothing is judged"));
        if (goals.isEmpty()) {
            Snippets.Place place = Snippets.Place.in(pom);
            lines.add("To be put into " + place.name() + " of "
                    + (pom.isEmpty() ? "the POM" : pom.get().file()) + ":");
            place.around(Snippets.plugin(version, usable.orElse(ProjectFindings.USUAL_MODEL), tolerated))
                    .forEach(line -> lines.add("    " + line));
        } else if (!judges) {
            lines.add("To be put into the <plugin> of " + pom.get().file()
                    + (goals.get().isEmpty() ? ":" : ", the <execution> into its <executions>:"));
            Snippets.executions().forEach(line -> lines.add("    " + line));
        }
        if (judges && !configured) {
            lines.add("POM: names no thresholds in the plugin's <configuration>, so the built-in default counts; to "
                    + "be put there: <thresholds>" + tolerated + "</thresholds>");
        }
        return judges && configured;
    }
}
