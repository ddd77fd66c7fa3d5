package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.worker.WorkerException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenExecutionRequest;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.project.MavenProjectHelper;

/** What every goal has: skip, the output folder, and the one place where exceptions become Maven's. */
abstract class AbstractFairnessMojo extends AbstractMojo {

    /** Skips the goal, with a warning that says who wants it. A gate that is skipped leaves {@code skipped.json} in the place of its report. */
    @Parameter(property = Parameters.SKIP, defaultValue = "false")
    private boolean skip;

    /**
     * Whether a property that has no effect is an error, because the POM's configuration says something else or no goal that was called reads it; if not, it is
     * a warning.
     */
    @Parameter(property = Parameters.STRICT, defaultValue = "false")
    private String strict;

    /**
     * Where everything lands: the compressed model, evaluations, reports and the worker's log. By default {@code fairness} in
     * the build directory, which is {@code target} in the working directory where there is no POM.
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
            if (skipped()) {
                return;
            }
            requireSettings();
            runAlone();
        } catch (InvalidInputException | WorkerException e) {
            throw BuildEnd.error(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BuildEnd.error("The build was interrupted; the worker was stopped.", e);
        } catch (RuntimeException | Error e) {
            throw BuildEnd.unexpected(e);
        }
    }

    private void runAlone() throws MojoExecutionException, MojoFailureException, WorkerException, InterruptedException {
        try (OutputLock lock = sharesOutput() ? OutputLock.acquire(outputDirectory(), getLog()) : OutputLock.NONE) {
            run();
        }
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
            if (isFirst(by)) {
                getLog().warn(line);
            } else {
                getLog().info(line);
            }
            skip(by);
        }
        return skip;
    }

    /** Removes what an earlier run left and this one must not seem to have made; called before anything can go wrong. */
    void begin() {
    }

    /** @param by the setting because of which the goal does nothing, and where it came from */
    void skip(String by) {
    }

    /**
     * Whether a setting is unknown, beaten by another or cannot be understood.
     *
     * @throws InvalidInputException if Maven would pass over what somebody meant
     */
    void requireSettings() {
        KnownParameters known = known();
        PropertySources sources = new PropertySources(session, project);
        Supplier<PomReferences> references = () -> new PomReferences(session, project);
        MisspeltSettings misspelt = new MisspeltSettings(known);
        misspelt.properties(sources, references).forEach(this::warnOnce);
        misspelt.withoutPrefix(mojoExecution.getGoal(), sources, references).forEach(this::warnOnce);
        misspelt.elements(new PomConfiguration(project));
        GoalSettings settings = settings();
        settings.requireSound();
        List<String> withoutEffect = new ArrayList<>(settings.overridden());
        withoutEffect.addAll(UnreadProperties.of(known, sources, session.getGoals()));
        warnUnlessStrict(withoutEffect);
    }

    /**
     * Says what has no effect.
     *
     * @throws InvalidInputException if the user wants that to be an error
     */
    final void warnUnlessStrict(List<String> sentences) {
        if (isStrict() && !sentences.isEmpty()) {
            throw new InvalidInputException(String.join(System.lineSeparator(), sentences) + System.lineSeparator() + Parameters.STRICT
                    + " makes this an error.");
        }
        sentences.forEach(this::warnOnce);
    }

    /** Whoever wants strictness gets it, even if the POM says no. */
    private boolean isStrict() {
        boolean wanted = property(Parameters.STRICT).map(given -> isTrue(given.value(), Parameters.STRICT)).orElse(false);
        return isTrue(strict, Parameters.STRICT) || wanted;
    }

    /** A property as goals see it. */
    final Optional<PropertySources.Given> property(String name) {
        return new PropertySources(session, project).given(name);
    }

    private KnownParameters known() {
        return new KnownParameters(mojoExecution.getMojoDescriptor().getPluginDescriptor());
    }

    /** What this execution of the goal was told, and by whom. */
    final GoalSettings settings() {
        return new GoalSettings(known(), session, project, mojoExecution, baseDirectory());
    }

    private void warnOnce(String warning) {
        if (isFirst(warning)) {
            getLog().warn(warning);
        }
    }

    /** Whether this build, of whatever modules, has not said the same before. */
    private boolean isFirst(String text) {
        Map<String, Object> said = session.getRequest().getData();
        synchronized (said) {
            return said.put("fairness said: " + text, Boolean.TRUE) == null;
        }
    }

    /** The goal itself. */
    abstract void run() throws MojoExecutionException, MojoFailureException, WorkerException, InterruptedException;

    final Path outputDirectory() {
        // Without a POM, Maven leaves ${project.build.directory} half interpolated: not for a default value.
        Path folder = outputDirectory != null ? outputDirectory.toPath()
                : project.getFile() == null ? baseDirectory().resolve("target").resolve("fairness")
                : Path.of(project.getBuild().getDirectory(), "fairness");
        return folder.toAbsolutePath().normalize();
    }

    /** What relative paths are relative to: the module, or the working directory where there is no POM. */
    final Path baseDirectory() {
        File folder = project.getBasedir() == null ? new File(session.getExecutionRootDirectory()) : project.getBasedir();
        return folder.toPath().toAbsolutePath();
    }

    final MavenSession session() {
        return session;
    }

    final MavenProject project() {
        return project;
    }

    /** @throws InvalidInputException if there are no such thresholds, or if they are wrong */
    final ThresholdsSource thresholds(String reference) {
        return ThresholdsSource.read(reference, baseDirectory(), checkout(), Optional.ofNullable(project.getFile()).map(File::toPath));
    }

