package io.github.fairnessgate.maven;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.result.FinishedResult;
import io.github.fairnessgate.setup.Snippets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/**
 * A folder in which a module's gate leaves its result.
 *
 * @param path absolute
 * @param skipped whether the module's POM skips the gate
 */
record ModuleFolder(Path path, boolean skipped) {

    private static final String PLUGIN = Snippets.GROUP + ":" + Snippets.ARTIFACT;
    private static final Set<String> GATES = Set.of("check", "verify");

    /**
     * The folders of a module: of every execution of a gate; of the plugin where it names a model but has no such
     * execution, because the gate may be called from the command line; and the usual folder if there is a result in it.
     */
    static List<ModuleFolder> of(MavenProject project, MavenSession session) {
        List<Object> configurations = new ArrayList<>();
        Plugin plugin = project.getPlugin(PLUGIN);
        if (plugin != null) {
            plugin.getExecutions().stream()
                    .filter(ModuleFolder::isGate)
                    .map(PluginExecution::getConfiguration)
                    .forEach(configurations::add);
            if (configurations.isEmpty()
                    && value(plugin.getConfiguration(), "model").isPresent()) {
                configurations.add(plugin.getConfiguration());
            }
        }
        configurations.removeIf(configuration -> isLeftToModules(project, session, configuration));
        Set<ModuleFolder> folders = new LinkedHashSet<>();
        configurations.forEach(configuration -> folders.add(new ModuleFolder(
                path(project, session, value(configuration, "outputDirectory")),
                value(configuration, "skip")
                        .or(() -> property(project, session, Parameters.SKIP))
                        .filter(Boolean::parseBoolean)
                        .isPresent())));
        Path usual = path(project, session, Optional.empty());
        if (folders.stream().noneMatch(folder -> folder.path.equals(usual)) && FinishedResult.isIn(usual)) {
            folders.add(new ModuleFolder(usual, false));
        }
        return List.copyOf(folders);
    }

    /** A parent whose modules have the gate has none itself. */
    private static boolean isLeftToModules(MavenProject project, MavenSession session, Object configuration) {
        return value(configuration, "model")
                .filter(model -> GATES.stream()
                        .anyMatch(gate -> !new AggregatedModels(session, project, gate, false)
                                .modules(model)
                                .isEmpty()))
                .isPresent();
    }

    private static boolean isGate(PluginExecution execution) {
        return execution.getGoals().stream().anyMatch(GATES::contains);
    }

    private static Path path(MavenProject project, MavenSession session, Optional<String> configured) {
        Optional<String> named = configured.or(() -> property(project, session, Parameters.OUTPUT_DIRECTORY));
        String folder = named.orElse("fairness");
        Path start = named.isPresent()
                ? project.getBasedir().toPath()
                : Path.of(project.getBuild().getDirectory());
        return start.resolve(folder).toAbsolutePath().normalize();
    }

    private static Optional<String> property(MavenProject project, MavenSession session, String name) {
        return Stream.of(session.getUserProperties(), project.getProperties(), session.getSystemProperties())
                .map(properties -> properties.getProperty(name))
                .filter(text -> text != null && !text.isBlank())
                .findFirst();
    }

    private static Optional<String> value(Object configuration, String element) {
        return Optional.ofNullable((Xpp3Dom) configuration)
                .map(dom -> dom.getChild(element))
                .map(Xpp3Dom::getValue)
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }
}
