package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.pipeline.Locations;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.pipeline.Told;
import io.github.fairnessgate.result.OutputLock;
import io.github.fairnessgate.result.ReportFiles;
import io.github.fairnessgate.worker.WorkerException;
import java.io.File;
import java.util.List;
import java.util.Set;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** What every goal has: skip, the output folder, and the one place where outcomes and exceptions become Maven's. */
abstract class AbstractFairnessMojo extends AbstractMojo {

    /**
     * Skips the goal. A warning names the setting that skips it. A skipped gate writes {@code skipped.json} instead of
     * its report.
     */
    @Parameter(property = Parameters.SKIP, defaultValue = "false")
    private boolean skip;

    /**
     * Whether a property without effect is an error and not a warning. A property has no effect if the POM's
     * configuration overrides it, or if no called goal reads it.
     */
    @Parameter(property = Parameters.STRICT, defaultValue = "false")
    private String strict;

    /**
     * The output folder: the compressed model, evaluations, reports and the worker's log. By default {@code fairness}
     * in the build directory; without a POM, that is {@code target} in the working directory.
     */
    @Parameter(property = Parameters.OUTPUT_DIRECTORY)
    private File outputDirectory;

    @Parameter(defaultValue = "${session}", readonly = true, required = true)
    private MavenSession session;

    @Parameter(defaultValue = "${project}", readonly = true, required = true)
    private MavenProject project;

    @Parameter(defaultValue = "${mojoExecution}", readonly = true, required = true)
    private MojoExecution mojoExecution;

    @Parameter(defaultValue = "${plugin.artifacts}", readonly = true)
    private List<Artifact> pluginArtifacts;

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        try {
            begin();
            if (!skipped() && !isLeftToModules()) {
                requireSettings();
                BuildEnd.require(runAlone());
            }
        } catch (InvalidInputException | WorkerException e) {
            throw BuildEnd.error(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BuildEnd.error("The build was interrupted; the worker was stopped.", e);
        } catch (RuntimeException | Error e) {
            throw BuildEnd.unexpected(e);
        }
    }

    private Outcome runAlone() throws WorkerException, InterruptedException {
        try (OutputLock lock = sharesOutput() ? OutputLock.acquire(locations().output(), getLog()) : OutputLock.NONE) {
            return run();
        }
    }

    /** The goal itself. */
    abstract Outcome run() throws WorkerException, InterruptedException;

    /**
     * Removes what an earlier run left and this one must not seem to have made; called before anything can go wrong.
     */
    void begin() {}

    /** @param by the setting because of which the goal does nothing, and where it came from */
    void skip(String by) {}

    /** Whether modules run the goal in the place of this project, which says so. */
    boolean isLeftToModules() {
        return false;
    }

    /** Modules that a goal on this model is meant for, and not this project. */
    final AggregatedModels.Modules modulesWith(String model) {
        return new AggregatedModels(
                        session,
                        project,
                        mojoExecution.getGoal(),
                        mojoExecution.getSource() == MojoExecution.Source.CLI)
                .modules(model);
    }

    final String goal() {
        return mojoExecution.getGoal();
    }

    /** Whether the goal must not run while another build writes to the same output folder. */
    boolean sharesOutput() {
        return true;
    }

    /** Whatever a goal says goes through this log. */
    @Override
    public final PrintableLog getLog() {
        return new PrintableLog(super.getLog());
    }

    /** Whether the user wants nothing of it; says so, in a warning once for every setting that wants it. */
    final boolean skipped() {
        if (skip) {
            String by = settings().account("skip");
            String line = "Skipped by " + by + ": fairness:" + mojoExecution.getGoal() + " does nothing.";
            if (new OnceLog(getLog(), session).isFirst(by)) {
                getLog().warn(line);
            } else {
                getLog().info(line);
            }
            skip(by);
        }
        return skip;
    }

    /**
     * Whether a setting is unknown, beaten by another or cannot be understood.
     *
     * @throws InvalidInputException if Maven would pass over what somebody meant
     */
    void requireSettings() {
        new SettingsCheck(known(), session, project, mojoExecution, new OnceLog(getLog(), session))
                .require(settings(), told());
    }

    /** Leaves word in the place of a report that the gate was skipped. */
    final void leaveWord(String by) {
        ReportFiles.in(locations().output(), Set.of()).skipped(mojoExecution.getGoal(), by);
    }

    /** What the user told this execution of the goal. */
    final Told told() {
        return new MavenTold(settings(), new PropertySources(session, project), strict, new OnceLog(getLog(), session));
    }

    private GoalSettings settings() {
        return new GoalSettings(
                known(), session, project, mojoExecution, locations().base());
    }

    private KnownParameters known() {
        return new KnownParameters(mojoExecution.getMojoDescriptor().getPluginDescriptor());
    }

    final Locations locations() {
        return MavenLocations.of(session, project, outputDirectory);
    }

    final MavenSession session() {
        return session;
    }

    final MavenProject project() {
        return project;
    }

    /** The plugin's own jar and its libraries. */
    final List<Artifact> pluginArtifacts() {
        return pluginArtifacts;
    }
}