    /**
     * The baseline file, which need not exist.
     *
     * @param reference as the user named it; nothing for the default
     * @throws InvalidInputException if it exists, but cannot be read or is wrong
     */
    final BaselineSource baseline(String reference) {
        return BaselineSource.read(given(reference), baseDirectory(), checkout(), LocalDate.now(clock()));
    }

    /** The baseline file, which must exist if the user named it. */
    final BaselineSource existingBaseline(String reference) {
        return baseline(reference).requireIfGiven(given(reference));
    }

    /** The plugin's own jar and its libraries. */
    final List<Artifact> pluginArtifacts() {
        return pluginArtifacts;
    }

    /** A version of this plugin; of a snapshot, which can be any of many builds, with the beginning of its jar's digest. */
    final String build(String version) {
        return pluginArtifacts.stream()
                .filter(artifact -> version.endsWith("-SNAPSHOT") && artifact.getArtifactId().equals("fairness-maven-plugin"))
                .map(artifact -> artifact.getFile().toPath()).filter(Files::isRegularFile)
                .map(jar -> version + "+" + Digests.sha256(jar).substring(0, 12)).findFirst().orElse(version);
    }

    /**
     * The cache of unpacked models, native libraries and evaluations.
     *
     * @param wanted as the user named it; null for the default
     */
    final Path cache(File wanted) {
        return wanted != null ? wanted.toPath().toAbsolutePath().normalize()
                : Path.of(session.getLocalRepository().getBasedir()).toAbsolutePath().resolve(".cache").resolve("fairness");
    }

    /** The evidence of this build; an earlier one is removed. */
    final EvidenceFile evidenceFile() {
        return new EvidenceFile(outputDirectory(), baseDirectory());
    }

    /** Adds evidence to what the build installs and deploys; without a POM there is nothing to add it to. */
    final void attachEvidence(MavenProjectHelper helper, Path file) {
        boolean attached = project.getAttachedArtifacts().stream().anyMatch(artifact -> file.toFile().equals(artifact.getFile()));
        if (project.getFile() != null && !attached) {
            helper.attachArtifact(project, "zip", "fairness", file.toFile());
        }
    }

    /** What day it is. */
    Clock clock() {
        return Clock.systemUTC();
    }

    /** A parameter, unless it is empty. */
    static Optional<String> given(String parameter) {
        return Optional.ofNullable(parameter).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** The root of the checkout: GitHub Actions says where it is, else it is the root of the reactor. */
    final Path checkout() {
        String workspace = System.getenv("GITHUB_WORKSPACE");
        if (workspace != null && baseDirectory().startsWith(Path.of(workspace))) {
            return Path.of(workspace);
        }
        File reactor = session.getRequest().getMultiModuleProjectDirectory();
        return reactor == null ? baseDirectory() : reactor.toPath();
    }

    /**
     * What pronounces the verdict.
     *
     * @param reports         names of the forms that are wanted
     * @param failOnViolation as the user wrote it
     */
    final Judgement judgement(List<String> reports, String failOnViolation) {
        return new Judgement(getLog(), new ReportFiles(outputDirectory(), ReportFiles.formats(reports), System.getenv(), System.out),
                outputDirectory().resolve(CompressedModel.FOLDER), isTrue(failOnViolation, Parameters.FAIL_ON_VIOLATION), relaxations(failOnViolation));
    }

    /** What lets this build end well whatever the gate says, a sentence each. */
    private List<String> relaxations(String failOnViolation) {
        List<String> relaxations = new ArrayList<>();
        if (!isTrue(failOnViolation, Parameters.FAIL_ON_VIOLATION)) {
            relaxations.add(settings().account("failOnViolation") + ": a gate that does not pass does not fail the build.");
        }
        if (MavenExecutionRequest.REACTOR_FAIL_NEVER.equals(session.getRequest().getReactorFailureBehavior())) {
            relaxations.add("Maven was called with --fail-never (-fn): no failure fails the build.");
        }
        return relaxations;
    }

    /** Removes reports of an earlier run, and word that it was skipped. */
    final void removeReports() {
        ReportFiles.delete(outputDirectory());
    }

    /** Leaves word that the gate was skipped. */
    final void leaveWord(String by) {
        new ReportFiles(outputDirectory(), Set.of(), System.getenv(), System.out).skipped(mojoExecution.getGoal(), by);
    }

    /**
     * A switch that is on by default or makes a build fail. Maven itself takes whatever is not "true" for false, so that a misprint would switch it off.
     *
     * @throws InvalidInputException if it is neither true nor false
     */
    static boolean isTrue(String written, String property) {
        String value = written == null ? "" : written.strip();
        if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            throw new InvalidInputException(property + " is '" + value + "'; it must be true or false.");
        }
        return value.equalsIgnoreCase("true");
    }

    /**
     * Whether results of earlier builds are used.
     *
     * @param written as the user wrote {@link Parameters#CACHE}
     * @throws InvalidInputException if it is neither on nor off
     */
    static boolean isCacheOn(String written) {
        String value = written == null ? "" : written.strip();
        if (!value.equalsIgnoreCase("on") && !value.equalsIgnoreCase("off")) {
            throw new InvalidInputException(Parameters.CACHE + " is '" + value + "'; it must be on or off.");
        }
        return value.equalsIgnoreCase("on");
    }

    /** @throws InvalidInputException if a parameter that the goal cannot do without was not given */
    static String required(String value, String element, String property, String example) {
        if (value == null || value.isBlank()) {
            throw new InvalidInputException("No " + element + " was given: set <" + element + "> in the plugin's configuration or -D"
                    + property + "=..., for instance " + example + ".");
        }
        return value.strip();
    }
}
