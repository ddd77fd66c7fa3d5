package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.RunSettings;
import io.github.fairnessgate.result.ReportFiles;
import io.github.fairnessgate.result.ReportFiles.Format;
import io.github.fairnessgate.result.ReportFilesTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The scripts of {@code action.yml}, run by the shell: on reports as the plugin writes them, and with a wrapper in the
 * place of Maven that notes how it was called.
 */
@DisabledOnOs(OS.WINDOWS)
class GitHubActionTest {

    @TempDir
    Path folder;

    private Path workspace;
    private Path state;

    /** How a step ended. */
    private record Step(int status, Properties outputs, String log, String summary) {

        private String verdict() {
            return outputs.getProperty("verdict");
        }
    }

    @BeforeEach
    void startTheBuild() throws IOException {
        workspace = Files.createDirectory(folder.resolve("work space"));
        state = Files.createDirectory(folder.resolve("state"));
        Files.createFile(state.resolve("ledger"));
    }

    @Test
    void aPassIsAPassWithItsReports() throws Exception {
        report("target/fairness", 0, 10);
        Step step = verdict(0);
        assertThat(step.status()).as(step.log()).isZero();
        assertThat(step.outputs())
                .containsEntry("verdict", "PASS")
                .containsEntry("report", "target/fairness/report.html")
                .containsEntry("sarif", "target/fairness/report.sarif")
                .containsEntry("reports", "1");
        assertThat(step.summary()).isEmpty();
    }

