package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.report.HtmlReport;
import io.github.fairnessgate.report.ModuleResult;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.ReportJson;
import io.github.fairnessgate.result.FinishedResult;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.result.ReportFilesTest;
import io.github.fairnessgate.result.SkippedGate;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.maven.execution.BuildFailure;
import org.apache.maven.execution.BuildSuccess;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Build;
import org.apache.maven.model.Model;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReactorResultsTest {

    private static final Report PASSES = ReportFilesTest.report(0, 50);
    private static final Report FAILS = ReportFilesTest.report(1, 1);

    @TempDir
    Path folder;

    private final List<MavenProject> projects = new ArrayList<>();
    private final DefaultMavenExecutionRequest request = new DefaultMavenExecutionRequest();
    private final DefaultMavenExecutionResult result = new DefaultMavenExecutionResult();

    ReactorResultsTest() {
        request.setGoals(List.of("io.github.fairnessgate:fairness-maven-plugin:1.0:report-aggregate"));
    }

    @Test
    void everyModuleThatHasAGateOrAResultIsThereAndNoOther() {
        project("root");
        gated("checked", "check");
        gated("verified", "verify");
        project("by-hand").getBuild().addPlugin(plugin(configuration(Map.of("model", "src/main/model"))));
        project("only-configured").getBuild().addPlugin(plugin(configuration(Map.of("device", "cpu"))));
        gated("compresses", "compress");
        write(project("called"), "target/fairness", PASSES);

        assertThat(modules())
                .extracting(ModuleResult::module)
                .containsExactly("org:checked", "org:verified", "org:by-hand", "org:called");
        assertThat(modules())
                .extracting(ModuleResult::problem)
                .containsExactly(
                        "There is no result: fairness:check makes one.",
                        "There is no result: fairness:check makes one.",
                        "There is no result: fairness:check makes one.",
                        "");
    }

    @Test
    void aModuleWithSeveralModelsHasAResultForEach() {
        MavenProject models = project("models");
        Plugin plugin = plugin(null);
        plugin.addExecution(execution("small", "check", Map.of("outputDirectory", "target/small")));
        plugin.addExecution(
                execution("large", "check", Map.of("outputDirectory", models.getBasedir() + "/target/large")));
        models.getBuild().addPlugin(plugin);
        write(models, "target/small", PASSES);
        write(models, "target/large", FAILS);

        assertThat(modules())
                .extracting(ModuleResult::file)
                .containsExactly("models/target/small/report.json", "models/target/large/report.json");
        assertThat(modules())
                .extracting(module -> module.page().orElseThrow())
                .containsExactly("models/index.html", "models-2/index.html");
    }

    @Test
    void aParentWhoseModulesHaveTheModelHasNoResultOfItsOwn() throws IOException {
        Map<String, String> model = Map.of("model", "src/main/model");
        MavenProject parent = withModel(project("parent"), model);
        parent.getModel().setPackaging("pom");
        MavenProject child = withModel(project("child"), model);
        child.setParent(parent);
        assertThat(modules())
                .extracting(ModuleResult::module)
                .as("the model is nowhere")
                .containsExactly("org:parent", "org:child");

        Files.createDirectories(child.getBasedir().toPath().resolve("src/main/model"));
        assertThat(modules()).extracting(ModuleResult::module).containsExactly("org:child");
    }

    private static MavenProject withModel(MavenProject project, Map<String, String> parameters) {
        Plugin plugin = plugin(null);
        plugin.addExecution(execution("default", "check", parameters));
        project.getBuild().addPlugin(plugin);
        return project;
    }

    @Test
    void theOutputFolderOfTheCommandLineIsLookedInto() {
        request.getUserProperties().setProperty("fairness.outputDirectory", "elsewhere");
        write(gated("one", "check"), "elsewhere", PASSES);

        assertThat(modules()).extracting(ModuleResult::file).containsExactly("one/elsewhere/report.json");
        assertThat(modules().get(0).report()).isPresent();
    }

    @Test
    void whatMayBeLeftFromAnEarlierBuildIsNoResult() {
        MavenProject root = project("root");
        MavenProject later = gated("later", "check");
        write(later, "target/fairness", PASSES);

        request.setGoals(List.of("clean", "verify"));
        assertThat(modules().get(0).problem()).isEqualTo("It was not built yet when this page was made.");
        request.setGoals(List.of("io.github.fairnessgate:fairness-maven-plugin:1.0:check@small"));
        assertThat(modules().get(0).report()).isEmpty();
        request.setGoals(List.of());
        assertThat(modules().get(0).report()).as("the default goal").isEmpty();

        request.setGoals(List.of("site"));
        assertThat(modules().get(0).report()).isPresent();
        request.setGoals(List.of("io.github.fairnessgate:fairness-maven-plugin:1.0:report-aggregate"));
        assertThat(modules().get(0).report()).isPresent();

        request.setGoals(List.of("verify"));
        result.addBuildSummary(new BuildSuccess(later, 1));
        assertThat(modules().get(0).report()).as("built by now").isPresent();
        assertThat(modules().get(0).module()).isNotEqualTo(root.getArtifactId());
    }

    @Test
    void aPassOfAModuleWhoseBuildFailedIsNoResultButAFailureIs() {
        MavenProject broken = gated("broken", "check");
        MavenProject rejected = gated("rejected", "check");
        write(broken, "target/fairness", PASSES);
        write(rejected, "target/fairness", FAILS);
        result.addBuildSummary(new BuildFailure(broken, 1, new IllegalStateException("no compiler")));
        result.addBuildSummary(new BuildFailure(rejected, 1, new IllegalStateException("1 of 1 rules failed")));

        assertThat(modules().get(0).problem())
                .isEqualTo("Its build failed, so that the result there may be of an earlier one.");
        assertThat(modules().get(1).report()).isPresent();
    }

    @Test
    void aSkippedGateAndADamagedFileAreNoResult() throws IOException {
        MavenProject skipped = project("skipped");
        Plugin plugin = plugin(null);
        plugin.addExecution(execution("default", "check", Map.of("skip", "true")));
        skipped.getBuild().addPlugin(plugin);
        write(skipped, "target/fairness", PASSES);
        MavenProject damaged = gated("damaged", "check");
        write(damaged, "target/fairness", FAILS);
        Path file = damaged.getBasedir().toPath().resolve("target/fairness/report.json");
        Files.writeString(
                file, Files.readString(file).replaceFirst("\"verdict\" : \"FAIL\"", "\"verdict\" : \"PASS\""));

        assertThat(modules()).extracting(ModuleResult::problem).first().isEqualTo("Its gate is skipped.");
        assertThat(modules().get(1).problem()).contains("report.json says PASS, not passed, but its rules say FAIL");
    }

    @Test
    void aGateThatAPropertySkipsLeavesNoResultEither() {
        MavenProject skipped = gated("skipped", "check");
        skipped.getProperties().setProperty("fairness.skip", "true");
        write(skipped, "target/fairness", PASSES);
        MavenProject other = gated("other", "check");
        write(other, "target/fairness", PASSES);

        assertThat(modules()).extracting(ModuleResult::problem).containsExactly("Its gate is skipped.", "");
    }

    @Test
    void whateverAModuleLeavesTheOthersAreShown() throws IOException {
        MavenProject sound = gated("sound", "check");
        write(sound, "target/fairness", PASSES);
        Path evaluations = MeasuredLooks.folder(write(gated("deep", "check"), "target/fairness", PASSES));
        EvaluationFiles.write(evaluations, MeasuredLooks.BASELINE, PASSES.baseline());
        EvaluationFiles.write(evaluations, MeasuredLooks.CANDIDATE, PASSES.candidate());
        Files.writeString(evaluations.resolve("candidate.json"), "[".repeat(100_000));
        Path huge = write(gated("huge", "check"), "target/fairness", PASSES).resolve("report.json");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        Files.writeString(
                write(gated("numbers", "check"), "target/fairness", PASSES).resolve("report.json"),
                "{\"schemaVersion\": 1, \"alpha\": 1e999999999}");

        assertThat(modules())
                .extracting(module -> module.report().isPresent())
                .containsExactly(true, false, false, false);
        assertThat(modules())
                .extracting(ModuleResult::problem)
                .allSatisfy(problem -> assertThat(problem).hasSizeLessThan(1000));
    }

    @Test
    void aGateThatTheRunSkippedSaysWhoSkippedIt() {
        MavenProject one = gated("one", "check");
        SkippedGate.write(
                one.getBasedir().toPath().resolve("target/fairness"), "check", "-Dfairness.skip=true (MAVEN_OPTS)");
        assertThat(modules())
                .extracting(ModuleResult::problem)
                .containsExactly("Its gate was skipped by -Dfairness.skip=true (MAVEN_OPTS).");
    }

    @Test
    void aResultIsShownWithTheItemsBesideItIfTheyAreItsOwn() throws IOException {
        MavenProject one = gated("one", "check");
        Path output = write(one, "target/fairness", FAILS);
        Path evaluations = MeasuredLooks.folder(output);
        EvaluationFiles.write(evaluations, MeasuredLooks.BASELINE, FAILS.baseline());
        EvaluationFiles.write(evaluations, MeasuredLooks.CANDIDATE, FAILS.candidate());
        HtmlReport.write(folder.resolve("before.html"), FAILS);
        HtmlReport.write(folder.resolve("after.html"), FinishedResult.read(output));
        assertThat(folder.resolve("after.html")).hasSameTextualContentAs(folder.resolve("before.html"));

        EvaluationFiles.write(evaluations, MeasuredLooks.CANDIDATE, PASSES.candidate());
        assertThat(FinishedResult.read(output).candidate().items())
                .as("of another candidate")
                .isEmpty();
    }

    private List<ModuleResult> modules() {
        @SuppressWarnings("deprecation")
        MavenSession session =
                new MavenSession(null, (org.eclipse.aether.RepositorySystemSession) null, request, result);
        session.setProjects(projects);
        session.setAllProjects(projects);
        return new ReactorResults(session, projects.get(0), folder, (name, report) -> name + "/index.html").modules();
    }

    private MavenProject project(String name) {
        Model model = new Model();
        model.setGroupId("org");
        model.setArtifactId(name);
        model.setVersion("1");
        model.setBuild(new Build());
        model.getBuild().setDirectory(folder.resolve(name).resolve("target").toString());
        MavenProject project = new MavenProject(model);
        project.setFile(folder.resolve(name).resolve("pom.xml").toFile());
        projects.add(project);
        return project;
    }

    private MavenProject gated(String name, String goal) {
        MavenProject project = project(name);
        Plugin plugin = plugin(null);
        plugin.addExecution(execution("default", goal, Map.of()));
        project.getBuild().addPlugin(plugin);
        return project;
    }

    private static Plugin plugin(Xpp3Dom configuration) {
        Plugin plugin = new Plugin();
        plugin.setGroupId("io.github.fairnessgate");
        plugin.setArtifactId("fairness-maven-plugin");
        plugin.setConfiguration(configuration);
        return plugin;
    }

    private static PluginExecution execution(String id, String goal, Map<String, String> parameters) {
        PluginExecution execution = new PluginExecution();
        execution.setId(id);
        execution.addGoal(goal);
        execution.setConfiguration(configuration(parameters));
        return execution;
    }

    private static Xpp3Dom configuration(Map<String, String> parameters) {
        Xpp3Dom configuration = new Xpp3Dom("configuration");
        parameters.forEach((name, value) -> {
            Xpp3Dom child = new Xpp3Dom(name);
            child.setValue(value);
            configuration.addChild(child);
        });
        return configuration;
    }

    private static Path write(MavenProject project, String outputDirectory, Report report) {
        Path output = project.getBasedir().toPath().resolve(outputDirectory);
        ReportJson.write(output.resolve("report.json"), report);
        return output;
    }
}
