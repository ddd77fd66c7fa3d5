package io.github.fairnessgate.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Texts that {@code fairness:init} writes and prints. */
public final class Snippets {

    public static final String GROUP = "io.github.fairnessgate";
    public static final String ARTIFACT = "fairness-maven-plugin";

    private static final String HEADER = """
            # What this project tolerates: a copy of the default thresholds of fairness-maven-plugin %s. Change it as you see fit.
            # A rule that you remove is no longer checked. docs/suites.md of the plugin lists the metrics.
            #
            """;

    private Snippets() {}

    /**
     * Where the plugin is put in a POM.
     *
     * @param name for the user
     * @param elements that have to be put there with it
     */
    record Place(String name, List<String> elements) {

        static Place in(Optional<ProjectPom> pom) {
            return switch (pom.map(ProjectPom::innermost).orElse("plugins")) {
                case "project" -> new Place("<project>", List.of("build", "plugins"));
                case "build" -> new Place("<build>", List.of("plugins"));
                default -> new Place("<build><plugins>", List.of());
            };
        }

        List<String> around(List<String> inner) {
            List<String> lines = inner;
            for (int i = elements.size() - 1; i >= 0; i--) {
                lines = inside(elements.get(i), lines);
            }
            return lines;
        }

        private static List<String> inside(String element, List<String> inner) {
            List<String> lines = new ArrayList<>();
            lines.add("<" + element + ">");
            inner.forEach(line -> lines.add("  " + line));
            lines.add("</" + element + ">");
            return lines;
        }
    }

    /**
     * @param builtIn the default thresholds; their first line names a schema that only lies beside themselves
     * @param schema where the schema is, relative to the thresholds
     */
    static String thresholds(String builtIn, Path schema, String version) {
        List<String> lines = new ArrayList<>(builtIn.lines().toList());
        lines.removeIf(line -> line.startsWith("# yaml-language-server:"));
        if (lines.get(0).equals("#")) {
            lines.remove(0);
        }
        return Schemas.line(schema) + "\n#\n" + HEADER.formatted(version) + String.join("\n", lines) + "\n";
    }

    /** To be put into {@code <build><plugins>}. */
    static List<String> plugin(String version, String model, String thresholds) {
        return """
                <plugin>
                  <groupId>%s</groupId>
                  <artifactId>%s</artifactId>
                  <version>%s</version>
                  <configuration>
                    <model>%s</model>
                    <thresholds>%s</thresholds>
                  </configuration>
                  <executions>
                    <execution>
                      <goals>
                        <goal>compress</goal>
                        <goal>check</goal>
                      </goals>
                    </execution>
                  </executions>
                </plugin>
                """.formatted(GROUP, ARTIFACT, version, escaped(model), escaped(thresholds))
                .lines()
                .toList();
    }

    /** To be put into the plugin's element, if it judges nothing yet. */
    static List<String> executions() {
        return """
                <executions>
                  <execution>
                    <id>judge</id>
                    <goals>
                      <goal>check</goal>
                    </goals>
                  </execution>
                </executions>
                """.lines().toList();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** Whether no public repository can have this version of the plugin. */
    static boolean isDevelopment(String version) {
        return version.endsWith("-SNAPSHOT");
    }
}
