package io.github.fairnessgate.setup;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.file.AtomicFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Completes a project that is to have a fairness gate. What is there stays as it is.
 *
 * @param project the project
 * @param modules those of its modules that have none themselves, if it is an aggregator
 * @param checkout the root of the checkout that it lies in
 * @param jobs how many jobs of a workflow for GitHub Actions share the measuring; empty if no workflow is wanted
 */
public record ProjectSetup(ModuleSetup project, List<ModuleSetup> modules, Path checkout, OptionalInt jobs) {

    static final String WORKFLOW_FILE = ".github/workflows/fairness.yml";

    public ProjectSetup {
        modules = List.copyOf(modules);
    }

    /** Those that are completed: modules with a model, or else the project itself. */
    public List<ModuleSetup> completed() {
        return isAggregator() ? modules.stream().filter(ModuleSetup::hasModel).toList() : List.of(project);
    }

    /** A POM of modules that does not have the plugin itself. */
    private boolean isAggregator() {
        return !modules.isEmpty() && project.pom().flatMap(ProjectPom::goals).isEmpty();
    }

    /**
     * Writes what is missing.
     *
     * @return what was found and done, and what is next: lines for the user
     * @throws InvalidInputException if a folder cannot be read or a file not be written
     */
    public List<String> complete() {
        List<String> lines = new ArrayList<>();
        List<ModuleSetup> all = completed();
        if (isAggregator()) {
            requireOneJob(all);
            lines.add("Modules: " + names(modules) + ". This POM only puts them together, so the plugin belongs into "
                    + "the POM of the module that has the model"
                    + (all.isEmpty() ? ", and none of them has one" : ": " + names(all)));
        }
        List<String> models = new ArrayList<>();
        boolean complete = true;
        for (ModuleSetup module : all) {
            ModuleSetup.Completed completed = module.complete(lines);
            completed.model().map(model -> fromHere(module, model)).ifPresent(models::add);
            complete &= completed.complete();
        }
        completeWorkflow(lines);
        if (models.isEmpty()) {
            lines.add("Next: put a GPT-2 in Hugging Face form into " + ProjectFindings.USUAL_MODEL
                    + (isAggregator()
                            ? " of a module and run this goal again; to set up a module with another model: mvn -f "
                                    + relative(modules.get(0)) + "/pom.xml " + plugin() + ":init"
                            : ", or name a model with <model>; builtin:reference-gpt2 is one to try with"));
        } else if (complete) {
            lines.add("All is there. Next: mvn verify");
        }
        lines.add("Whether this machine has what it needs: mvn " + plugin() + ":doctor"
                + models.stream()
                        .findFirst()
                        .map(name -> " -D" + Parameters.MODEL + "=" + name)
                        .orElse(""));
        return lines;
    }

    /** Goals that are called by name would run in every module, and only one has a model. */
    private void requireOneJob(List<ModuleSetup> all) {
        if (jobs.orElse(1) > 1) {
            throw new InvalidInputException(Parameters.INIT_SHARDS + " is " + jobs.getAsInt() + ", but "
                    + project.folder() + " has the modules " + names(modules)
                    + "; call the goal for the one that has the model: mvn -f "
                    + relative((all.isEmpty() ? modules : all).get(0)) + "/pom.xml.");
        }
    }

    private String plugin() {
        return Snippets.GROUP + ":" + Snippets.ARTIFACT + ":" + project.version();
    }

    private String names(List<ModuleSetup> some) {
        return some.stream().map(this::relative).collect(Collectors.joining(", "));
    }

    private String relative(ModuleSetup module) {
        return slashes(absolute(project.folder()).relativize(absolute(module.folder())));
    }

    /** A folder in a module, as it is called here; other references are the same everywhere. */
    private String fromHere(ModuleSetup module, String model) {
        return Files.isDirectory(module.folder().resolve(model))
                ? slashes(Path.of(relative(module)).resolve(model).normalize())
                : model;
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    private void completeWorkflow(List<String> lines) {
        Path file = checkout.resolve(WORKFLOW_FILE);
        Optional<String> existing =
                Files.exists(file) ? Optional.of(WORKFLOW_FILE) : ProjectFindings.workflow(checkout);
        if (existing.isPresent()) {
            lines.add("Workflow: " + existing.get() + " is there");
        } else if (jobs.isPresent()) {
            String text = new Workflow(inCheckout(), project.version(), jobs.getAsInt()).text();
            AtomicFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
            lines.add("Workflow: wrote " + file);
            if (Snippets.isDevelopment(project.version())) {
                lines.add("Workflow: it builds the plugin, because no repository has " + project.version()
                        + "; replace OWNER and REVISION with the place and the commit of its sources");
            }
        } else {
            lines.add("Workflow: none for GitHub Actions; -D" + Parameters.INIT_WORKFLOW + " writes one");
        }
    }

    /** The project's folder in the checkout; empty for the checkout itself. */
    private String inCheckout() {
        Path root = absolute(checkout);
        Path folder = absolute(project.folder());
        return folder.startsWith(root) ? slashes(root.relativize(folder)) : "";
    }
}
