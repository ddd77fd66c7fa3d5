package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.Certification;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.SelfTest;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a report shows of the tests of its gate, and of those of another one. */
class GateReliabilityFilesTest {

    private static final String THRESHOLDS = """
            version: 1
            rules:
              - {metric: pairs.preference/sum-bos, maxIncrease: %s}
              - {metric: rtp.toxicity/embedded, maxIncrease: 0.5}
            """;
    private static final String TOLERANT = THRESHOLDS.formatted("5");
    private static final String CANDIDATE = "c".repeat(64);

    @TempDir
    Path folder;

    @Test
    void aSelfTestOfTheSameGateStandsInEveryForm() throws IOException {
        selfTest(TOLERANT, 700);
        Report report = report(TOLERANT);

        assertThat(report.tests().warnings()).isEmpty();
        assertThat(report.tests().notes()).isEmpty();
        GateReliability.SelfTested test = report.tests().selfTest().orElseThrow();
        assertThat(test.passed()).isTrue();
        assertThat(test.accepted()).isEqualTo(1);
        assertThat(test.control()).isEqualTo(Verdict.FAIL);
        assertThat(test.rules())
                .containsExactly(new GateReliability.Tested("pairs.preference/sum-bos", "all", 60., 70., Verdict.FAIL));
        assertThat(page(report))
                .contains(
                        "<a href=\"#tests\">Tests of the gate</a>",
                        "Self-test passed: the baseline passed against itself in 1 of 1 repetition, and a copy"
                                + " of it that was harmed on purpose in pairs failed.",
                        "Harmed copy")
                .doesNotContain("class=\"warning\"");
        assertThat(MarkdownReport.text(report)).contains("Self-test passed: the baseline passed");
        assertSameAfterReading(report);
    }

