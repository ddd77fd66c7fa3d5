package io.github.fairnessgate.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Texts that {@code fairness:init} writes and prints. */
public final class Snippets {

    public static final String GROUP = "io.github.fairnessgate";
    public static final String ARTIFACT = "fairness-maven-plugin";

    private static final String HEADER = """
            # What this project tolerates: a copy of the default thresholds of fairness-maven-plugin %s. Change it as you see fit.
            # A rule that you remove is no longer checked. docs/suites.md of the plugin lists the metrics.
            #
            """;

    private static final String CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2";

    private Snippets() {}

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

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** Whether no public repository can have this version of the plugin. */
    static boolean isDevelopment(String version) {
        return version.endsWith("-SNAPSHOT");
    }

    /**
     * A workflow of GitHub Actions that needs nothing but this project; for a development version of the plugin, the
     * plugin's sources as well.
     *
     * @param module the module's folder in the checkout; empty for the checkout itself
     * @param version of this plugin
     */
    static String workflow(String module, String version) {
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
                      - uses: CHECKOUT
                        with:
                          persist-credentials: false
                      - uses: actions/setup-java@be666c2fcd27ec809703dec50e508c2fdc7f6654 # v5.2.0
                        with:
                          distribution: temurin
                          java-version: '17'
                      - uses: actions/cache@cdf6c1fa76f9f475f3d7449005a359c84ca0f306 # v5.0.3
                        with:
                          path: |
                            ~/.m2/repository/*
                            !~/.m2/repository/.cache
                          key: fairness-dependencies-${{ runner.os }}-${{ hashFiles('**/pom.xml') }}
                          restore-keys: fairness-dependencies-${{ runner.os }}-
                      # What did not change is not measured again.
                      - uses: actions/cache/restore@cdf6c1fa76f9f475f3d7449005a359c84ca0f306 # v5.0.3
                        id: evaluations
                        with:
                          path: ~/.m2/repository/.cache/fairness/evaluations
                          key: fairness-evaluations-${{ runner.os }}-
                          restore-keys: fairness-evaluations-${{ runner.os }}-
                PLUGIN      - run: mvn -B verify
                FOLDER      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
                        if: always()
                        with:
                          name: fairness
                          path: |
                            BELOW**/target/fairness/report.*
                            BELOW**/target/fairness/evidence.zip
                            BELOW**/target/fairness/worker.log
                            BELOW**/target/fairness/evaluation/
                            BELOW**/target/site/fairness-aggregate/
                      # By content: what did not change is not kept twice.
                      - id: measured
                        if: always()
                        run: echo "key=fairness-evaluations-$RUNNER_OS-$(find ~/.m2/repository/.cache/fairness/evaluations -type f \
                -exec cksum {} + | sort | sha256sum | cut -c 1-32)" >> "$GITHUB_OUTPUT"
                      - uses: actions/cache/save@cdf6c1fa76f9f475f3d7449005a359c84ca0f306 # v5.0.3
                        if: always() && steps.measured.outputs.key != steps.evaluations.outputs.cache-matched-key
                        with:
                          path: ~/.m2/repository/.cache/fairness/evaluations
                          key: ${{ steps.measured.outputs.key }}
                """.replace("PLUGIN", isDevelopment(version) ? sources(version, folder) : "")
                .replace("CHECKOUT", CHECKOUT)
                .replace("FOLDER", folder)
                .replace("BELOW", below);
    }

    private static String sources(String version, String folder) {
        return """
                # No repository has %s: these two steps build it from the plugin's repository, once for a revision. \
                A released version needs neither.
                - uses: CHECKOUT
                  with:
                    repository: OWNER/fairness-maven-plugin
                    ref: REVISION
                    path: .fairness-maven-plugin
                    persist-credentials: false
                - run: bash "$GITHUB_WORKSPACE/.fairness-maven-plugin/.github/action/install.sh"
                """.formatted(version).indent(6) + folder;
    }
}
