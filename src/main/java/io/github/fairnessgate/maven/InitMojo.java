package io.github.fairnessgate.maven;

import io.github.fairnessgate.UserPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Sets a project up: looks for a model, thresholds, the plugin in the POM and a workflow, writes the thresholds file if there is none, and prints what to
 * put into the POM and what to do next. Asks nothing, and overwrites nothing.
 */
@Mojo(name = "init", requiresProject = false, aggregator = true, threadSafe = true)
public class InitMojo extends AbstractFairnessMojo {

    /** The model, if it is not to be looked for. */
    @Parameter(property = Parameters.MODEL)
    private String model;

    /** The thresholds that are used, or are to be written; {@code fairness-thresholds.yaml} by default. */
    @Parameter(property = Parameters.THRESHOLDS)
    private String thresholds;

    /** Whether to write a workflow for GitHub Actions, {@code .github/workflows/fairness.yml}, too. */
    @Parameter(property = Parameters.INIT_WORKFLOW, defaultValue = "false")
    private boolean workflow;

    private final WorkerLauncher workerLauncher;

    @Inject
    public InitMojo(WorkerLauncher workerLauncher) {
        this.workerLauncher = workerLauncher;
    }

    @Override
    void run() {
        Optional<String> configured = given(thresholds);
        Path file = UserPath.resolve(baseDirectory(), configured.orElse(ProjectSetup.THRESHOLDS_FILE));
        if (file.toFile().exists()) {
            // Read, so that a mistake in them is told now.
            thresholds(file.toString());
        }
        new ProjectSetup(baseDirectory(), checkout(), Optional.ofNullable(project().getFile()).map(pom -> pom.toPath()), goals(), given(model), configured,
                workflow, workerLauncher.versions().plugin()).complete().forEach(getLog()::info);
    }

    /** That the POM binds; nothing if it does not have the plugin. */
    private Optional<List<String>> goals() {
        return project().getBuildPlugins().stream().filter(plugin -> plugin.getKey().equals(Snippets.GROUP + ":" + Snippets.ARTIFACT)).findFirst()
                .map(plugin -> plugin.getExecutions().stream().map(PluginExecution::getGoals).flatMap(List::stream).distinct().sorted().toList());
    }
}
