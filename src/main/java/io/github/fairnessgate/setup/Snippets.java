package io.github.fairnessgate.setup;

import java.util.ArrayList;
import java.util.List;

/** Texts that {@code fairness:init} writes and prints. */
public final class Snippets {

    public static final String GROUP = "io.github.fairnessgate";
    public static final String ARTIFACT = "fairness-maven-plugin";

    private static final String HEADER = """
            # What this project tolerates: a copy of the default thresholds of fairness-maven-plugin %s, to be changed as you see fit.
            # A rule that is taken out is no longer checked. docs/suites.md of the plugin lists the metrics there are.
            #
            """;

    private Snippets() {
    }

    /** @param builtIn the default thresholds; their first lines name a schema that only lies beside themselves */
    static String thresholds(String builtIn, String version) {
        List<String> lines = new ArrayList<>(builtIn.lines().toList());
        lines.removeIf(line -> line.startsWith("# yaml-language-server:"));
        if (lines.get(0).equals("#")) {
            lines.remove(0);
        }
        return HEADER.formatted(version) + String.join("\n", lines) + "\n";
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
                """.formatted(GROUP, ARTIFACT, version, escaped(model), escaped(thresholds)).lines().toList();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /**
     * A workflow of GitHub Actions that needs nothing but this project.
     *
     * @param module the module's folder in the checkout; empty for the checkout itself
     */
    static String workflow(String module) {
        String below = module.isEmpty() ? "" : module + "/";
        String folder = module.isEmpty() ? "" : "        working-directory: '" + module.replace("'", "''") + "'\n";
        return """
                # Compresses the model, measures fairness before and after, and fails when it got worse.
                name: fairness
                on:
                  push:
                    branches: [main]
                  pull_request:
                permissions:
                  contents: read
                jobs:
                  fairness:
                    runs-on: ubuntu-latest
                    steps:
                      - uses: actions/checkout@v4
                      - uses: actions/setup-java@v4
                        with:
                          distribution: temurin
                          java-version: '17'
                      # Dependencies, native libraries and evaluations; what did not change is not measured again.
                      - uses: actions/cache@v4
                        with:
                          path: ~/.m2/repository
                          key: fairness-${{ runner.os }}-${{ github.run_id }}-${{ github.run_attempt }}
                          restore-keys: fairness-${{ runner.os }}-
                      - run: mvn -B verify
                FOLDER      - uses: actions/upload-artifact@v4
                        if: always()
                        with:
                          name: fairness
                          path: |
                            BELOW**/target/fairness/report.*
                            BELOW**/target/fairness/worker.log
                            BELOW**/target/fairness/evaluation/
                """.replace("FOLDER", folder).replace("BELOW", below);
    }
}
