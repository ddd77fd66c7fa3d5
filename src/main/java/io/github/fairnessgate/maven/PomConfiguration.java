package io.github.fairnessgate.maven;

import io.github.fairnessgate.setup.Snippets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.maven.model.Build;
import org.apache.maven.model.BuildBase;
import org.apache.maven.model.InputLocation;
import org.apache.maven.model.InputLocationTracker;
import org.apache.maven.model.Model;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginContainer;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.model.Profile;
import org.apache.maven.model.ReportPlugin;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/** What POMs say in the configuration of this plugin, and where they say it. */
final class PomConfiguration {

    private static final String PLUGIN = Snippets.GROUP + ":" + Snippets.ARTIFACT;

    private final MavenProject project;

    /**
     * A configuration as it counts, with what it inherits.
     *
     * @param place where it is, in words
     * @param goals that it is for; empty if it is for all
     * @param dom nothing but elements
     */
    record Configuration(String place, List<String> goals, Xpp3Dom dom) {}

    PomConfiguration(MavenProject project) {
        this.project = project;
    }

    /** {@code groupId:artifactId:version}. */
    static String coordinates(MavenProject project) {
        return project.getGroupId() + ":" + project.getArtifactId() + ":" + project.getVersion();
    }

    /** Profiles of a POM that count for a project: its own POM or that of a parent. */
    static List<Profile> activeProfiles(MavenProject project, MavenProject own) {
        List<String> active = project.getInjectedProfileIds().getOrDefault(coordinates(own), List.of());
        return own.getOriginalModel().getProfiles().stream()
                .filter(profile -> active.contains(profile.getId()))
                .toList();
    }

    /** The configurations of the effective POM: of the plugin, of its executions, and of reports. */
    List<Configuration> effective() {
        List<Configuration> found = new ArrayList<>();
        Build build = project.getBuild();
        if (build != null) {
            plugin(build).ifPresent(plugin -> add(found, "", plugin));
            Optional.ofNullable(build.getPluginManagement())
                    .flatMap(PomConfiguration::plugin)
                    .ifPresent(plugin -> add(found, "pluginManagement, ", plugin));
        }
        if (project.getModel().getReporting() != null) {
            for (ReportPlugin plugin : project.getModel().getReporting().getPlugins()) {
                if (plugin.getKey().equals(PLUGIN)) {
                    add(found, "reporting, plugin configuration", List.of(), plugin.getConfiguration());
                    plugin.getReportSets()
                            .forEach(set -> add(
                                    found,
                                    "reporting, report set " + set.getId(),
                                    set.getReports(),
                                    set.getConfiguration()));
                }
            }
        }
        return found;
    }

    private static void add(List<Configuration> found, String prefix, Plugin plugin) {
        add(found, prefix + "plugin configuration", List.of(), plugin.getConfiguration());
        for (PluginExecution execution : plugin.getExecutions()) {
            add(found, prefix + "execution " + execution.getId(), execution.getGoals(), own(execution, plugin));
        }
    }

    private static void add(List<Configuration> found, String place, List<String> goals, Object dom) {
        if (dom instanceof Xpp3Dom elements) {
            found.add(new Configuration(place, goals, elements));
        }
    }

    /** The elements of an execution that are not the plugin's, which Maven has merged into it. */
    private static Object own(PluginExecution execution, Plugin plugin) {
        if (!(execution.getConfiguration() instanceof Xpp3Dom merged)
                || !(plugin.getConfiguration() instanceof Xpp3Dom inherited)) {
            return execution.getConfiguration();
        }
        Xpp3Dom own = new Xpp3Dom(merged.getName());
        Stream.of(merged.getChildren())
                .filter(child -> inherited.getChild(child.getName()) == null)
                .forEach(own::addChild);
        return own;
    }

    /** Where the value of an element comes from that counts for an execution, in words. */
    String place(String execution, String element) {
        return in(element, true, execution, false)
                .or(() -> in(element, true, execution, true))
                .or(() -> in(element, false, execution, false))
                .or(() -> in(element, false, execution, true))
                .orElse("POM");
    }

    /** The nearest POM that says it at a level. */
    private Optional<String> in(String element, boolean ofExecution, String id, boolean managed) {
        for (MavenProject own = project; own != null; own = own.getParent()) {
            Model model = own.getOriginalModel();
            if (model == null) {
                continue;
            }
            for (Profile profile : activeProfiles(project, own)) {
                Optional<String> found = in(profile.getBuild(), element, ofExecution, id, managed)
                        .map(line -> pom(line) + ", profile " + profile.getId());
                if (found.isPresent()) {
                    return found.map(text -> text + level(ofExecution, id, managed));
                }
            }
            Optional<InputLocation> found = in(model.getBuild(), element, ofExecution, id, managed);
            if (found.isPresent()) {
                String parent = own.equals(project) ? "" : " of the parent " + coordinates(own);
                return found.map(line -> pom(line) + parent + level(ofExecution, id, managed));
            }
        }
        return Optional.empty();
    }

    private static String level(boolean ofExecution, String id, boolean managed) {
        return (managed ? ", pluginManagement" : "") + (ofExecution ? ", execution " + id : ", plugin configuration");
    }

    private String pom(InputLocation line) {
        return line.getLineNumber() > 0 ? "POM (line " + line.getLineNumber() + ")" : "POM";
    }

    private static Optional<InputLocation> in(
            BuildBase build, String element, boolean ofExecution, String id, boolean managed) {
        if (build == null) {
            return Optional.empty();
        }
        Optional<Plugin> plugin = managed
                ? Optional.ofNullable(build.getPluginManagement()).flatMap(PomConfiguration::plugin)
                : plugin(build);
        if (!ofExecution) {
            return plugin.flatMap(own -> line(own, own.getConfiguration(), element));
        }
        return plugin.stream()
                .flatMap(own -> own.getExecutions().stream())
                .filter(execution -> execution.getId().equals(id))
                .findFirst()
                .flatMap(execution -> line(execution, execution.getConfiguration(), element));
    }

    /** A raw POM may leave out what is not its own, but never the artifactId. */
    private static Optional<Plugin> plugin(PluginContainer container) {
        return container.getPlugins().stream()
                .filter(plugin -> plugin.getKey().equals(PLUGIN))
                .findFirst();
    }

    /** The line of an element, or of the configuration that it is in where Maven has not kept it. */
    private static Optional<InputLocation> line(InputLocationTracker owner, Object configuration, String element) {
        if (!(configuration instanceof Xpp3Dom dom) || dom.getChild(element) == null) {
            return Optional.empty();
        }
        if (dom.getChild(element).getInputLocation() instanceof InputLocation location) {
            return Optional.of(location);
        }
        return Optional.of(
                Optional.ofNullable(owner.getLocation("configuration")).orElseGet(() -> new InputLocation(0, 0)));
    }
}
