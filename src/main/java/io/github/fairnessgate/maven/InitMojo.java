package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.pipeline.Locations;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.setup.ProjectSetup;
import io.github.fairnessgate.setup.Snippets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.inject.Inject;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

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
        Optional<String> configured = ParameterValues.given(thresholds);
        Path file = UserPath.resolve(locations.base(), configured.orElse(ProjectSetup.THRESHOLDS_FILE));
        if (file.toFile().exists()) {
            // Read, so that a mistake in them is told now.
            ThresholdsSource.read(file.toString(), locations.base(), locations.checkout(), locations.pom());
        }
        new ProjectSetup(
                        locations.base(),
                        locations.checkout(),
                        locations.pom(),
                        goals(),
                        ParameterValues.given(model),
                        configured,
                        jobs(),
                        services.plugin())
                .complete()
                .forEach(getLog()::info);
        return Outcome.GOOD;
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
    private Optional<List<String>> goals() {
        return project().getBuildPlugins().stream()
                .filter(plugin -> plugin.getKey().equals(Snippets.GROUP + ":" + Snippets.ARTIFACT))
                .findFirst()
                .map(plugin -> plugin.getExecutions().stream()
                        .map(PluginExecution::getGoals)
                        .flatMap(List::stream)
                        .distinct()
                        .sorted()
                        .toList());
    }
}
