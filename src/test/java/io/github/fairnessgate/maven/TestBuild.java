package io.github.fairnessgate.maven;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Model;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.Profile;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.ModelBuildingException;
import org.apache.maven.model.building.ModelBuildingResult;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptorBuilder;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.configuration.PlexusConfiguration;
import org.codehaus.plexus.configuration.PlexusConfigurationException;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/**
 * A build of a POM: effective models as Maven's own model builder makes them, and executions of the goals that this
 * plugin's own descriptor describes.
 */
final class TestBuild {

    private static final String KEY = "io.github.fairnessgate:fairness-maven-plugin";

    private final DefaultMavenExecutionRequest request = new DefaultMavenExecutionRequest();
    private final PluginDescriptor plugin = descriptor();
    private final MavenProject project;
    private final Path folder;

    /** @param pom in {@code folder}; parents are found by their relative paths */
    @SuppressWarnings("deprecation")
    TestBuild(Path folder, String... activeProfiles) throws ModelBuildingException {
        this.folder = folder;
        project = project(folder.resolve("pom.xml"), List.of(activeProfiles));
        request.setMultiModuleProjectDirectory(folder.toFile());
        request.setSystemProperties(new Properties());
        request.setUserProperties(new Properties());
        request.setGoals(List.of("verify"));
    }

    private static PluginDescriptor descriptor() {
        try (InputStream stream = TestBuild.class.getResourceAsStream("/META-INF/maven/plugin.xml");
                Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            return new PluginDescriptorBuilder().build(reader);
        } catch (IOException | PlexusConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MavenProject project(Path pom, List<String> profiles) throws ModelBuildingException {
        ModelBuildingResult built = new DefaultModelBuilderFactory()
                .newInstance()
                .build(new DefaultModelBuildingRequest()
                        .setPomFile(pom.toFile())
                        .setActiveProfileIds(profiles)
                        .setLocationTracking(true)
                        .setProcessPlugins(true)
                        .setSystemProperties(System.getProperties()));
        MavenProject project = new MavenProject(built.getEffectiveModel());
        project.setFile(pom.toFile());
        project.setOriginalModel(built.getRawModel());
        for (String id : built.getModelIds()) {
            project.setInjectedProfileIds(
                    id,
                    built.getActivePomProfiles(id).stream().map(Profile::getId).toList());
        }
        Model raw = built.getRawModel();
        if (raw.getParent() != null) {
            project.setParent(project(
                    pom.resolveSibling(raw.getParent().getRelativePath()).normalize(), profiles));
        }
        return project;
    }

    /** Writes a POM that has the plugin. */
    static void pom(Path folder, String properties, String plugin) {
        write(folder.resolve("pom.xml"), """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>org</groupId>
                  <artifactId>a</artifactId>
                  <version>1</version>
                  <packaging>pom</packaging>
                  <properties>%s</properties>
                  <build>
                    <plugins>
                      <plugin>
                        <groupId>io.github.fairnessgate</groupId>
                        <artifactId>fairness-maven-plugin</artifactId>
                        <version>1</version>
                        %s
                      </plugin>
                    </plugins>
                  </build>
                </project>
                """.formatted(properties, plugin));
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    TestBuild user(String name, String value) {
        request.getUserProperties().setProperty(name, value);
        return system(name, value); // as Maven does
    }

    TestBuild system(String name, String value) {
        request.getSystemProperties().setProperty(name, value);
        return this;
    }

    /** A property of an active profile of settings.xml, which Maven adds to the project's. */
    TestBuild settings(String profile, Map<String, String> properties) {
        org.apache.maven.settings.Profile own = new org.apache.maven.settings.Profile();
        own.setId(profile);
        own.getProperties().putAll(properties);
        request.setProfiles(new ArrayList<>());
        settings.addProfile(own);
        project.getProperties().putAll(properties);
        project.setInjectedProfileIds("external", List.of(profile));
        return this;
    }

    private final org.apache.maven.settings.Settings settings = new org.apache.maven.settings.Settings();

    MavenProject project() {
        return project;
    }

    @SuppressWarnings("deprecation")
    MavenSession session() {
        MavenSession session =
                new MavenSession(
                        null,
                        (org.eclipse.aether.RepositorySystemSession) null,
                        request,
                        new DefaultMavenExecutionResult()) {
                    @Override
                    public org.apache.maven.settings.Settings getSettings() {
                        return settings;
                    }
                };
        session.setProjects(List.of(project));
        session.setAllProjects(List.of(project));
        return session;
    }

    KnownParameters known() {
        return new KnownParameters(plugin);
    }

    PropertySources sources() {
        return new PropertySources(session(), project);
    }

    PomReferences references() {
        return new PomReferences(session(), project);
    }

    GoalSettings settings(String goal, String executionId) {
        return new GoalSettings(known(), session(), project, execution(goal, executionId), folder);
    }

    /**
     * What the POM says for an execution, completed from the descriptor as Maven does it: elements that the goal does
     * not know are left out.
     */
    private MojoExecution execution(String goal, String id) {
        MojoDescriptor mojo = plugin.getMojo(goal);
        Plugin own = project.getPlugin(KEY);
        Object said = own == null
                ? null
                : Stream.of(own.getExecutionsAsMap().get(id))
                        .filter(execution -> execution != null)
                        .map(execution -> execution.getConfiguration())
                        .findFirst()
                        .orElse(own.getConfiguration());
        Xpp3Dom complete = new Xpp3Dom("configuration");
        Xpp3Dom defaults = dom(mojo.getMojoConfiguration());
        mojo.getParameters().forEach(parameter -> {
            Xpp3Dom child = said == null ? null : ((Xpp3Dom) said).getChild(parameter.getName());
            Xpp3Dom merged = Xpp3Dom.mergeXpp3Dom(
                    child == null ? null : new Xpp3Dom(child), defaults.getChild(parameter.getName()), Boolean.TRUE);
            if (merged != null) {
                complete.addChild(merged);
            }
        });
        MojoExecution execution = new MojoExecution(mojo, id);
        execution.setConfiguration(complete);
        return execution;
    }

    private static Xpp3Dom dom(PlexusConfiguration configuration) {
        Xpp3Dom dom = new Xpp3Dom(configuration.getName());
        dom.setValue(configuration.getValue(null));
        for (String name : configuration.getAttributeNames()) {
            dom.setAttribute(name, configuration.getAttribute(name, null));
        }
        for (PlexusConfiguration child : configuration.getChildren()) {
            dom.addChild(dom(child));
        }
        return dom;
    }
}