    @Test
    void aFailureFailsWhateverMavenSaid() throws Exception {
        report("target/fairness", 1, 1);
        Step failed = verdict(1);
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.verdict()).isEqualTo("FAIL");
        // With failOnViolation=false or --fail-never Maven goes on.
        Step tolerated = verdict(0);
        assertThat(tolerated.status()).isEqualTo(1);
        assertThat(tolerated.verdict()).isEqualTo("FAIL");
        assertThat(tolerated.log()).contains("::error::Fairness: the verdict is FAIL (Maven's exit status is 0).");
    }

    @Test
    void whatTheDataDoNotSettleIsNoPass() throws Exception {
        report("target/fairness", 0, 1);
        for (int maven : new int[] {0, 1}) {
            Step step = verdict(maven);
            assertThat(step.status()).isEqualTo(1);
            assertThat(step.verdict()).isEqualTo("INCONCLUSIVE");
        }
    }

    @Test
    void theReportOfAnEarlierBuildIsNotThisOnes() throws Exception {
        report("target/fairness", 0, 10, Map.of());
        Step broken = verdict(1);
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.outputs())
                .containsEntry("verdict", "ERROR")
                .containsEntry("report", "")
                .containsEntry("sarif", "");
        assertThat(broken.summary()).contains("no verdict", "exit status is 1");
        Step silent = verdict(0);
        assertThat(silent.status()).isEqualTo(1);
        assertThat(silent.verdict()).isEqualTo("NONE");
        assertThat(silent.log()).contains("::error::Fairness: no verdict");
    }

    @Test
    void onlyWhoSaysSoNeedsNoVerdict() throws Exception {
        Step step = verdict(0, Map.of("FAIRNESS_REQUIRE_VERDICT", "false"));
        assertThat(step.status()).isZero();
        assertThat(step.verdict()).isEqualTo("NONE");
        assertThat(verdict(3, Map.of("FAIRNESS_REQUIRE_VERDICT", "false")).status())
                .isEqualTo(3);
    }

    @Test
    void aSkippedGateIsNoPassAndSaysWhoSkippedIt() throws Exception {
        report("one/target/fairness", 0, 10);
        files("two/elsewhere", ledger())
                .skipped("check", "-Dfairness.skip=true (.mvn/maven.config)\n::error::100% forged");
        Step step = verdict(0, Map.of("FAIRNESS_REQUIRE_VERDICT", "false"));
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.outputs()).containsEntry("verdict", "SKIPPED").containsEntry("report", "");
        assertThat(step.log())
                .contains("Skipped by -Dfairness.skip=true (.mvn/maven.config)")
                .doesNotContain("\n::error::100");
        assertThat(verdict(1).verdict()).isEqualTo("ERROR");
    }

    @Test
    void relaxationsOfAPassAreSaidAndCanBeRefused() throws Exception {
        Report relaxed = ReportFilesTest.report(0, 10)
                .with(new RunSettings(
                        List.of(), List.of("failOnViolation is false, 100 % of it", "1 rule has level: warn")));
        files("target/fairness", ledger()).write(relaxed);
        Step warned = verdict(0);
        assertThat(warned.status()).as(warned.log()).isZero();
        assertThat(warned.outputs()).containsEntry("verdict", "PASS").containsEntry("relaxations", "2");
        assertThat(warned.log())
                .contains("::warning title=Fairness%3A relaxed gate::failOnViolation is false, 100 %25 of it\n");
        Step refused = verdict(0, Map.of("FAIRNESS_ON_RELAXATION", "fail"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.log()).contains("::error::Fairness: the gate is relaxed");
    }

    @Test
    void aLaterPassDoesNotCoverAFailureInTheSameFolder() throws Exception {
        report("target/fairness", 1, 1);
        report("target/fairness", 0, 10);
        Step step = verdict(0);
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.verdict()).isEqualTo("FAIL");
    }

    @Test
    void aGateInAnotherOutputFolderCounts() throws Exception {
        report("one/target/fairness", 0, 10);
        report("two/out", 1, 1);
        assertThat(verdict(0).verdict()).isEqualTo("FAIL");
    }

    @Test
    void aReportThatWasTakenAwayOrPutThereIsAnError() throws Exception {
        report("target/fairness", 0, 10);
        Path json = workspace.resolve("target/fairness/report.json");
        report("target/fairness", 1, 1, Map.of());
        assertThat(verdict(0).verdict()).isEqualTo("ERROR");
        Files.delete(json);
        Step gone = verdict(0);
        assertThat(gone.status()).isEqualTo(1);
        assertThat(gone.verdict()).isEqualTo("ERROR");
    }

    @Test
    void theBuildIsStrictCannotFailToFailAndTellsItsGatesOfTheLedger() throws Exception {
        Files.writeString(
                workspace.resolve("mvnw"),
                "printf '%s\\n' \"$@\" > arguments; echo \"$FAIRNESS_LEDGER\" > ledger; exit 3\n");
        Files.writeString(state.resolve("ledger"), "PASS\t/an/earlier/build/report.json\t\n");
        Step step = run(Map.of(
                "FAIRNESS_GOALS",
                "clean verify\n-fn -Dfairness.strict=false",
                "FAIRNESS_THRESHOLDS",
                "my thresholds.yaml"));
        assertThat(step.status()).as(step.log()).isZero();
        assertThat(Files.readAllLines(workspace.resolve("arguments")))
                .containsExactly(
                        "-B",
                        "clean",
                        "verify",
                        "-fn",
                        "-Dfairness.strict=false",
                        "-Dfairness.thresholds=my thresholds.yaml",
                        "-Dfairness.strict=true",
                        "--fail-at-end");
        assertThat(Files.readString(workspace.resolve("ledger"))).isEqualTo(state.resolve("ledger") + "\n");
        assertThat(state.resolve("ledger")).isEmptyFile();
        assertThat(Files.readString(state.resolve("status"))).isEqualTo("3\n");
    }

    @Test
    void aShardIsMeasuredAndNotJudged() throws Exception {
        Files.writeString(workspace.resolve("mvnw"), "printf '%s ' \"$@\" > arguments\n");
        run(Map.of("FAIRNESS_GOALS", "verify", "FAIRNESS_SHARD", "3/8"));
        assertThat(Files.readString(workspace.resolve("arguments")))
                .isEqualTo("-B fairness:evaluate -Dfairness.shard=3/8 -Dfairness.strict=true --fail-at-end ");
        run(Map.of("FAIRNESS_GOALS", "verify -Pmeasure", "FAIRNESS_SHARD", "auto/8"));
        assertThat(Files.readString(workspace.resolve("arguments")))
                .isEqualTo("-B verify -Pmeasure -Dfairness.shard=auto/8 -Dfairness.strict=true --fail-at-end ");
    }

    @Test
    void anInputThatIsMisspeltIsAnErrorBeforeAnythingRuns() throws Exception {
        Files.writeString(workspace.resolve("mvnw"), "touch ran\n");
        for (Map.Entry<String, String> input : Map.of(
                        "FAIRNESS_CACHE",
                        "yes",
                        "FAIRNESS_COMMENT",
                        "on-success",
                        "FAIRNESS_UPLOAD_SARIF",
                        "True",
                        "FAIRNESS_REQUIRE_VERDICT",
                        "flase",
                        "FAIRNESS_ON_RELAXATION",
                        "error",
                        "FAIRNESS_SHARD",
                        "3 of 8")
                .entrySet()) {
            Step step = run(Map.of("FAIRNESS_GOALS", "verify", input.getKey(), input.getValue()));
            assertThat(step.status()).isEqualTo(1);
            assertThat(step.log())
                    .contains("::error::The input "
                            + input.getKey()
                                    .substring("FAIRNESS_".length())
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-') + " must be ");
        }
        assertThat(workspace.resolve("ran")).doesNotExist();
    }

    @Test
    void ofSeveralModulesTheWorstCounts() throws Exception {
        report("one/target/fairness", 0, 10);
        report("two/target/fairness", 1, 1);
        report("zero/target/fairness", 0, 1);
        Step step = verdict(1);
        assertThat(step.outputs())
                .containsEntry("verdict", "FAIL")
                .containsEntry("report", "two/target/fairness/report.html")
                .containsEntry("reports", "3")
                .containsEntry("sarif", "");
    }

    @Test
    void aBuildThatBrokeAfterAPassIsNoPass() throws Exception {
        report("target/fairness", 0, 10);
        Step step = verdict(1);
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.verdict()).isEqualTo("ERROR");
    }

    @Test
    void aReportThatCannotBeUnderstoodIsAnErrorWhateverMavenSaid() throws Exception {
        report("target/fairness", 0, 10);
        Path json = workspace.resolve("target/fairness/report.json");
        Files.writeString(json, Files.readString(json).replace("  \"verdict\" : \"PASS\"", "  \"outcome\" : \"PASS\""));
        Step step = verdict(0);
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.verdict()).isEqualTo("ERROR");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFolderCannotSetAnOutputOrGiveACommand() throws Exception {
        report("a%0A::error::INJECTED/target/fairness", 0, 10);
        Path json = workspace.resolve("a%0A::error::INJECTED/target/fairness/report.json");
        Files.writeString(json, "{}");
        Step step = verdict(0);
        assertThat(step.verdict()).isEqualTo("ERROR");
        assertThat(step.log()).doesNotContain("%0A", "::INJECTED").contains("cannot be understood");
        for (String name : List.of("a\rverdict=PASS", "a\nverdict=PASS", "a\u001b[2K")) {
            Files.write(state.resolve("ledger"), new byte[0]);
            report(name + "/target/fairness", 0, 10);
            Step odd = verdict(0);
            assertThat(odd.verdict()).isEqualTo("ERROR");
            assertThat(odd.log()).contains("cannot be understood").doesNotContain("\u001b", "\r");
            AtomicFiles.delete(workspace.resolve(name));
        }
        Files.writeString(state.resolve("ledger"), "PASS\ta\u001b[2K\t\n");
        assertThat(endsWithoutOutputs())
                .contains("::error::A folder of the build has a line break or another control character in its name.")
                .doesNotContain("\u001b");
    }

    private String endsWithoutOutputs() throws Exception {
        Path output = folder.resolve("no-output");
        Path log = folder.resolve("no-output-log");
        ProcessBuilder builder = new ProcessBuilder(
                "bash", Path.of(".github/action/verdict.sh").toAbsolutePath().toString());
        builder.directory(workspace.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("FAIRNESS_STATE", state.toString(), "GITHUB_OUTPUT", output.toString()));
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output).doesNotExist();
        return Files.readString(log);
    }

    @Test
    void aBuildThatNeverStartedIsAnError() throws Exception {
        report("target/fairness", 0, 10);
        Files.delete(state.resolve("ledger"));
        Step step = verdict(null, Map.of());
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.verdict()).isEqualTo("ERROR");
    }

    @Test
    void theActionRunsScriptsThatExist() throws IOException {
        Map<?, ?> action = (Map<?, ?>)
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(Path.of("action.yml")));
        List<?> steps = (List<?>) ((Map<?, ?>) action.get("runs")).get("steps");
        List<String> scripts = steps.stream()
                .map(step -> ((Map<?, ?>) step).get("run"))
                .filter(run -> run != null && run.toString().startsWith("bash "))
                .map(run -> run.toString()
                        .strip()
                        .replace("bash \"$FAIRNESS_ACTION/", "")
                        .replace("\"", ""))
                .toList();
        assertThat(scripts)
                .containsExactly(".github/action/install.sh", ".github/action/run.sh", ".github/action/verdict.sh")
                .allMatch(script -> Files.isRegularFile(Path.of(script)));
    }

    private Map<String, String> ledger() {
        return Map.of("FAIRNESS_LEDGER", state.resolve("ledger").toString());
    }

    private void report(String where, double outcome, int margin) {
        report(where, outcome, margin, ledger());
    }

    private void report(String where, double outcome, int margin, Map<String, String> environment) {
        files(where, environment).write(ReportFilesTest.report(outcome, margin));
    }

    private ReportFiles files(String where, Map<String, String> environment) {
        return new ReportFiles(workspace.resolve(where), EnumSet.allOf(Format.class), environment, System.out);
    }

    private Step verdict(int maven) throws Exception {
        return verdict(maven, Map.of());
    }

    /** @param maven its exit status; null if it was never noted */
    private Step verdict(Integer maven, Map<String, String> more) throws Exception {
        if (maven != null) {
            Files.writeString(state.resolve("status"), maven + "\n");
        }
        return script("verdict.sh", more);
    }

    private Step run(Map<String, String> inputs) throws Exception {
        return script("run.sh", inputs);
    }

    private Step script(String name, Map<String, String> more) throws Exception {
        Path output = folder.resolve("output");
        Path summary = folder.resolve("summary");
        Path log = folder.resolve("log");
        Files.deleteIfExists(output);
        Files.deleteIfExists(summary);
        Files.createFile(output);
        ProcessBuilder builder = new ProcessBuilder(
                "bash", Path.of(".github/action/" + name).toAbsolutePath().toString());
        builder.directory(workspace.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "FAIRNESS_STATE",
                        state.toString(),
                        "GITHUB_OUTPUT",
                        output.toString(),
                        "GITHUB_STEP_SUMMARY",
                        summary.toString()));
        builder.environment().putAll(more);
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        Properties outputs = new Properties();
        try (var reader = Files.newBufferedReader(output, StandardCharsets.UTF_8)) {
            outputs.load(reader);
        }
        return new Step(
                process.exitValue(),
                outputs,
                Files.readString(log),
                Files.exists(summary) ? Files.readString(summary) : "");
    }
}