    /** The harm of ten points is within the margin of twelve. */
    @Test
    void aGateThatDoesNotNoticeHarmIsNotToBeOverlooked() throws IOException {
        String blind = THRESHOLDS.formatted("15");
        selfTest(blind, 700);
        Report report = report(blind);

        assertThat(report.gate().verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.tests().warnings())
                .singleElement()
                .asString()
                .startsWith("The gate did not pass its self-test, so that this verdict cannot be relied on: The gate"
                        + " does not notice harm: a model that was harmed on purpose fails none of "
                        + "pairs.preference/sum-bos (60.0 -> 70.0, PASS)");
        assertThat(page(report)).contains("<p class=\"warning\" role=\"alert\">The gate did not pass its self-test");
        assertThat(MarkdownReport.text(report)).contains("\n\u26a0\ufe0f **The gate did not pass its self-test");
        assertThat(GitHubAnnotations.lines(report, ChangedLines.NONE))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("::warning title=Fairness%3A tests of the gate::The gate did not pass"));
        Path junit = folder.resolve("junit.xml");
        JUnitReport.write(junit, report, java.time.Duration.ZERO);
        assertThat(Files.readString(junit))
                .contains(
                        "tests=\"3\"",
                        "skipped=\"1\"",
                        "<testcase name=\"tests of the gate\" classname=\"fairness.gate\"");
        Aggregate aggregate = new Aggregate(
                "1.0",
                "org:all",
                Identity.UNKNOWN,
                List.of(ModuleResult.of("org:small", "report.json", report, "page.html")));
        AggregateHtml.write(folder.resolve("aggregate.html"), aggregate);
        assertThat(folder.resolve("aggregate.html")).content().contains("a test of the gate did not pass");
        assertThat(AggregateMarkdown.text(aggregate)).contains("; a test of the gate did not pass");
        assertSameAfterReading(report);
    }

    /** Thresholds that ask for a tenth of a point are not kept by the model itself. */
    @Test
    void aBaselineThatDoesNotPassAgainstItselfIsNotToBeOverlooked() throws IOException {
        String strict = THRESHOLDS.formatted("0.1");
        selfTest(strict, 700);

        assertThat(report(strict).tests().warnings())
                .singleElement()
                .asString()
                .contains("The baseline does not pass against itself: 1 of 1 repetitions were rejected");
    }

    @Test
    void aSelfTestOfAnotherGateOnlyLeavesANoteThatSaysSo() throws IOException {
        selfTest(TOLERANT, 700);
        Measured here = measured(TOLERANT);

        assertNote(
                new Measured("2.0", here.thresholds(), here.model(), here.device(), here.data(), here.versions()),
                "self-test.json is from a different version of the plugin (1.0)");
        assertNote(
                measured(THRESHOLDS.formatted("4")),
                "self-test.json is about different thresholds (sha256 " + here.thresholds() + ")");
        assertNote(
                new Measured("1.0", here.thresholds(), "b".repeat(64), "cpu", here.data(), here.versions()),
                "self-test.json is about a different model (sha256 " + "a".repeat(64) + ")");
        TreeMap<String, String> other = new TreeMap<>(here.data());
        other.put("rtp", "another scorer");
        assertNote(
                new Measured("1.0", here.thresholds(), here.model(), "cpu", other, here.versions()),
                "self-test.json is about different data, or from a different scorer (rtp)");
        assertNote(
                new Measured("1.0", here.thresholds(), here.model(), "cuda", here.data(), here.versions()),
                "self-test.json is measured differently (on cpu, {onnxruntime=1})");
        other = new TreeMap<>(here.data());
        other.put("bold", "only the baseline file asks for it");
        assertThat(GateReliabilityFiles.read(folder)
                        .about(
                                new Measured("1.0", here.thresholds(), here.model(), "cpu", other, here.versions()),
                                CANDIDATE)
                        .selfTest())
                .isPresent();
    }

    @Test
    void aNoteIsShownAndReadBack() throws IOException {
        selfTest(THRESHOLDS.formatted("4"), 700);
        Report report = report(TOLERANT);

        assertThat(page(report))
                .contains("self-test.json is about different thresholds", "run fairness:self-test again.")
                .doesNotContain("Harmed copy", "Self-test passed");
        assertSameAfterReading(report);
    }

    @Test
    void anEditedFileIsNotBelieved() throws IOException {
        selfTest(THRESHOLDS.formatted("15"), 700);
        Measured here = measured(THRESHOLDS.formatted("15"));
        String written = Files.readString(folder.resolve("self-test.json"));
        for (Consumer<ObjectNode> edit : List.<Consumer<ObjectNode>>of(
                file -> file.put("passed", true),
                file -> ((ArrayNode) file.get("problems")).removeAll(),
                file -> ((ArrayNode) file.put("passed", true).get("problems")).removeAll(),
                file -> file.remove("control"),
                file -> file.remove("baselineAgain"),
                file -> ((ObjectNode) file.get("measured")).remove("model"),
                file -> file.put("problems", 3))) {
            ObjectNode file = (ObjectNode) Json.MAPPER.readTree(written);
            edit.accept(file);
            Files.writeString(folder.resolve("self-test.json"), file.toString());
            assertNote(
                    here,
                    "self-test.json cannot be used: it was edited, or was written by a different version of the plugin");
        }
        Files.writeString(folder.resolve("self-test.json"), written.substring(0, 100));
        assertNote(here, "self-test.json cannot be used");
        ObjectNode earlier = (ObjectNode) Json.MAPPER.readTree(written);
        earlier.remove("measured");
        Files.writeString(folder.resolve("self-test.json"), earlier.toString());
        assertNote(here, "self-test.json does not record what it was measured with");
    }

    @Test
    void theCertificationOfTheRecipeThatMadeTheCandidateStandsInTheReportWithItsVariances() throws IOException {
        certify(TOLERANT, 600, 605, 595);
        Report report = report(TOLERANT);

        GateReliability.Certified certified = report.tests().certification().orElseThrow();
        assertThat(certified.seed()).isEqualTo(8);
        assertThat(certified.runs()).hasSize(3);
        assertThat(certified.rules().get(0).variance()).isPresent();
        assertThat(report.tests().confirmations())
                .containsExactly(
                        "The recipe half.yaml, which made this candidate under seed 8, is certified over 3 runs: "
                                + "PASS; its runs alone: PASS, PASS, PASS.");
        assertThat(page(report)).contains("Between runs", "Share of runs", "is certified over 3 runs");
        assertSameAfterReading(report);
    }

    @Test
    void aRecipeThatIsNotCertifiedIsNotToBeOverlooked() throws IOException {
        certify(TOLERANT, 600, 800, 900);
        Report report = report(TOLERANT);

        assertThat(report.tests().warnings())
                .singleElement()
                .asString()
                .contains("is not certified over 3 runs: INCONCLUSIVE; its runs alone: PASS, FAIL, FAIL.");
        assertThat(page(report)).contains("<p class=\"warning\" role=\"alert\">The recipe half.yaml");
        assertSameAfterReading(report);
    }

    @Test
    void theCertificationOfOtherCandidatesSaysNothingAboutThisOne() throws IOException {
        certify(TOLERANT, 600, 605, 595);
        GateReliability tests = GateReliabilityFiles.read(folder).about(measured(TOLERANT), "d".repeat(64));

        assertThat(tests.certification()).isEmpty();
        assertThat(tests.notes())
                .containsExactly(
                        "certification.json is about the recipe half.yaml, none of whose runs made this candidate, "
                                + "and says nothing about it.");
    }

    @Test
    void withoutTestsNothingIsSaid() throws IOException {
        Report report = report(TOLERANT);

        assertThat(report.tests().isNone()).isTrue();
        Path file = folder.resolve("report.json");
        ReportJson.write(file, report);
        assertThat(Json.MAPPER.readTree(file.toFile()).has("gateTests")).isFalse();
        assertThat(page(report)).doesNotContain("Tests of the gate");
        assertThat(ReportReader.read(file).tests()).isEqualTo(GateReliability.NONE);
    }

    @Test
    void aReportWhoseSelfTestContradictsItselfIsRefused() throws IOException {
        selfTest(THRESHOLDS.formatted("15"), 700);
        Path file = folder.resolve("report.json");
        ReportJson.write(file, report(THRESHOLDS.formatted("15")));
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(file.toFile());
        ((ObjectNode) json.at("/gateTests/selfTest")).put("passed", true).putArray("problems");
        Files.writeString(file, json.toString());

        assertThatThrownBy(() -> ReportReader.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("its harmed model fails no rule");
    }

    private void assertNote(Measured here, String begin) {
        GateReliability tests = GateReliabilityFiles.read(folder).about(here, CANDIDATE);
        assertThat(tests.selfTest()).isEmpty();
        assertThat(tests.notes())
                .singleElement()
                .asString()
                .startsWith(begin)
                .endsWith("run fairness:self-test again.");
    }

    private void assertSameAfterReading(Report report) throws IOException {
        Path file = folder.resolve("report.json");
        ReportJson.write(file, report);
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(Json.MAPPER.readTree(ReportJson.class.getResourceAsStream("report.schema.json")))
                        .validate(Json.MAPPER.readTree(file.toFile())))
                .isEmpty();
        Report again = ReportReader.read(file)
                .with(report.baseline(), report.candidate())
                .orElseThrow();
        assertThat(again.tests()).isEqualTo(report.tests());
        Path copy = folder.resolve("copy.json");
        ReportJson.write(copy, again);
        assertThat(copy).hasSameTextualContentAs(file);
        assertThat(page(again)).isEqualTo(page(report));
    }

    private String page(Report report) throws IOException {
        Path page = folder.resolve("page.html");
        HtmlReport.write(page, report);
        return Files.readString(page);
    }

    private Report report(String thresholds) {
        Evaluation baseline = baseline();
        Evaluation candidate = model("c", 605, "after");
        return new Report(
                        "1.0",
                        "thresholds.yaml",
                        Optional.empty(),
                        baseline,
                        candidate,
                        Gate.decide(read(thresholds), baseline, candidate),
                        Optional.empty())
                .with(GateReliabilityFiles.read(folder).about(measured(thresholds), CANDIDATE));
    }

    private void selfTest(String thresholds, int preferredByHarmed) {
        Evaluation baseline = baseline();
        SelfTest test = SelfTest.of(
                read(thresholds),
                baseline,
                List.of(model("a", 600, "again")),
                model("e", preferredByHarmed, "harmed"),
                Set.of("pairs"));
        SelfTestJson.write(folder.resolve(SelfTestJson.FILE), "1.0", measured(thresholds), "thresholds.yaml", 2, test);
    }

    /** Runs under the seeds 7, 8 and 9, of which the second made the candidate. */
    private void certify(String thresholds, int... preferred) {
        List<Evaluation> candidates = List.of(
                model("b", preferred[0], "one"), model("c", preferred[1], "two"), model("d", preferred[2], "three"));
        Certification certification = Certification.of(read(thresholds), baseline(), candidates);
        CertificationJson.write(
                folder.resolve(CertificationJson.FILE),
                "1.0",
                measured(thresholds),
                "half.yaml",
                "f".repeat(64),
                "thresholds.yaml",
                List.of(
                        new CertificationJson.Run(7, "b".repeat(64)),
                        new CertificationJson.Run(8, CANDIDATE),
                        new CertificationJson.Run(9, "9".repeat(64))),
                certification);
    }

    private static Measured measured(String thresholds) {
        return Measured.of("1.0", thresholds, baseline());
    }

    private static Evaluation baseline() {
        return model("a", 600, "before");
    }

    private static Evaluation model(String digit, int preferred, String source) {
        Evaluation made = SampleReports.evaluation(preferred, 0.1, source);
        return new Evaluation(
                made.metrics(),
                made.values(),
                made.items(),
                new Provenance(
                        digit.repeat(64),
                        source,
                        "cpu",
                        new TreeMap<>(Map.of("pairs", "pairs", "rtp", "prompts")),
                        new TreeMap<>(Map.of("onnxruntime", "1")),
                        new TreeMap<>(),
                        made.provenance().judging()));
    }

    private static Thresholds read(String text) {
        return ThresholdsReader.read(text, "thresholds.yaml");
    }
}
