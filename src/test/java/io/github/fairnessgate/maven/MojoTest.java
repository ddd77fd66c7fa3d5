package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.report.Aggregate;
import io.github.fairnessgate.report.Identity;
import io.github.fairnessgate.report.ModuleResult;
import io.github.fairnessgate.result.ReportFilesTest;
import io.github.fairnessgate.runtime.Gpt2Graph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.api.plugin.testing.InjectMojo;
import org.apache.maven.api.plugin.testing.MojoParameter;
import org.apache.maven.plugin.MojoExecutionException;
import org.junit.jupiter.api.Test;

/** What users get to read when a goal is configured wrongly. */
@org.apache.maven.api.plugin.testing.MojoTest
class MojoTest {

    private static final String POM = "classpath:/mojo/pom.xml";
    private static final String MODEL = "builtin:reference-gpt2";

    @Test
    @InjectMojo(goal = "check", pom = POM)
    void withoutAModelTheParameterIsNamed(CheckMojo mojo) {
        assertBroken(mojo, "No model was given", "-Dfairness.model=", "builtin:reference-gpt2");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    void withoutACandidateTheGoalThatMakesOneIsNamed(CheckMojo mojo) {
        assertBroken(mojo, "There is no compressed model in", "run the goal compress");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "candidate", value = MODEL)
    @MojoParameter(name = "device", value = "gpu")
    void anUnknownDeviceIsNamed(CheckMojo mojo) {
        assertBroken(mojo, "fairness.device is 'gpu'");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "candidate", value = MODEL)
    @MojoParameter(name = "device", value = "cpu")
    @MojoParameter(name = "devices", value = "0,1")
    void gpusAreNotNamedForARunOnTheCpu(CheckMojo mojo) {
        assertBroken(mojo, "fairness.devices is '0,1', but this run is on the cpu; set fairness.device to cuda");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "cache", value = "no")
    void aCacheIsNeitherSwitchedOnNorOffByAMisprint(CheckMojo mojo) {
        assertBroken(mojo, "fairness.cache is 'no'; it must be on or off.");
    }

    @Test
    @InjectMojo(goal = "compress", pom = POM)
    @MojoParameter(name = "cache", value = "true")
    void aModelIsNotKeptByAMisprint(CompressMojo mojo) {
        assertBroken(mojo, "fairness.cache is 'true'; it must be on or off.");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "precision", value = "half")
    void anUnknownPrecisionIsNamed(CheckMojo mojo) {
        assertBroken(mojo, "fairness.precision is 'half'; it must be float32 or float16.");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "candidate", value = MODEL)
    @MojoParameter(name = "timeout", value = "0")
    void aTimeoutThatIsNoneIsNamed(CheckMojo mojo) {
        assertBroken(mojo, "fairness.timeout is 0");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "timeout", value = "9223372036854775807")
    void aTimeoutThatCannotBeCountedIsNamed(CheckMojo mojo) {
        assertBroken(
                mojo,
                "fairness.timeout is 9223372036854775807; give a number of seconds above 0, up to 9223372036854775.");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "failOnViolation", value = "yes")
    void aGateIsNotSwitchedOffByAMisprint(CheckMojo mojo) {
        assertBroken(mojo, "fairness.failOnViolation is 'yes'; it must be true or false.");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "failOnViolation", value = "ture")
    void norIsOneThatJudgesWhatIsThere(VerifyMojo mojo) {
        assertBroken(mojo, "fairness.failOnViolation is 'ture'; it must be true or false.");
    }

    @Test
    @InjectMojo(goal = "doctor", pom = POM)
    @MojoParameter(name = "failOnProblem", value = "1")
    void norIsTheDoctor(DoctorMojo mojo) {
        assertBroken(mojo, "fairness.failOnProblem is '1'; it must be true or false.");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "evidence", value = "yes")
    void norIsTheEvidence(CheckMojo mojo) {
        assertBroken(mojo, "fairness.evidence is 'yes'; it must be true or false.");
    }

    @Test
    @InjectMojo(goal = "compress", pom = POM)
    @MojoParameter(name = "attach", value = "on")
    void norIsWhatIsAttached(CompressMojo mojo) {
        assertBroken(mojo, "fairness.attach is 'on'; it must be true or false.");
    }

    @Test
    @InjectMojo(goal = "compress", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "allowPickle", value = "fasle")
    void norAreThePickles(CompressMojo mojo) {
        assertBroken(mojo, "fairness.allowPickle is 'fasle'; it must be true or false.");
    }

    @Test
    @InjectMojo(goal = "compress", pom = POM)
    @MojoParameter(name = "model", value = "target/mojo-test/pickled-model")
    @MojoParameter(name = "allowPickle", value = "false")
    void picklesAreNotReadWhereTheyAreSwitchedOff(CompressMojo mojo) throws IOException {
        writePickledModel();
        assertBroken(mojo, "only as pytorch_model.bin", "fairness.allowPickle is false");
    }

    @Test
    @InjectMojo(goal = "compress", pom = POM)
    @MojoParameter(name = "model", value = "target/mojo-test/pickled-model")
    @MojoParameter(name = "cacheDirectory", value = "target/mojo-test/cache")
    void andReadByDefault(CompressMojo mojo) throws IOException {
        writePickledModel();
        assertBroken(mojo, "pytorch_model.bin is not the weights but a pointer of Git LFS");
    }

    private static void writePickledModel() throws IOException {
        Path model = Path.of("target/mojo-test/pickled-model");
        TinyModels.create(model);
        Files.delete(model.resolve("model.safetensors"));
        Files.writeString(model.resolve("pytorch_model.bin"), "version https://git-lfs.github.com/spec/v1\n");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "unverifiedFiles", value = "error")
    void whatBecomesOfUnverifiedFilesIsNotMisprinted(CheckMojo mojo) {
        assertBroken(mojo, "fairness.unverifiedFiles is 'error'; it must be warn or fail.");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "candidate", value = "target/mojo-test-shipped/code")
    @MojoParameter(name = "unverifiedFiles", value = "fail")
    void unverifiedFilesAreRefusedBeforeAnythingIsMeasured(CheckMojo mojo) throws IOException {
        Path candidate = TinyModels.create(
                        Path.of("target/mojo-test-shipped/code").toAbsolutePath())
                .path();
        Files.writeString(candidate.resolve("modeling_gpt2.py"), "print()");
        assertBroken(mojo, "fairness.unverifiedFiles is fail", "NOT VERIFIED: modeling_gpt2.py.");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "candidate", value = "target/mojo-test-shipped/graph")
    void theGraphOfAnotherModelIsRefusedBeforeAnythingIsMeasured(CheckMojo mojo) throws IOException {
        ModelDirectory candidate =
                TinyModels.create(Path.of("target/mojo-test-shipped/graph").toAbsolutePath());
        ModelDirectory other = TinyModels.builder()
                .layers(1)
                .write(Path.of("target/mojo-test-shipped/other").toAbsolutePath());
        Files.write(candidate.path().resolve("model.onnx"), Gpt2Graph.logits(other, other.path()));
        assertBroken(mojo, "model.onnx is not the graph of the weights that are measured");
    }

    @Test
    @InjectMojo(goal = "report-aggregate", pom = POM)
    @MojoParameter(name = "failOnViolation", value = "yes")
    void norIsTheGateOfAllModules(ReportAggregateMojo mojo) {
        assertBroken(mojo, "fairness.failOnViolation is 'yes'; it must be true or false.");
    }

    @Test
    @InjectMojo(goal = "report-aggregate", pom = POM)
    @MojoParameter(name = "siteDirectory", value = "target/mojo-test/site")
    void theGateOfAllModulesFailsTheBuildIfThatIsWanted(ReportAggregateMojo mojo) throws Exception {
        ModuleResult passes =
                ModuleResult.of("org:passes", "passes/report.json", ReportFilesTest.report(0, 50), "passes/index.html");
        ModuleResult fails =
                ModuleResult.of("org:fails", "fails/report.json", ReportFilesTest.report(1, 1), "fails/index.html");
        ModuleResult none = ModuleResult.none("org:none", "none/report.json", "There is no result.");
        assertThat(mojo.pronounce(new Aggregate("1.0", "all", Identity.UNKNOWN, List.of(passes)), true))
                .isEqualTo(Outcome.GOOD);
        assertThat(mojo.pronounce(new Aggregate("1.0", "all", Identity.UNKNOWN, List.of(passes, fails, none)), false))
                .isEqualTo(Outcome.GOOD);
        for (ModuleResult bad : List.of(fails, none)) {
            assertThat(mojo.pronounce(new Aggregate("1.0", "all", Identity.UNKNOWN, List.of(passes, bad)), true)
                            .failure())
                    .singleElement()
                    .asString()
                    .startsWith("Verdict over all modules: ")
                    .contains("1 of 2 modules");
        }
        assertThat(mojo.pronounce(new Aggregate("1.0", "all", Identity.UNKNOWN, List.of()), true)
                        .failure())
                .singleElement()
                .asString()
                .contains("no module has a gate");
    }

    /** The output folder is that of mojo/pom.xml. */
    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "reports", value = "htm")
    void anUnknownFormOfReportIsNamedAndLeavesNoEarlierReport(CheckMojo mojo) throws IOException {
        Path earlier = write("report.json");
        assertBroken(mojo, "There is no report \"htm\"; did you mean \"html\"?");
        assertThat(earlier).doesNotExist();
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "bundle", value = "no/such/bundle.zip")
    void aBundleThatIsNotThereLeavesNoEarlierReport(VerifyMojo mojo) throws IOException {
        Path earlier = write("report.json");
        assertBroken(mojo, "There is no evidence bundle", "no/such/bundle.zip");
        assertThat(earlier).doesNotExist();
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "thresholds", value = "lenient")
    void unknownThresholdsNameThoseThatExist(CheckMojo mojo) {
        assertBroken(mojo, "There are no thresholds", "default, strict, paper");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "thresholds", value = "src/test/resources/mojo/negative-margin.yaml")
    void thresholdsAreReadBeforeAnyModelIsAndNameFileAndLine(CheckMojo mojo) {
        assertBroken(mojo, "negative-margin.yaml:4");
    }

