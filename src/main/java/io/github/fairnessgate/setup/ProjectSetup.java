package io.github.fairnessgate.setup;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.result.ThresholdsSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Completes a project that is to have a fairness gate. What is there stays as it is.
 *
 * @param project the project's folder
 * @param checkout the root of the checkout that it lies in
 * @param pom nothing where there is none
 * @param goals of this plugin that the POM binds; nothing if it does not have the plugin
 * @param model as configured
 * @param thresholds as configured
 * @param jobs how many jobs of a workflow for GitHub Actions share the measuring; empty if no workflow is wanted
 * @param version of this plugin
 */
public record ProjectSetup(
        Path project,
        Path checkout,
        Optional<Path> pom,
        Optional<List<String>> goals,
        Optional<String> model,
        Optional<String> thresholds,
        OptionalInt jobs,
        String version) {

    /** The file that is written where no thresholds are configured, beside the POM. */
    public static final String THRESHOLDS_FILE = "fairness-thresholds.yaml";

    static final String WORKFLOW_FILE = ".github/workflows/fairness.yml";

    /**
     * Writes what is missing.
     *
     * @return what was found and done, and what is next: lines for the user
     * @throws io.github.fairnessgate.InvalidInputException if a folder cannot be read or a file not be written
     */
    public List<String> complete() {
        List<String> lines = new ArrayList<>();
        Optional<String> usable = findModel(lines);
        String tolerated = completeThresholds(lines);
        completeWorkflow(lines);
        boolean complete = findPlugin(lines, usable, tolerated);
        if (usable.isEmpty()) {
            lines.add("Next: put a GPT-2 in Hugging Face form into " + ProjectFindings.USUAL_MODEL
                    + ", or name a model with <model>; builtin:reference-gpt2 is one to try with");
        } else if (complete) {
            lines.add("All is there. Next: mvn verify");
        }
        lines.add("Whether this machine has what it needs: mvn " + Snippets.GROUP + ":" + Snippets.ARTIFACT + ":"
                + version + ":doctor"
                + usable.map(name -> " -D" + Parameters.MODEL + "=" + name).orElse(""));
        return lines;
    }

    private Optional<String> findModel(List<String> lines) {
        if (model.isPresent()) {
            lines.add("Model: " + model.get() + ", as configured");
            return model;
        }
        List<String> models = ProjectFindings.models(project);
        lines.add(
                models.isEmpty()
                        ? "Model: none found below " + project
                        : "Model: " + models.get(0)
                                + (models.size() == 1
                                        ? ""
                                        : ", the first of " + models.size() + ": " + String.join(", ", models)));
        return models.stream().findFirst();
    }

    /** @return how the configuration names them */
    private String completeThresholds(List<String> lines) {
        String name = thresholds.orElse(THRESHOLDS_FILE);
        Path file = UserPath.resolve(project, name).normalize();
        if (Files.exists(file)) {
            lines.add("Thresholds: " + name + " is there");
        } else if (ThresholdsSource.isBuiltIn(name)) {
            lines.add("Thresholds: " + name + ", built in, as configured");
        } else {
            Path schemas = project.resolve(Schemas.FOLDER).normalize();
            Path schema = file.toAbsolutePath()
                    .getParent()
                    .relativize(schemas.toAbsolutePath())
                    .resolve(Schemas.THRESHOLDS);
            String text = Snippets.thresholds(ThresholdsSource.builtIn(Parameters.DEFAULT_THRESHOLDS), schema, version);
            AtomicFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
            lines.add("Thresholds: wrote " + file + ", a copy of the default");
            Schemas.write(project, schemas);
            lines.add("Schemas: wrote " + Schemas.THRESHOLDS + " and " + Schemas.RECIPE + " into " + schemas
                    + ", for editors");
        }
        return name;
    }

    private void completeWorkflow(List<String> lines) {
        Path file = checkout.resolve(WORKFLOW_FILE);
        Optional<String> existing =
                Files.exists(file) ? Optional.of(WORKFLOW_FILE) : ProjectFindings.workflow(checkout);
        if (existing.isPresent()) {
            lines.add("Workflow: " + existing.get() + " is there");
        } else if (jobs.isPresent()) {
            String text = new Workflow(module(), version, jobs.getAsInt()).text();
            AtomicFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
            lines.add("Workflow: wrote " + file);
            if (Snippets.isDevelopment(version)) {
                lines.add("Workflow: it builds the plugin, because no repository has " + version
                        + "; replace OWNER and REVISION with the place and the commit of its sources");
            }
        } else {
            lines.add("Workflow: none for GitHub Actions; -D" + Parameters.INIT_WORKFLOW + " writes one");
        }
    }

    /** The project's folder in the checkout; empty for the checkout itself. */
    private String module() {
        Path root = checkout.toAbsolutePath().normalize();
        Path folder = project.toAbsolutePath().normalize();
        return folder.startsWith(root) ? root.relativize(folder).toString().replace('\\', '/') : "";
    }

    /** @return whether a build with this POM judges a model by these thresholds */
    private boolean findPlugin(List<String> lines, Optional<String> usable, String tolerated) {
        boolean judges = goals.orElse(List.of()).stream().anyMatch(List.of("check", "verify")::contains);
        lines.add(
                pom.isEmpty()
                        ? "POM: there is none in " + project
                        : goals.isEmpty()
                                ? "POM: " + pom.get() + " does not have the plugin yet"
                                : "POM: has the plugin with the goals [" + String.join(", ", goals.get()) + "]"
                                        + (judges ? "" : ", but without check nothing is judged"));
        if (!judges) {
            lines.add("To be put into <build><plugins> of the POM:");
            Snippets.plugin(version, usable.orElse(ProjectFindings.USUAL_MODEL), tolerated)
                    .forEach(line -> lines.add("    " + line));
        }
        boolean configured = thresholds.isPresent();
        if (judges && !configured) {
            lines.add("POM: names no thresholds in the plugin's <configuration>, so the built-in default counts; to "
                    + "be put there: <thresholds>" + tolerated + "</thresholds>");
        }
        return judges && configured;
    }
}
