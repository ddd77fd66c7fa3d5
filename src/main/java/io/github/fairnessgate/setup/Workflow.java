package io.github.fairnessgate.setup;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A workflow of GitHub Actions that needs nothing but the project; for a development version of the plugin, the
 * plugin's sources as well.
 *
 * @param module the module's folder in the checkout; empty for the checkout itself
 * @param version of this plugin
 * @param shards how many jobs share the measuring, 1 for a workflow of one job
 */
record Workflow(String module, String version, int shards) {

    private static final String CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2";
    private static final String UPLOAD = "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0";
    private static final String DOWNLOAD =
            "actions/download-artifact@70fc10c6e5e1ce46ad2ea6f2b72d43f7d47b13c3 # v8.0.0";

    private static final String HEAD = """
            # Compresses the model, measures fairness before and after, and fails when it got worse.
            name: fairness
            on:
              push:
                branches: [main]
              pull_request:
            permissions:
              contents: read
            jobs:
            """;

    private static final String PREPARE = """
                runs-on: ubuntu-latest
                steps:
                  - uses: CHECKOUT
                    with:
                      persist-credentials: false
                      # Two commits, so that annotations can be in the diff of the pull request.
                      fetch-depth: 2
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
            """;

    private static final String RESTORE = """
                  # What did not change is not measured again.
                  - uses: actions/cache/restore@cdf6c1fa76f9f475f3d7449005a359c84ca0f306 # v5.0.3
                    id: evaluations
                    with:
                      path: ~/.m2/repository/.cache/fairness/evaluations
                      key: fairness-evaluations-${{ runner.os }}-
                      restore-keys: fairness-evaluations-${{ runner.os }}-
            """;

    private static final String REPORT = """
                  - uses: UPLOAD
                    if: always()
                    with:
                      name: fairness
                      path: |
                        BELOW**/target/fairness/report.*
                        BELOW**/target/fairness/evidence.zip
                        BELOW**/target/fairness/worker.log
                        BELOW**/target/fairness/evaluation/
                        BELOW**/target/site/fairness-aggregate/
            """;

    private static final String KEEP = """
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
            """;

    private static final String SEND_MODEL = """
                  - uses: UPLOAD
                    with:
                      name: fairness-compressed
                      path: BELOWtarget/fairness/compressed
                      include-hidden-files: true
                      if-no-files-found: error
            """;

    private static final String GET_MODEL = """
                  - uses: DOWNLOAD
                    with:
                      name: fairness-compressed
                      path: BELOWtarget/fairness/compressed
            """;

    private static final String SEND_SHARD = """
                  - uses: UPLOAD
                    with:
                      name: fairness-shard-${{ matrix.shard }}
                      path: BELOWtarget/fairness/shards
                      if-no-files-found: error
            """;

    private static final String GET_SHARDS = """
                  - uses: DOWNLOAD
                    with:
                      pattern: fairness-shard-*
                      path: fairness-shards
            """;

    String text() {
        return (HEAD + (shards == 1 ? alone() : divided()))
                .replace("CHECKOUT", CHECKOUT)
                .replace("UPLOAD", UPLOAD)
                .replace("DOWNLOAD", DOWNLOAD)
                .replace("BELOW", module.isEmpty() ? "" : module + "/");
    }

    private String alone() {
        return "  fairness:\n" + PREPARE + RESTORE + plugin() + run("verify") + REPORT + KEEP;
    }

    private String divided() {
        String all =
                IntStream.rangeClosed(1, shards).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        return "  # If the POM names a candidate, remove this job and the steps that download what it made.\n"
                + "  compress:\n" + PREPARE + plugin() + run("fairness:compress") + SEND_MODEL
                + "  measure:\n    needs: compress\n    strategy:\n      fail-fast: false\n      matrix:\n"
                + "        shard: [" + all + "]\n" + PREPARE + GET_MODEL + plugin()
                + run("fairness:evaluate \"-Dfairness.shard=${{ matrix.shard }}/" + shards + "\"") + SEND_SHARD
                + "  # The job that judges: the one to require for a merge.\n"
                + "  fairness:\n    needs: measure\n" + PREPARE + GET_MODEL + GET_SHARDS + plugin()
                + run("verify \"-Dfairness.shards=$GITHUB_WORKSPACE/fairness-shards\"") + REPORT;
    }

    private String run(String goals) {
        return "      - run: mvn -B " + goals + "\n" + folder();
    }

    private String folder() {
        return module.isEmpty() ? "" : "        working-directory: '" + module.replace("'", "''") + "'\n";
    }

    /** The steps that build the plugin, if no repository has it. */
    private String plugin() {
        if (!Snippets.isDevelopment(version)) {
            return "";
        }
        return """
                      # No repository has %s: these two steps build it from the plugin's repository, once for a \
                revision. A released version needs neither.
                      - uses: CHECKOUT
                        with:
                          repository: OWNER/fairness-maven-plugin
                          ref: REVISION
                          path: .fairness-maven-plugin
                          persist-credentials: false
                      - run: bash "$GITHUB_WORKSPACE/.fairness-maven-plugin/.github/action/install.sh"
                """.formatted(version) + folder();
    }
}