    /** The built-in model reads 256 tokens. */
    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "candidate", value = MODEL)
    @MojoParameter(name = "thresholds", value = "src/test/resources/mojo/two-names.yaml")
    void twoNamesOfOneMetricAreRefusedBeforeAnyModelRuns(CheckMojo mojo) {
        assertBroken(
                mojo,
                "two-names.yaml:7: a second rule for perplexity.token/strided-256, which is "
                        + "perplexity.token/strided-256-256; the first is in line 6");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "scorer", value = "no/such/classifier")
    void aScorerThatIsNotThereIsNamedWithItsParameter(CheckMojo mojo) {
        assertBroken(
                mojo,
                "fairness.scorer is neither 'embedded' nor 'ngram' nor a usable toxicity classifier",
                "no/such/classifier");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "secondScorer", value = "embedded")
    void theSameScorerTwiceIsRefused(CheckMojo mojo) {
        assertBroken(mojo, "The second scorer is the first one again (embedded@");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "secondScorer", value = "src/test/resources/fixtures/score/single-label")
    @MojoParameter(name = "secondScorerLabel", value = "insult")
    void aLabelThatIsNotThereIsAnsweredWithThoseThatAre(CheckMojo mojo) {
        assertBroken(mojo, "fairness.secondScorer is neither", "has no label 'insult'; name one of [neutral, toxic]");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "scorer", value = "ngram")
    @MojoParameter(name = "scorerLabel", value = "toxic")
    void theNgramScorerHasNoLabels(CheckMojo mojo) {
        assertBroken(mojo, "fairness.scorerLabel is 'toxic', but the scorer 'ngram' has no labels");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "scorerLabel", value = "insult")
    void aLabelThatTheDefaultScorerLacksIsAnsweredWithThoseThatItHas(CheckMojo mojo) {
        assertBroken(mojo, "The scorer 'embedded' has no label 'insult'; name one of [toxicity, toxic, hate]");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "secondScorerLabel", value = "toxic")
    void aLabelNeedsItsScorer(CheckMojo mojo) {
        assertBroken(mojo, "fairness.secondScorerLabel is 'toxic', but no second scorer is named");
    }

    @Test
    @InjectMojo(goal = "compress", pom = POM)
    @MojoParameter(name = "model", value = "no/such/model")
    void aModelThatIsNotThereIsNamedWithEveryFormThatAModelMayHave(CompressMojo mojo) {
        assertBroken(mojo, "no/such/model", "groupId:artifactId", "builtin:reference-gpt2");
    }

    @Test
    @InjectMojo(goal = "compress", pom = POM)
    @MojoParameter(name = "model", value = "hf://openai-community/gpt2@main")
    void aBranchOnTheHubIsRefusedWithTheParameterThatAllowsIt(CompressMojo mojo) {
        assertBroken(mojo, "hf://openai-community/gpt2@main", "fairness.allowMovingRevision");
    }

    @Test
    @InjectMojo(goal = "certify", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "seeds", value = "2")
    void aRecipeIsNotCertifiedFromTwoRuns(CertifyMojo mojo) {
        assertBroken(mojo, "fairness.seeds is '2'", "at least 3 runs are needed");
    }

    @Test
    @InjectMojo(goal = "self-test", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "repetitions", value = "0")
    void theBaselineHasToBeMeasuredAnewAtLeastOnce(SelfTestMojo mojo) {
        assertBroken(mojo, "fairness.repetitions is 0");
    }

    /** Without a model: it is found before one is looked for. */
    @Test
    @InjectMojo(goal = "self-test", pom = POM)
    @MojoParameter(name = "thresholds", value = "src/test/resources/mojo/only-winobias.yaml")
    void thatNoModelCanBeHarmedForAnyRuleIsSaidBeforeAnythingIsMeasured(SelfTestMojo mojo) {
        assertBroken(
                mojo,
                "No rule about fairness that decides measures a suite in which a model can be harmed on purpose "
                        + "(there are rules about winobias)");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    void verifyWithoutEvaluationsNamesTheGoalThatMakesThem(VerifyMojo mojo) {
        assertBroken(mojo, "There is no evaluation", "fairness:evaluate");
    }

    @Test
    @InjectMojo(goal = "init", pom = POM)
    @MojoParameter(name = "thresholds", value = "src/test/resources/mojo/negative-margin.yaml")
    void initTellsOfAMistakeInThresholdsThatAreThere(InitMojo mojo) {
        assertBroken(mojo, "negative-margin.yaml:4");
    }

    @Test
    @InjectMojo(goal = "baseline", pom = POM)
    void baselineWithoutEvaluationsNamesTheGoalThatMakesThem(BaselineMojo mojo) {
        assertBroken(mojo, "There is no evaluation", "fairness:evaluate");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = MODEL)
    @MojoParameter(name = "baseline", value = "no/such/baseline.json")
    void aBaselineFileThatIsNamedMustBeThereBeforeAnyModelRuns(CheckMojo mojo) {
        assertBroken(mojo, "There is no baseline file", "no/such/baseline.json", "fairness:baseline");
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "model", value = "no/such/model")
    @MojoParameter(name = "skip", value = "true")
    void skipSkipsEverything(CheckMojo mojo) throws Exception {
        mojo.execute();
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "skip", value = "true")
    void aSkippedGateLeavesWordInThePlaceOfAnEarlierReport(VerifyMojo mojo) throws Exception {
        List<Path> earlier = List.of(write("report.json"), write("report.html"), write("evidence.zip"));
        mojo.execute();
        assertThat(earlier).allSatisfy(file -> assertThat(file).doesNotExist());
        assertThat(Path.of("target/mojo-test/skipped.json"))
                .content()
                .contains("\"goal\" : \"verify\"", "\"skippedBy\" : \"");
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    void theNextRunRemovesThatWord(VerifyMojo mojo) throws IOException {
        Path marker = write("skipped.json");
        assertBroken(mojo, "There is no evaluation");
        assertThat(marker).doesNotExist();
    }

    @Test
    @InjectMojo(goal = "verify", pom = POM)
    @MojoParameter(name = "skip", value = "true")
    @MojoParameter(name = "bundle", value = "target/mojo-test/evidence.zip")
    void aBundleInTheOutputFolderIsNotRemoved(VerifyMojo mojo) throws Exception {
        Path bundle = write("evidence.zip");
        mojo.execute();
        assertThat(bundle).exists();
    }

    @Test
    @InjectMojo(goal = "check", pom = POM)
    @MojoParameter(name = "strict", value = "yes")
    void norIsStrictness(CheckMojo mojo) {
        assertBroken(mojo, "fairness.strict is 'yes'; it must be true or false.");
    }

    private static Path write(String report) throws IOException {
        return Files.writeString(
                Files.createDirectories(Path.of("target/mojo-test")).resolve(report), "{}");
    }

    private static void assertBroken(AbstractFairnessMojo mojo, String... parts) {
        assertThatThrownBy(mojo::execute)
                .isInstanceOf(MojoExecutionException.class)
                .hasMessageContainingAll(parts);
    }
}
