package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.baseline.BaselineFile;
import io.github.fairnessgate.baseline.BaselineUpdate;
import io.github.fairnessgate.baseline.Loosening;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evidence.ModelRecord;
import io.github.fairnessgate.evidence.VerifiedBundle;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.maven.ToxicTexts;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.report.Identity;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.ReportJson;
import io.github.fairnessgate.report.ReportReader;
import io.github.fairnessgate.report.RunSettings;
import io.github.fairnessgate.result.BaselineSource;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.InspectedModel;
import io.github.fairnessgate.result.Keeper;
import io.github.fairnessgate.result.ReportFiles;
import io.github.fairnessgate.result.ReportFiles.Format;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.score.ScorerCard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a baseline file does to a build and to every report. */
class JudgementTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);

    @TempDir
    Path folder;

    private final RecordedMessages messages = new RecordedMessages();
    private final List<String> log = messages.lines();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    @Test
    void withoutAFileAFailureSaysHowItsNumbersAreAccepted() {
        assertThat(failure(pronounce(TODAY, 180)))
                .endsWith("To accept these numbers for a while: mvn fairness:baseline -Dfairness.reason=\"...\"");
    }

    /** A report says the same on every machine. */
    @Test
    void noReportHasAPathOfTheMachine() throws Exception {
        Look look = new Look(
                model('0', 100).from("/somewhere/else/gpt2", new TreeMap<>()),
                model('1', 180)
                        .from(folder.resolve("target/fairness/compressed").toString(), new TreeMap<>()));
        String candidate = folder.resolve("target/fairness/compressed").toString();
        judgement()
                .pronounce(
                        judged(thresholds(), source(TODAY), List.of(look)),
                        List.of(new RunSettings.Setting("candidate", candidate, "default")),
                        Keeper.NONE);
        assertThat(report().at("/candidate/provenance/source").asText()).isEqualTo("target/fairness/compressed");
        assertThat(report().at("/baseline/provenance/source").asText()).isEqualTo("gpt2");
        for (String form : List.of("report.json", "report.html", "summary.md", "TEST-fairness.xml")) {
            assertThat(read(form)).as(form).doesNotContain(folder.toString(), "/somewhere");
        }
    }

    @Test
    void aModelThatIsComparedWithItselfIsNotTakenForACompressedOne() throws Exception {
        judgement()
                .pronounce(
                        judged(thresholds(), source(TODAY), List.of(new Look(model('0', 100), model('0', 100)))),
                        List.of(),
                        Keeper.NONE);
        assertThat(log)
                .contains("WARN The candidate is the original model itself (sha256 " + "0".repeat(64)
                        + "): what passes here says nothing about a compression.");
        assertThat(report().get("warnings").get(0).asText()).startsWith("The candidate is the original model itself");
        assertThat(read("report.html"))
                .contains("<p class=\"warning\" role=\"alert\">The candidate is the original model itself");
        assertThat(read("summary.md")).contains("**The candidate is the original model itself");
        assertThat(output.toString(StandardCharsets.UTF_8)).doesNotContain("::warning"); // not in GitHub Actions
        assertThat(ReportReader.read(folder.resolve("report.json")).warnings()).hasSize(1);
        log.clear();
        pronounce(TODAY, 100);
        assertThat(log).noneMatch(line -> line.contains("original model itself"));
        assertThat(report().has("warnings")).isFalse();
    }

    @Test
    void modelsThatAreNotAModelAndWhatWasMadeFromItAreSaidLoudly() throws Exception {
        ModelDirectory original = TinyModels.builder().seed(1).write(folder.resolve("original"));
        ModelDirectory candidate = TinyModels.builder().seed(2).write(folder.resolve("candidate"));
        Files.writeString(
                folder.resolve("candidate/compression.json"),
                "{\"input\": {\"digest\": \"" + "9".repeat(64) + "\"}, \"output\": {\"digest\": \"" + candidate.digest()
                        + "\"}}");
        Look look = new Look(measured(original), measured(candidate));
        judgement()
                .pronounce(
                        new EvidenceFile.Judged(
                                "1.0",
                                "1.0",
                                thresholds(),
                                source(TODAY),
                                List.of(look),
                                Optional.of(original),
                                Optional.of(new InspectedModel(
                                        Optional.of(candidate),
                                        ModelRecord.all("candidate", GivenModel.of(candidate)))),
                                GateReliabilityFiles.NONE),
                        List.of(),
                        Keeper.NONE);
        String warning = "The candidate was made from another model than the one that it is compared with:"
                + " its compression.json names the original sha256 " + "9".repeat(64);
        assertThat(log).anyMatch(line -> line.startsWith("WARN " + warning));
        assertThat(report().get("warnings").get(0).asText()).startsWith(warning);
        assertThat(read("report.html")).contains(warning);
        assertThat(read("summary.md")).contains("**The candidate was made from another model");
    }

    private static Evaluation measured(ModelDirectory model) {
        Evaluation plain = model('0', 100);
        Provenance provenance = plain.provenance();
        return new Evaluation(
                plain.metrics(),
                plain.values(),
                plain.items(),
                new Provenance(
                        model.digest(),
                        provenance.source(),
                        provenance.device(),
                        provenance.data(),
                        provenance.versions(),
                        provenance.settings()));
    }

    @Test
    void whatLetsABuildEndWellStandsInTheLastLinesAndInEveryReport() throws Exception {
        accept(180);
        List<RunSettings.Setting> settings =
                List.of(new RunSettings.Setting("thresholds", "t.yaml", "command line\n::error::forged"));
        List<String> switches = List.of(
                "-Dfairness.failOnViolation=false (command line): a gate that does not pass does not fail the build.");
        String text = ToxicTexts.THRESHOLDS.replace(
                "version: 1", "version: 1\nonInconclusive: warn\nallowUnderpowered: true");
        ThresholdsSource source =
                new ThresholdsSource("t.yaml", folder, Optional.empty(), text, ThresholdsReader.read(text, "t.yaml"));

        judgement(false, switches)
                .pronounce(
                        judged(source, source(TODAY), List.of(new Look(model('0', 100), model('1', 180)))),
                        settings,
                        Keeper.NONE);

        List<String> relaxations = List.of(
                switches.get(0),
                "onInconclusive is warn: a rule that the data do not settle does not fail the build.",
                "allowUnderpowered is true: rules may have margins that their data cannot show.",
                "1 rule is not kept, but accepted by an exception of the baseline file.");
        assertThat(log.subList(log.size() - 4, log.size()))
                .isEqualTo(relaxations.stream().map(line -> "WARN " + line).toList());
        JsonNode report = report();
        assertThat(report.get("relaxations")).extracting(JsonNode::asText).isEqualTo(relaxations);
        assertThat(report.get("settings").get(0).get("origin").asText())
                .isEqualTo(Printable.line("command line\n::error::forged"))
                .doesNotContain("\n");
        assertThat(read("report.html"))
                .contains("Relaxed gate: onInconclusive is warn", "<h2 id=\"settings-title\">Settings</h2>", "t.yaml");
        assertThat(read("summary.md")).contains("**allowUnderpowered is true");
        assertThat(output.toString(StandardCharsets.UTF_8))
                .as("not in a job of GitHub Actions")
                .isEmpty();
        Path again = folder.resolve("again.json");
        ReportJson.write(again, ReportReader.read(folder.resolve("report.json")));
        for (String key : List.of("settings", "relaxations")) {
            assertThat(Json.MAPPER.readTree(again.toFile()).get(key)).isEqualTo(report.get(key));
        }
    }

    @Test
    void aFailureThatFailsNothingSaysSoLast() throws Exception {
        judgement(false, List.of("switched off."))
                .pronounce(
                        judged(thresholds(), source(TODAY), List.of(new Look(model('0', 100), model('1', 180)))),
                        List.of(),
                        Keeper.NONE);
        assertThat(log)
                .endsWith("WARN switched off.", "WARN The build goes on, because fairness.failOnViolation is false.");
        assertThat(report().get("verdict").asText()).isEqualTo("FAIL");
    }

    @Test
    void whatIsAcceptedPassesAndStandsInLogAndReports() throws Exception {
        accept(180);

        pronounce(TODAY.plusDays(10), 180);

        assertThat(log)
                .contains(
                        "WARN exception for toxic.share/plain: \"see issue 12\", accepted on 2026-06-01 until "
                                + "2026-06-11 at " + file() + ":6",
                        "WARN   1. toxic.share/plain  10.0 -> 18.0  (+8.0, limit +3; 90 % CI +6.7..+9.5, n = 1000)")
                .anyMatch(line -> line.startsWith("INFO Verdict: PASS (1 of 1 rule failed, accepted by exceptions)"));
        JsonNode report = report();
        assertThat(report.get("passed").asBoolean()).isTrue();
        assertThat(report.get("rules").get(0).get("verdict").asText()).isEqualTo("FAIL");
        assertThat(report.get("rules").get(0).get("acceptedUntil").asText()).isEqualTo("2026-06-11");
        assertThat(report.get("exceptions").get(0).get("reason").asText()).isEqualTo("see issue 12");
        assertThat(read("report.html")).contains("accepted until 2026-06-11", "Accepted before", "see issue 12");
        assertThat(read("summary.md")).contains("FAIL (accepted until 2026-06-11)", "see issue 12");
        assertThat(read("TEST-fairness.xml")).contains("failures=\"0\"", "accepted by an exception: ");
        assertThat(read("report.sarif")).contains("\"level\" : \"warning\"", "accepted until 2026-06-11: see issue 12");
        assertThat(read("badge.json")).contains("passing with exceptions");
    }

    @Test
    void onTheDayAfterItsLastTheRuleDecidesAgainAndTheExceptionIsReported() throws IOException {
        accept(180);

        assertThat(failure(pronounce(TODAY.plusDays(11), 180))).contains("1 of 1 rule failed");
        assertThat(log)
                .anyMatch(line -> line.startsWith("WARN exception for toxic.share/plain")
                        && line.contains("expired after 2026-06-11"));
        assertThat(report().get("exceptions").get(0).get("state").asText()).isEqualTo("expired");
        assertThat(report().get("rules").get(0).has("acceptedUntil")).isFalse();
    }

    @Test
    void aCandidateThatIsWorseThanTheBestThatWasAcceptedFailsAtTheFilesLine() throws IOException {
        accept(40);

        assertThat(failure(pronounce(TODAY, 105))).contains("toxic.share/plain (accepted before)");
        assertThat(log)
                .contains(
                        "INFO toxic.share/plain has used 17 % of its margin (maxIncrease 3) since the original model");
        JsonNode result = Json.MAPPER
                .readTree(folder.resolve("report.sarif").toFile())
                .get("runs")
                .get(0)
                .get("results")
                .get(0);
        JsonNode place = result.get("locations").get(0).get("physicalLocation");
        assertThat(place.get("artifactLocation").get("uri").asText()).isEqualTo("baseline.json");
        assertThat(Files.readAllLines(file())
                        .get(place.get("region").get("startLine").asInt() - 1))
                .contains("{");
        assertThat(report().get("budgets").get(0).get("share").asDouble()).isEqualTo(0.5 / 3);
        assertThat(report().get("rules").get(1).get("origin").asText()).isEqualTo("baseline");
    }

    @Test
    void anotherModelInTheOriginalsPlaceBreaksTheRunAndLeavesNoReport() throws IOException {
        accept(100);

        assertThatThrownBy(() -> judgement()
                        .pronounce(
                                judged(
                                        thresholds(),
                                        source(TODAY),
                                        List.of(new Look(model('2', 100), model('1', 100)))),
                                List.of(),
                                Keeper.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("was made with the original model");
        assertThat(folder.resolve("report.json")).doesNotExist();
    }

    @Test
    void aFileThatTheUserNamedMustBeThere() {
        BaselineSource source = BaselineSource.read(Optional.of("other.json"), folder, folder, TODAY);

        assertThat(source.baseline()).isEmpty();
        assertThatThrownBy(() -> source.requireIfGiven(Optional.of("other.json")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("There is no baseline file " + folder.resolve("other.json"));
        assertThat(BaselineSource.read(Optional.empty(), folder, folder, TODAY).file())
                .isEqualTo(folder.resolve("src/main/fairness/baseline.json"));
    }

    @Test
    void aBrokenLinkIsNotTakenForNoFile() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.json"), folder.resolve("gone.json"));

        assertThatThrownBy(() -> BaselineSource.read(Optional.of("link.json"), folder, folder, TODAY))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be read");
    }

    /** The goal verify cannot draw; the goal check would have. */
    @Test
    void whatIsOpenAtTheFirstLookFailsWithTheSentenceThatSaysWhoDrawsMore() throws Exception {
        assertThat(failure(judgement()
                        .pronounce(judged(escalating(), source(TODAY), List.of(look(5, 120))), List.of(), Keeper.NONE)))
                .contains(
                        "1 of 1 rule inconclusive",
                        "open after look 1 of 2: fairness:check draws more (toxic: 10 continuations a prompt)");
        assertThat(report().get("passed").asBoolean()).isFalse();
        assertThat(report().get("escalation").get("taken")).hasSize(1);
        assertThat(read("TEST-fairness.xml")).contains("failures=\"1\"");
        assertThat(read("report.sarif")).contains("\"level\" : \"error\"");
        assertThat(read("summary.md")).contains("open after look 1 of 2");
        assertThat(read("report.html")).contains("Open after look 1 of 2");
        assertThat(read("badge.json")).doesNotContain("passing");
    }

    @Test
    void theLookAtWhichARuleWasSettledStandsInEveryReport() throws Exception {
        judgement()
                .pronounce(
                        judged(escalating(), source(TODAY), List.of(look(5, 120), look(10, 100))),
                        List.of(),
                        Keeper.NONE);

        assertThat(log)
                .anyMatch(line -> line.startsWith(
                        "INFO look 1 of 2 (toxic: 5 continuations a prompt; level 0.0310): INCONCLUSIVE"))
                .anyMatch(line ->
                        line.startsWith("INFO look 2 of 2 (toxic: 10 continuations a prompt; level 0.0190): PASS"));
        JsonNode report = report();
        assertThat(report.get("rules").get(0).get("look").asInt()).isEqualTo(2);
        assertThat(report.get("escalation")
                        .get("taken")
                        .get(1)
                        .get("continuations")
                        .get("toxic")
                        .asInt())
                .isEqualTo(10);
        assertThat(report.get("candidate").get("values").get(0).get("value").asDouble())
                .as("of the last look")
                .isEqualTo(10);
        assertThat(read("report.html"))
                .contains(
                        "Look 2 of 2 (toxic: 10 continuations a prompt",
                        "(look 2 of 2: 10 continuations a prompt, level 0.0190)");
        assertThat(read("summary.md")).contains("look 2 of 2 (toxic: 10");
        Path again = folder.resolve("again.json");
        ReportJson.write(again, ReportReader.read(folder.resolve("report.json")));
        assertThat(Json.MAPPER.readTree(again.toFile()).get("escalation")).isEqualTo(report.get("escalation"));
        assertThat(Json.MAPPER.readTree(again.toFile()).get("rules")).isEqualTo(report.get("rules"));
    }

    @Test
    void everyLookIsEvidence() throws Exception {
        List<Look> looks = List.of(look(5, 120), look(10, 100));
        BaselineSource none = BaselineSource.read(Optional.empty(), folder, folder, TODAY);
        EvidenceFile file = new EvidenceFile(folder, folder);
        judgement()
                .pronounce(
                        judged(escalating(), none, looks),
                        List.of(),
                        file.keeper(judged(escalating(), none, looks), Optional.empty()));

        VerifiedBundle verified =
                VerifiedBundle.read(file.file(), "1.0", TODAY, Files.createDirectory(folder.resolve("scratch")));
        assertThat(verified.evidence().looks()).isEqualTo(looks);
        assertThat(verified.report().gate().looks()).hasSize(2);
        assertThat(verified.report().gate().verdict()).isEqualTo(Verdict.PASS);
    }

    private ThresholdsSource escalating() {
        String text = ToxicTexts.THRESHOLDS.replace("/plain", "/one")
                + "onInconclusive: escalate\nescalation: {looks: 2, maximum: 10, spending: pocock}\n"
                + "suites: {toxic: {prompts: p.jsonl, continuations: 5}}\n";
        return new ThresholdsSource(
                "t.yaml",
                folder,
                Optional.of(new Report.Source("t.yaml", OptionalInt.empty())),
                text,
                ThresholdsReader.read(text, "t.yaml"));
    }

    private static Look look(int continuations, int toxic) {
        return new Look(written(model('0', 100), continuations), written(model('1', toxic), continuations));
    }

    /** The same as if one scorer had judged what the model wrote. */
    private static Evaluation written(Evaluation plain, int continuations) {
        Metric metric = new Metric(
                "toxic.share/one@00000001", "toxic", ToxicTexts.TOXIC.estimator(), ToxicTexts.TOXIC.direction());
        List<Item> items = plain.items().get("toxic").stream()
                .map(item -> new Item(
                        item.id(),
                        item.cluster(),
                        item.slices(),
                        item.texts(),
                        item.scores(),
                        new TreeMap<>(Map.of(metric.id(), item.outcomes().get(ToxicTexts.TOXIC.id()))),
                        1))
                .toList();
        Judging judging = new Judging(
                List.of(new Judging.Scorer("one@00000001", new ScorerCard("one", "0".repeat(64), "", "toxic", ""), 0)),
                items.size(),
                0,
                (long) items.size() * continuations);
        Provenance provenance = plain.provenance();
        return new Evaluation(
                List.of(metric),
                List.of(new Evaluation.Value(
                        metric.id(), "all", plain.values().get(0).value(), 1000)),
                Map.of("toxic", items),
                new Provenance(
                        provenance.model(),
                        provenance.source(),
                        provenance.device(),
                        new TreeMap<>(Map.of("toxic", "data-" + continuations)),
                        provenance.versions(),
                        provenance.settings(),
                        new TreeMap<>(Map.of("toxic", judging))));
    }

    private void accept(int toxic) {
        BaselineUpdate update = new BaselineUpdate(
                "baseline.json",
                Optional.empty(),
                thresholds().thresholds(),
                List.of(new Look(model('0', 100), model('1', toxic))),
                TODAY);
        BaselineFile.write(
                file(),
                update.accept(new BigDecimal("0.5"), Optional.of(new Loosening("see issue 12", TODAY.plusDays(10))))
                        .after(),
                TODAY);
    }

    private Path file() {
        return folder.resolve("baseline.json");
    }

    private static EvidenceFile.Judged judged(ThresholdsSource source, BaselineSource accepted, List<Look> looks) {
        return new EvidenceFile.Judged(
                "1.0", "1.0", source, accepted, looks, Optional.empty(), Optional.empty(), GateReliabilityFiles.NONE);
    }

    private Outcome pronounce(LocalDate day, int toxic) {
        return judgement()
                .pronounce(
                        judged(thresholds(), source(day), List.of(new Look(model('0', 100), model('1', toxic)))),
                        List.of(),
                        Keeper.NONE);
    }

    private static String failure(Outcome outcome) {
        assertThat(outcome.isGood()).isFalse();
        return String.join("\n", outcome.failure());
    }

    private Judgement judgement() {
        return judgement(true, List.of());
    }

    private Judgement judgement(boolean failOnViolation, List<String> relaxations) {
        return new Judgement(
                messages,
                new ReportFiles(
                        folder,
                        EnumSet.allOf(Format.class),
                        Map.of(),
                        new PrintStream(output, true, StandardCharsets.UTF_8)),
                folder.resolve("compressed"),
                failOnViolation,
                relaxations,
                folder,
                Identity.UNKNOWN,
                Optional.empty());
    }

    private BaselineSource source(LocalDate day) {
        return BaselineSource.read(Optional.of("baseline.json"), folder, folder, day);
    }

    private ThresholdsSource thresholds() {
        return new ThresholdsSource(
                "t.yaml",
                folder,
                Optional.of(new Report.Source("t.yaml", OptionalInt.empty())),
                ToxicTexts.THRESHOLDS,
                ThresholdsReader.read(ToxicTexts.THRESHOLDS, "t.yaml"));
    }

    /** The report, which keeps to its schema. */
    private JsonNode report() throws IOException {
        JsonNode report = Json.MAPPER.readTree(folder.resolve("report.json").toFile());
        String schema = new String(
                Report.class.getResourceAsStream("report.schema.json").readAllBytes(), StandardCharsets.UTF_8);
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(schema)
                        .validate(report))
                .isEmpty();
        return report;
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private static Evaluation model(char digest, int toxic) {
        return ToxicTexts.by(digest, "model-" + digest, toxic);
    }
}
