package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.maven.ReportFiles.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
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

/** The step of {@code action.yml} that reads what the build wrote, run by the shell on reports as the plugin writes them. */
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
        Path start = Files.createFile(state.resolve("start"));
        Files.setLastModifiedTime(start, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }

    @Test
    void aPassIsAPassWithItsReports() throws Exception {
        report("target/fairness", 0, 10);
        Step step = verdict(0);
        assertThat(step.status()).as(step.log()).isZero();
        assertThat(step.outputs()).containsEntry("verdict", "PASS").containsEntry("report", "target/fairness/report.html")
                .containsEntry("sarif", "target/fairness/report.sarif").containsEntry("reports", "1");
        assertThat(step.summary()).isEmpty();
    }

    @Test
    void aFailureEndsAsMavenEnded() throws Exception {
        report("target/fairness", 1, 1);
        Step failed = verdict(1);
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.verdict()).isEqualTo("FAIL");
        // With failOnViolation=false the build goes on, but the verdict stays what it is.
        Step tolerated = verdict(0);
        assertThat(tolerated.status()).isZero();
        assertThat(tolerated.verdict()).isEqualTo("FAIL");
    }

    @Test
    void whatTheDataDoNotSettleIsNoPass() throws Exception {
        report("target/fairness", 0, 1);
        Step step = verdict(1);
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.verdict()).isEqualTo("INCONCLUSIVE");
    }

    @Test
    void theReportOfAnEarlierBuildIsNotThisOnes() throws Exception {
        report("target/fairness", 0, 10);
        Files.setLastModifiedTime(state.resolve("start"), FileTime.from(Instant.now().plus(Duration.ofHours(1))));
        Step broken = verdict(1);
        assertThat(broken.status()).isEqualTo(1);
        assertThat(broken.outputs()).containsEntry("verdict", "ERROR").containsEntry("report", "").containsEntry("sarif", "");
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
        assertThat(verdict(3, Map.of("FAIRNESS_REQUIRE_VERDICT", "false")).status()).isEqualTo(3);
    }

    @Test
    void ofSeveralModulesTheWorstCounts() throws Exception {
        report("one/target/fairness", 0, 10);
        report("two/target/fairness", 1, 1);
        report("zero/target/fairness", 0, 1);
        Step step = verdict(1);
        assertThat(step.outputs()).containsEntry("verdict", "FAIL").containsEntry("report", "two/target/fairness/report.html")
                .containsEntry("reports", "3").containsEntry("sarif", "");
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
            Files.createDirectories(workspace.resolve(name).resolve("target/fairness"));
            Files.writeString(workspace.resolve(name).resolve("target/fairness/report.json"), "{}");
            assertThat(endsWithoutOutputs()).contains("::error::A folder of the build has a line break or another control character in its name.").doesNotContain("\u001b");
            AtomicFiles.delete(workspace.resolve(name));
        }
    }

    private String endsWithoutOutputs() throws Exception {
        Path output = folder.resolve("no-output");
        Path log = folder.resolve("no-output-log");
        ProcessBuilder builder = new ProcessBuilder("bash", Path.of(".github/action/verdict.sh").toAbsolutePath().toString());
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
        Files.delete(state.resolve("start"));
        Step step = verdict(null, Map.of());
        assertThat(step.status()).isEqualTo(1);
        assertThat(step.verdict()).isEqualTo("ERROR");
    }

    @Test
    void theActionRunsScriptsThatExist() throws IOException {
        Map<?, ?> action = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(Path.of("action.yml")));
        List<?> steps = (List<?>) ((Map<?, ?>) action.get("runs")).get("steps");
        List<String> scripts = steps.stream().map(step -> ((Map<?, ?>) step).get("run")).filter(run -> run != null && run.toString().startsWith("bash "))
                .map(run -> run.toString().strip().replace("bash \"$FAIRNESS_ACTION/", "").replace("\"", "")).toList();
        assertThat(scripts).containsExactly(".github/action/run.sh", ".github/action/verdict.sh").allMatch(script -> Files.isRegularFile(Path.of(script)));
    }

    private void report(String where, double outcome, int margin) {
        new ReportFiles(workspace.resolve(where), EnumSet.allOf(Format.class), Map.of(), System.out).write(ReportFilesTest.report(outcome, margin));
    }

    private Step verdict(int maven) throws Exception {
        return verdict(maven, Map.of());
    }

    /** @param maven its exit status; null if it was never noted */
    private Step verdict(Integer maven, Map<String, String> more) throws Exception {
        if (maven != null) {
            Files.writeString(state.resolve("status"), maven + "\n");
        }
        Path output = folder.resolve("output");
        Path summary = folder.resolve("summary");
        Path log = folder.resolve("log");
        Files.deleteIfExists(output);
        Files.deleteIfExists(summary);
        ProcessBuilder builder = new ProcessBuilder("bash", Path.of(".github/action/verdict.sh").toAbsolutePath().toString());
        builder.directory(workspace.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("FAIRNESS_STATE", state.toString(), "GITHUB_OUTPUT", output.toString(), "GITHUB_STEP_SUMMARY", summary.toString()));
        builder.environment().putAll(more);
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        Properties outputs = new Properties();
        try (var reader = Files.newBufferedReader(output, StandardCharsets.UTF_8)) {
            outputs.load(reader);
        }
        return new Step(process.exitValue(), outputs, Files.readString(log), Files.exists(summary) ? Files.readString(summary) : "");
    }
}
