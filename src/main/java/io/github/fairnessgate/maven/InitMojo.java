package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.pipeline.Locations;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.setup.ModuleSetup;
import io.github.fairnessgate.setup.ProjectPom;
import io.github.fairnessgate.setup.ProjectSetup;
import io.github.fairnessgate.setup.Snippets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.inject.Inject;
import org.apache.maven.model.Model;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/**
 * Sets up a project. The goal looks for a model, thresholds, the plugin in the POM and a workflow. It writes a
 * thresholds file if there is none, and prints what to put into the POM and what to do next. It asks nothing and
 * overwrites nothing.
 */
@Mojo(name = "init", requiresProject = false, aggregator = true, threadSafe = true)
public class InitMojo extends AbstractFairnessMojo {

    /** That GitHub Actions runs of one matrix. */
    private static final int MOST_JOBS = 256;

    /** The model. By default, the goal looks for one. */
    @Parameter(property = Parameters.MODEL)
    private String model;

    /** The thresholds file to use or to write. {@code fairness-thresholds.yaml} by default. */
    @Parameter(property = Parameters.THRESHOLDS)
    private String thresholds;

    /** Whether to write a workflow for GitHub Actions as well: {@code .github/workflows/fairness.yml}. */
    @Parameter(property = Parameters.INIT_WORKFLOW, defaultValue = "false")
    private boolean workflow;

    /** The number of jobs in the workflow that share the measuring: 1, or up to 256 for a matrix. */
    @Parameter(property = Parameters.INIT_SHARDS, defaultValue = "1")
    private int shards;

    private final MavenServices services;

    @Inject
    public InitMojo(MavenServices services) {
        this.services = services;
    }

    @Override
    Outcome run() {
        Locations locations = locations();
        ProjectSetup setup = new ProjectSetup(
                setup(project(), locations.base()),
                modules().stream()
                        .map(module -> setup(module, module.getBasedir().toPath()))
                        .toList(),
                locations.checkout(),
                jobs());
        setup.completed().forEach(module -> requireSound(module, locations.checkout()));
        setup.complete().forEach(getLog()::info);
        return Outcome.GOOD;
    }

    private ModuleSetup setup(MavenProject project, Path folder) {
        Optional<ProjectPom> pom = Optional.ofNullable(project.getFile())
                .map(file -> new ProjectPom(file.toPath(), goals(project), innermost(project)));
        return new ModuleSetup(
                folder, pom, ParameterValues.given(model), ParameterValues.given(thresholds), services.plugin());
    }

    /** Modules that have none themselves, at any depth; a model alone is often of packaging pom. */
    private List<MavenProject> modules() {
        return project().getModules().isEmpty()
                ? List.of()
                : session().getProjects().stream()
                        .filter(module ->
                                !module.equals(project()) && module.getModules().isEmpty())
                        .toList();
    }

    /** Thresholds that are there are read, so that a mistake in them is told before anything is written. */
    private static void requireSound(ModuleSetup module, Path checkout) {
        Path file = UserPath.resolve(module.folder(), module.thresholds().orElse(ModuleSetup.THRESHOLDS_FILE));
        if (file.toFile().exists()) {
            ThresholdsSource.read(
                    file.toString(), module.folder(), checkout, module.pom().map(ProjectPom::file));
        }
    }

    private OptionalInt jobs() {
        if (shards < 1 || shards > MOST_JOBS) {
            throw new InvalidInputException(Parameters.INIT_SHARDS + " is " + shards
                    + ", but a matrix of GitHub Actions has 1 to " + MOST_JOBS + " jobs.");
        }
        if (shards > 1 && !workflow) {
            throw new InvalidInputException(Parameters.INIT_SHARDS + " is " + shards
                    + ", but no workflow is wanted: add -D" + Parameters.INIT_WORKFLOW + ".");
        }
        return workflow ? OptionalInt.of(shards) : OptionalInt.empty();
    }

    /** That the POM binds; nothing if it does not have the plugin. */
    private static Optional<List<String>> goals(MavenProject project) {
        return project.getBuildPlugins().stream()
                .filter(plugin -> plugin.getKey().equals(Snippets.GROUP + ":" + Snippets.ARTIFACT))
                .findFirst()
                .map(plugin -> plugin.getExecutions().stream()
                        .map(PluginExecution::getGoals)
                        .flatMap(List::stream)
                        .distinct()
                        .sorted()
                        .toList());
    }

    private static String innermost(MavenProject project) {
        return Optional.ofNullable(project.getOriginalModel())
                .map(Model::getBuild)
                .map(build -> build.getPlugins().isEmpty() ? "build" : "plugins")
                .orElse("project");
    }
}
