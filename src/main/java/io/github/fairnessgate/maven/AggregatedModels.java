package io.github.fairnessgate.maven;

import io.github.fairnessgate.setup.Snippets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.project.MavenProject;

/**
 * The modules that a parent's goals are meant for. A parent declares the plugin with a model relative to the module,
 * Maven runs the goals in the parent as well, and the parent has no model. Only a goal that another module runs on a
 * model there may be left out: a model that is nowhere is missing.
 */
final class AggregatedModels {

    private static final String PLUGIN = Snippets.GROUP + ":" + Snippets.ARTIFACT;

    private final MavenSession session;
    private final MavenProject project;
    private final String goal;
    private final boolean isCalled;

    /**
     * @param goal that this project runs
     * @param isCalled whether the goal was called on the command line, by which every project of the build runs it
     */
    AggregatedModels(MavenSession session, MavenProject project, String goal, boolean isCalled) {
        this.session = session;
        this.project = project;
        this.goal = goal;
        this.isCalled = isCalled;
    }

    /**
     * Modules by name.
     *
     * @param built that this build runs the goal in
     * @param leftOut that {@code -pl}, {@code -N} or {@code -rf} keeps out of this build
     */
    record Modules(List<String> built, List<String> leftOut) {

        private static final Modules NONE = new Modules(List.of(), List.of());

        boolean isEmpty() {
            return built.isEmpty() && leftOut.isEmpty();
        }
    }

    /**
     * Modules that have the model that this project lacks, and run the goal on it wherever they are built.
     *
     * @param model what the parameter says
     * @return none unless this is a project of packaging pom without the model, which is a relative path
     */
    Modules modules(String model) {
        Path path = relative(model);
        if (path == null
                || !project.getPackaging().equals("pom")
                || project.getBasedir() == null
                || isIn(project.getBasedir().toPath(), path)) {
            return Modules.NONE;
        }
        List<MavenProject> heirs = (isCalled ? session.getProjects() : session.getAllProjects())
                .stream().filter(this::inherits).toList();
        if (isCalled || !heirs.isEmpty()) {
            Map<Boolean, List<String>> names = heirs.stream()
                    .filter(heir -> isIn(heir.getBasedir().toPath(), path) && (isCalled || runsGoal(heir)))
                    .collect(Collectors.partitioningBy(
                            session.getProjects()::contains,
                            Collectors.mapping(MavenProject::getArtifactId, Collectors.toList())));
            return new Modules(names.get(true), names.get(false));
        }
        // with -N, Maven knows of the modules by name alone
        return isInherited()
                ? new Modules(
                        List.of(),
                        project.getModules().stream()
                                .filter(module -> isIn(folder(module), path))
                                .toList())
                : Modules.NONE;
    }

    /** Null for what is no relative path: coordinates, a model of the hub or a built-in one, an absolute path. */
    private static Path relative(String model) {
        try {
            Path path = Path.of(model.strip());
            return model.contains(":") || path.isAbsolute() ? null : path;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static boolean isIn(Path folder, Path path) {
        return Files.exists(folder.resolve(path));
    }

    private Path folder(String module) {
        Path path = project.getBasedir().toPath().resolve(module);
        return Files.isRegularFile(path) ? path.getParent() : path;
    }

    private boolean inherits(MavenProject other) {
        return Stream.iterate(other.getParent(), parent -> parent != null, MavenProject::getParent)
                .anyMatch(project::equals);
    }

    private boolean runsGoal(MavenProject heir) {
        Plugin plugin = heir.getPlugin(PLUGIN);
        return plugin != null && plugin.getExecutions().stream().anyMatch(this::runsGoal);
    }

    private boolean runsGoal(PluginExecution other) {
        return other.getGoals().contains(goal) && !"none".equals(other.getPhase());
    }

    private boolean isInherited() {
        Plugin plugin = project.getPlugin(PLUGIN);
        return plugin != null
                && plugin.getExecutions().stream()
                        .anyMatch(own -> runsGoal(own)
                                && (own.getInherited() == null ? plugin.isInherited() : own.isInherited()));
    }
}
