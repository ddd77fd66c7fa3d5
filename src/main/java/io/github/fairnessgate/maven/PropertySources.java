package io.github.fairnessgate.maven;

import io.github.fairnessgate.file.BoundedFiles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Model;
import org.apache.maven.model.Profile;
import org.apache.maven.project.MavenProject;

/** The properties that a goal sees, and where each came from, as far as Maven tells. */
final class PropertySources {

    static final String COMMAND_LINE = "command line";
    private static final String EXTERNAL = "external";

    private final MavenSession session;
    private final MavenProject project;

    /** What kind of place a property came from. */
    enum Kind {
        /** {@code -D}, wherever it is written. */
        USER,
        /** A system property of Maven's JVM. */
        SYSTEM,
        /** A profile of {@code settings.xml}. */
        SETTINGS,
        /** A POM that lies in the project or beside it. */
        POM,
        /** The POM of a parent that came from a repository. */
        FOREIGN_POM
    }

    /**
     * A property as it counts.
     *
     * @param origin where it came from, in words
     */
    record Given(String name, String value, Kind kind, String origin) {

        /** As it could be written on a command line. */
        String text() {
            return kind == Kind.USER || kind == Kind.SYSTEM ? "-D" + name + "=" + value : name + "=" + value;
        }
    }

    PropertySources(MavenSession session, MavenProject project) {
        this.session = session;
        this.project = project;
    }

    /** The names of all properties; variables of the environment are none. */
    SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        for (Properties properties :
                List.of(session.getUserProperties(), session.getSystemProperties(), project.getProperties())) {
            properties.stringPropertyNames().stream()
                    .filter(name -> !name.startsWith("env."))
                    .forEach(names::add);
        }
        return names;
    }

    /** The names of what was written after {@code -D}. */
    SortedSet<String> userNames() {
        return new TreeSet<>(session.getUserProperties().stringPropertyNames());
    }

    /**
     * A property as Maven gives it to goals: what was said on the command line or to the JVM wins over what a POM or
     * settings say.
     */
    Optional<Given> given(String name) {
        String system = session.getSystemProperties().getProperty(name);
        String user = session.getUserProperties().getProperty(name);
        if (user != null) {
            return Optional.of(new Given(name, system == null ? user : system, Kind.USER, userOrigin(name)));
        }
        if (system != null) {
            return Optional.of(new Given(name, system, Kind.SYSTEM, systemOrigin(name)));
        }
        return Optional.ofNullable(project.getProperties().getProperty(name)).map(value -> declared(name, value));
    }

    private String userOrigin(String name) {
        String arguments = environment("MAVEN_ARGS");
        if (mentions(arguments, name)) {
            return "MAVEN_ARGS";
        }
        if (mentions(environment("MAVEN_CMD_LINE_ARGS"), name)
                || mentions(System.getProperty("sun.java.command", ""), name)) {
            return COMMAND_LINE;
        }
        Map<String, String> files = new LinkedHashMap<>();
        files.put(".mvn/maven.config", configuration("maven.config"));
        files.put(
                ".mvn/maven-user.properties",
                "-D" + configuration("maven-user.properties").replaceAll("\\R\\s*", " -D"));
        return files.entrySet().stream()
                .filter(file -> mentions(file.getValue(), name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("a user property of the build");
    }

    private String systemOrigin(String name) {
        Map<String, String> places = new LinkedHashMap<>();
        places.put(".mvn/jvm.config", configuration("jvm.config"));
        for (String variable : List.of("MAVEN_OPTS", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")) {
            places.put(variable, environment(variable));
        }
        return places.entrySet().stream()
                .filter(place -> mentions(place.getValue(), name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("a system property of Maven's JVM");
    }

    private Given declared(String name, String value) {
        for (MavenProject own = project; own != null; own = own.getParent()) {
            Optional<String> place = place(own, name);
            if (place.isPresent()) {
                boolean foreign =
                        own.getFile() != null && own.getFile().getName().endsWith(".pom");
                return new Given(name, value, foreign ? Kind.FOREIGN_POM : Kind.POM, place.get());
            }
        }
        return session.getSettings().getProfiles().stream()
                .filter(profile -> injected(EXTERNAL).contains(profile.getId()))
                .filter(profile -> profile.getProperties().containsKey(name))
                .findFirst()
                .map(profile -> new Given(name, value, Kind.SETTINGS, "settings.xml, profile " + profile.getId()))
                .orElseGet(() -> new Given(name, value, Kind.POM, "a property of the POM"));
    }

    private Optional<String> place(MavenProject own, String name) {
        Model model = own.getOriginalModel();
        if (model == null) {
            return Optional.empty();
        }
        String pom = own.equals(project) ? "POM" : "parent POM " + PomConfiguration.coordinates(own);
        Optional<Profile> profile = PomConfiguration.activeProfiles(project, own).stream()
                .filter(candidate -> candidate.getProperties().containsKey(name))
                .findFirst();
        if (profile.isPresent()) {
            return Optional.of(
                    pom + ", properties of the profile " + profile.get().getId());
        }
        return model.getProperties().containsKey(name) ? Optional.of(pom + ", properties") : Optional.empty();
    }

    private List<String> injected(String source) {
        return project.getInjectedProfileIds().getOrDefault(source, List.of());
    }

    private String environment(String variable) {
        return session.getSystemProperties().getProperty("env." + variable, "");
    }

    private String configuration(String file) {
        File root = session.getRequest().getMultiModuleProjectDirectory();
        Path path = root == null ? null : root.toPath().resolve(".mvn").resolve(file);
        if (path == null || !Files.isRegularFile(path)) {
            return "";
        }
        try {
            return new String(BoundedFiles.bytes(path, BoundedFiles.LARGEST), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // only where a property came from is not known then
        }
    }

    private static boolean mentions(String arguments, String name) {
        return Pattern.compile(
                        "(?:^|[\\s\"'])(?:-D|--define[=\\s])\\s*[\"']?" + Pattern.quote(name) + "(?:[=\\s\"']|$)")
                .matcher(arguments)
                .find();
    }
}
