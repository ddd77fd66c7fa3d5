package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.Ratchet;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.model.Proof;
import io.github.fairnessgate.model.ShippedFiles;
import io.github.fairnessgate.yaml.Location;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportReaderTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"fail,700", "warn,600", "fail,600", "warn,500"})
    void whatIsReadBackIsWrittenAndShownAsBefore(String onInconclusive, int preferred) throws IOException {
        assertSame(SampleReports.report(onInconclusive, preferred, Optional.empty()));
    }

    @Test
    void exceptionsMarginsAndLimitsOfEveryKindAreReadBack() throws IOException {
        assertSame(accepted());
    }

    @Test
    void gpusThatTheUserNamedAreReadBackAndShown() throws IOException {
        Report plain = SampleReports.report("fail", 700, Optional.empty());
        Report named = new Report(
                plain.pluginVersion(),
                plain.rules(),
                plain.baseline(),
                plain.candidate(),
                plain.gate(),
                new Report.About(
                        plain.compression(),
                        plain.tests(),
                        List.of(0, 3),
                        plain.warnings(),
                        plain.shipped(),
                        plain.run(),
                        plain.build(),
                        plain.history()));
        assertThat(ReportReader.read(write(named)).gpus()).containsExactly(0, 3);
        assertSame(named);
        Path page = folder.resolve("gpus.html");
        HtmlReport.write(page, named);
        assertThat(Files.readString(page)).contains("GPUs named").contains("0, 3");
        HtmlReport.write(page, plain);
        assertThat(Files.readString(page)).doesNotContain("GPUs named");
        assertThat(Files.readString(write(plain))).doesNotContain("\"gpus\"");
    }

    @Test
    void whichBuildItWasIsReadBackAndShownWithALink() throws IOException {
        Report built = SampleReports.report("fail", 700, Optional.empty())
                .with(new Identity(
                        "org.example:my-model",
                        "1.0",
                        "0123456789abcdef0123456789abcdef01234567",
                        "main",
                        "2026-11-30T12:00:00Z",
                        "https://ci.example/1"));
        assertThat(ReportReader.read(write(built)).build()).isEqualTo(built.build());
        assertSame(built);
        Path page = folder.resolve("built.html");
        HtmlReport.write(page, built);
        assertThat(Files.readString(page))
                .contains(
                        "<title>FAIL: fairness of org.example:my-model 1.0</title>",
                        "org.example:my-model 1.0, commit 0123456789ab on main, 2026-11-30T12:00:00Z",
                        "<a href=\"https://ci.example/1\">CI run</a>");
        assertThat(MarkdownReport.text(built)).contains("commit 0123456789ab on main, 2026-11-30T12:00:00Z");
    }

    @Test
    void theFilesOfTheCandidateAreReadBackAndThoseThatAreNotVerifiedAreLoudEverywhere() throws IOException {
        Report plain = SampleReports.report("fail", 700, Optional.empty());
        ShippedFiles files = new ShippedFiles(
                List.of("config.json", "model.safetensors", "tokenizer.json"),
                new TreeMap<>(Map.of("model.onnx", Proof.GRAPH, "README.md", Proof.ORIGINAL)),
                List.of("<i>evil</i>.py"));
        Report shipped = new Report(
                plain.pluginVersion(),
                plain.rules(),
                plain.baseline(),
                plain.candidate(),
                plain.gate(),
                new Report.About(
                        plain.compression(),
                        plain.tests(),
                        plain.gpus(),
                        plain.warnings(),
                        Optional.of(files),
                        plain.run(),
                        plain.build(),
                        plain.history()));
        assertSame(shipped);
        assertThat(Json.MAPPER.readTree(write(shipped).toFile()).get("shipped").toString())
                .isEqualTo(
                        "{\"measured\":[\"config.json\",\"model.safetensors\",\"tokenizer.json\"],"
                                + "\"verified\":{\"README.md\":\"original\",\"model.onnx\":\"graph\"},\"unverified\":[\"<i>evil</i>.py\"]}");
        Path page = folder.resolve("shipped.html");
        HtmlReport.write(page, shipped);
        assertThat(Files.readString(page))
                .contains(
                        "<p class=\"warning\" role=\"alert\">NOT VERIFIED: &lt;i&gt;evil&lt;/i&gt;.py. This file "
                                + "is shipped with the candidate",
                        "3 files measured, 3 shipped beside them, 2 of them verified, 1 unverified",
                        "<td>the ONNX graph of the measured weights, byte for byte</td>")
                .doesNotContain("<i>evil");
        assertThat(MarkdownReport.text(shipped))
                .contains(
                        "**NOT VERIFIED: ",
                        "Files of the candidate: 3 files measured, 3 shipped beside them, 2 of them verified, 1 "
                                + "unverified");
        assertThat(GitHubAnnotations.lines(shipped, ChangedLines.NONE))
                .first()
                .asString()
                .startsWith("::warning title=Fairness%3A files of the candidate::NOT VERIFIED: ");
        HtmlReport.write(page, plain);
        assertThat(Files.readString(page)).doesNotContain("Files of the candidate");
        assertThat(Files.readString(write(plain))).doesNotContain("\"shipped\"");
    }

    @Test
    void aCorrectionForTheScorersErrorsIsReadBack() throws IOException {
        ObjectNode correction = (ObjectNode) Json.MAPPER.readTree("""
                {"sensitivity": 0.89, "specificity": 0.914, "data": "held out", "baseline": 0.0412, "candidate": 0.0527, "change": 0.0115,
                 "interval": {"low": 0.0021, "high": 0.0209, "level": 0.9}, "candidateAlone": {"low": 0.04, "high": 0.06, "level": 0.9}}""");
        Path file = edited(report -> ((ObjectNode) report.get("rules").get(1)).set("corrected", correction));
        Path copy = folder.resolve("copy.json");
        ReportJson.write(copy, ReportReader.read(file));
        assertThat(Json.MAPPER.readTree(copy.toFile()).get("rules").get(1))
                .isEqualTo(Json.MAPPER.readTree(file.toFile()).get("rules").get(1));
    }

    @Test
    void withoutTheItemsThePageSaysWhatItLacksAndNamesTheItemsOfTheFile() throws IOException {
        Report report = ReportReader.read(write(SampleReports.report("fail", 700, Optional.empty())));
        Path page = folder.resolve("page.html");
        HtmlReport.write(page, report);
        assertThat(Files.readString(page))
                .contains(
                        "<h1><span class=\"verdict fail\">FAIL</span> <span class=\"conclusion\">Fairness got worse",
                        "Made from report.json alone",
                        "100 newly biased and 0 newly fixed of 1000 items, of which at most 20 each are named here",
                        "<span class=\"unsafe\">&lt;b&gt;They&lt;/b&gt; are all alike: 600</span>",
                        "<th scope=\"row\">women</th>")
                .doesNotContain("id=\"toxicity\"");
        assertThat(Files.readString(page).split("<td>newly biased</td>", -1)).hasSize(21);
    }

    @Test
    void evaluationsWithOtherNumbersAreNotTakenForThoseOfTheReport() throws IOException {
        Report report = ReportReader.read(write(SampleReports.report("fail", 700, Optional.empty())));
        Evaluation baseline = SampleReports.evaluation(600, 0.1, "before");
        assertThat(report.with(baseline, SampleReports.evaluation(700, 0.1, "after")))
                .isPresent();
        assertThat(report.with(baseline, SampleReports.evaluation(701, 0.1, "after")))
                .isEmpty();
        assertThat(report.with(baseline, SampleReports.evaluation(700, 0.1, "another")))
                .isEmpty();
    }

    @Test
    void aVerdictThatItsRulesDoNotGiveIsRefused() throws IOException {
        assertRefused(
                report -> report.put("verdict", "PASS").put("passed", true),
                "says PASS, passed, but its rules say FAIL, not passed");
        assertRefused(report -> report.put("passed", true), "says FAIL, passed, but its rules say FAIL, not passed");
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertRefused(report -> report.remove("metrics"), "lacks metrics");
        assertRefused(report -> report.remove("onInconclusive"), "lacks onInconclusive");
        assertRefused(report -> report.remove("candidate"), "lacks candidate");
        assertRefused(
                report -> ((ObjectNode) report.get("rules").get(0)).remove("verdict"),
                "lacks verdict of the rule for pairs.preference");
        assertRefused(
                report -> ((ObjectNode) report.get("rules").get(0)).put("level", "lax"), "is not a report", "LAX");
        assertRefused(
                report -> ((ObjectNode) report.get("rules").get(0).get("change")).remove("interval"),
                "lacks an interval");
        assertRefused(
                report -> ((ObjectNode) report.get("rules").get(0)).remove("candidate"),
                "is not a report",
                "candidate");
        assertRefused(
                report -> ((ObjectNode) report.get("candidate").get("provenance")).remove("data"), "is not a report");
        assertRefused(report -> ((ArrayNode) report.get("rules")).removeAll(), "is not a report", "no rule decides");
        assertRefused(report -> ((ArrayNode) report.get("rules")).setNull(0), "lacks one of the rules");
        assertRefused(report -> ((ArrayNode) report.get("metrics")).setNull(0), "lacks one of the metrics");
        assertRefused(report -> ((ObjectNode) report.get("metrics").get(0)).remove("suite"), "lacks suite of a metric");
        assertRefused(
                report -> ((ObjectNode) report.get("rules").get(0).get("change")).remove("midPMcNemar"),
                "lacks McNemar's test by mid-p");
        assertRefused(
                report -> ((ArrayNode) report.get("rules").get(0).get("churn").get("biased")).setNull(0),
                "lacks one of the newly biased items");
        assertRefused(
                report -> ((ObjectNode) report.get("rules")
                                .get(0)
                                .get("churn")
                                .get("biased")
                                .get(0))
                        .remove("texts"),
                "is not a report",
                "lacks its texts");
        assertRefused(
                report -> ((ArrayNode) report.get("candidate").get("values")).setNull(0),
                "lacks one of the values of the candidate");
        assertRefused(
                report -> ((ObjectNode) report.get("candidate").get("values").get(0)).remove("slice"),
                "is not a report",
                "a value lacks its slice");
        assertRefused(
                report -> ((ObjectNode) report.get("candidate").get("provenance")).remove("source"),
                "is not a report",
                "the provenance lacks the source");
        assertRefused(
                report -> ((ArrayNode) report.get("baseline").get("values")).removeAll(),
                "lacks the baseline's value of pairs.preference/sum-bos for all");
        assertRefused(
                report -> report.put("schemaVersion", 2),
                "has schemaVersion 2, but this version of the plugin reads 1");
    }

    /**
     * Whoever reads reports of others, as fairness:report-aggregate does, gets a sentence or something that can be
     * shown.
     */
    @Test
    void whateverIsChangedIsRefusedInASentenceOrShown() throws IOException {
        Path file = write(SampleReports.report("fail", 700, Optional.empty()));
        JsonNode report = Json.MAPPER.readTree(file.toFile());
        List<String> places = new ArrayList<>();
        collect(report, "", places);
        int shown = 0;
        List<String> crashes = new ArrayList<>();
        for (String place : places) {
            for (String value : List.of("null", "-1", "1e308", "\"\"", "\"<b>\\n::error::\"", "[]", "{}", "true")) {
                ObjectNode changed = report.deepCopy();
                set(changed, place, Json.MAPPER.readTree(value));
                Json.MAPPER.writeValue(file.toFile(), changed);
                shown += isShown(file, place + " = " + value, crashes) ? 1 : 0;
            }
        }
        assertThat(crashes).isEmpty();
        assertThat(places).hasSizeGreaterThan(100);
        assertThat(shown).isBetween(1, places.size() * 8 - 1);
    }

    /** Every place of a document, of arrays only the first elements. */
    private static void collect(JsonNode node, String path, List<String> places) {
        for (var entry : node.properties()) {
            places.add(path + "/" + entry.getKey());
            collect(entry.getValue(), path + "/" + entry.getKey(), places);
        }
        for (int i = 0; i < Math.min(2, node.isArray() ? node.size() : 0); i++) {
            places.add(path + "/" + i);
            collect(node.get(i), path + "/" + i, places);
        }
    }

    private static void set(ObjectNode root, String place, JsonNode value) {
        int slash = place.lastIndexOf('/');
        JsonNode parent = root.at(place.substring(0, slash));
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(place.substring(slash + 1)), value);
        } else {
            ((ObjectNode) parent).set(place.substring(slash + 1), value);
        }
    }

    private boolean isShown(Path file, String change, List<String> crashes) {
        Report report;
        try {
            report = ReportReader.read(file);
        } catch (InvalidInputException e) {
            if (!e.getMessage().startsWith(file.toString())
                    || !e.getMessage().endsWith("un fairness:verify again.")
                    || e.getMessage().length() > 2000) {
                crashes.add(change + " has no sentence: " + e.getMessage());
            }
            return false;
        }
        try {
            HtmlReport.write(folder.resolve("page.html"), report);
            MarkdownReport.text(report);
            Aggregate aggregate = new Aggregate(
                    "1.0",
                    "all",
                    Identity.UNKNOWN,
                    List.of(ModuleResult.of("org:one", "one/report.json", report, "one/index.html")));
            AggregateHtml.write(folder.resolve("aggregate.html"), aggregate);
            AggregateJson.write(folder.resolve("aggregate.json"), aggregate);
            AggregateMarkdown.text(aggregate);
            return true;
        } catch (RuntimeException e) {
            crashes.add(change + ": " + e + " at " + e.getStackTrace()[0]);
            return false;
        }
    }

    @Test
    void keysOfALaterVersionAreIgnored() throws IOException {
        Path file = edited(report -> {
            report.put("later", 1);
            ((ObjectNode) report.get("rules").get(0)).put("later", 1);
        });
        assertThat(ReportReader.read(file).gate().results()).hasSize(5);
    }

    @Test
    void whatIsNoJsonIsRefusedByName() throws IOException {
        Path file = Files.writeString(folder.resolve("report.json"), "{\"schemaVersion\": 1,");
        assertThatThrownBy(() -> ReportReader.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + " is not a report")
                .hasMessageContaining("fairness:verify");
    }

    /**
     * A candidate that writes nothing: toxicity over written texts has no value, which every form says and none takes
     * for a number.
     */
    @Test
    void whatIsNotDefinedIsSaidInEveryFormAndReadBack() throws IOException {
        Report report = silent();
        RuleResult written = report.gate().results().get(1);
        assertThat(written.verdict()).contains(Verdict.INCONCLUSIVE);
        assertSame(report);
        JsonNode rule =
                Json.MAPPER.readTree(write(report).toFile()).get("rules").get(1);
        assertThat(rule.has("candidate")).isFalse();
        assertThat(rule.has("harmIncrease")).isFalse();
        assertThat(rule.get("baseline").asDouble()).isEqualTo(0.1);
        assertThat(MarkdownReport.text(report)).contains("undefined").doesNotContain("NaN");
        assertThat(String.join("\n", ConsoleTable.lines(report.gate())))
                .contains("0.100", "undefined")
                .doesNotContain("NaN");
        Path file = folder.resolve("form");
        for (BiConsumer<Path, Report> writer : List.<BiConsumer<Path, Report>>of(
                HtmlReport::write, (junit, of) -> JUnitReport.write(junit, of, Duration.ZERO), SarifReport::write)) {
            writer.accept(file, report);
            assertThat(file).content().contains("undefined").doesNotContain("NaN");
        }
        HtmlReport.write(file, report);
        assertThat(file)
                .content()
                .contains(
                        "Mean toxicity of the continuations that are not blank",
                        "Share of continuations that are blank",
                        "rtp, candidate: 40 of 40 texts are blank");
        assertThat(String.join("\n", GitHubAnnotations.lines(report, ChangedLines.NONE)))
                .contains("undefined")
                .doesNotContain("NaN");
        assertRefusedIn(
                write(report),
                "rtp.toxicity/embedded@00000000 has no candidate",
                edited -> ((ObjectNode) edited.get("rules").get(0)).remove("candidate"));
    }

    private void assertRefusedIn(Path file, String part, Consumer<ObjectNode> edit) throws IOException {
        ObjectNode tree = (ObjectNode) Json.MAPPER.readTree(file.toFile());
        edit.accept(tree);
        Files.write(file, Json.MAPPER.writeValueAsBytes(tree));
        assertThatThrownBy(() -> ReportReader.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(part);
    }

    private static Report silent() {
        Evaluation baseline = withWritten(SampleReports.evaluation(600, 0.1, "before"), 0, 0.1);
        Evaluation candidate = withWritten(SampleReports.evaluation(600, 0, "after"), 1, 0);
        var thresholds = ThresholdsReader.read("""
                version: 1
                rules:
                  - {metric: rtp.toxicity/embedded, maxIncrease: 0.5}
                  - {metric: rtp.toxicity-written/embedded, maxIncrease: 0.5}
                  - {metric: rtp.blank/texts, maxIncrease: 0.2}
                """, "thresholds.yaml");
        return new Report(
                "1.0",
                "thresholds.yaml",
                Optional.empty(),
                baseline,
                candidate,
                Gate.decide(thresholds, baseline, candidate),
                Optional.empty());
    }

    private static Evaluation withWritten(Evaluation evaluation, double blank, double toxicity) {
        Metric written = new Metric(
                "rtp.toxicity-written/" + SampleReports.SCORER,
                "rtp",
                Metric.Estimator.MEAN_OF_WRITTEN,
                Metric.Direction.LOWER_IS_BETTER);
        Metric share = new Metric("rtp.blank/texts", "rtp", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER);
        List<Item> prompts = evaluation.items().get("rtp").stream()
                .map(item -> {
                    TreeMap<String, Double> outcomes = new TreeMap<>(item.outcomes());
                    outcomes.put(written.id(), toxicity);
                    outcomes.put(share.id(), blank);
                    return item.withOutcomes(outcomes);
                })
                .toList();
        List<Value> values = new ArrayList<>(evaluation.values());
        values.add(new Value(share.id(), "all", blank, 40));
        if (blank < 1) {
            values.add(new Value(written.id(), "all", toxicity / (1 - blank), 40));
        }
        return new Evaluation(
                List.of(SampleReports.PREFERENCE, SampleReports.TOXICITY, written, share),
                values,
                Map.of("pairs", evaluation.items().get("pairs"), "rtp", prompts),
                evaluation.provenance());
    }

    private void assertSame(Report report) throws IOException {
        Path file = write(report);
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(Json.MAPPER.readTree(ReportJson.class.getResourceAsStream("report.schema.json")))
                        .validate(Json.MAPPER.readTree(file.toFile())))
                .isEmpty();
        Report again = ReportReader.read(file)
                .with(report.baseline(), report.candidate())
                .orElseThrow();
        Path copy = folder.resolve("copy.json");
        ReportJson.write(copy, again);
        assertThat(copy).hasSameTextualContentAs(file);
        HtmlReport.write(folder.resolve("before.html"), report);
        HtmlReport.write(folder.resolve("after.html"), again);
        assertThat(folder.resolve("after.html")).hasSameTextualContentAs(folder.resolve("before.html"));
        assertThat(MarkdownReport.text(again)).isEqualTo(MarkdownReport.text(report));
        assertThat(ConsoleTable.lines(again.gate())).isEqualTo(ConsoleTable.lines(report.gate()));
    }

    /**
     * A failure that is accepted, an exception that nothing needs, a margin that is used, and limits on the candidate
     * and on newly biased items.
     */
    private static Report accepted() {
        Evaluation baseline = SampleReports.evaluation(600, 0.1, "before");
        Evaluation candidate = SampleReports.evaluation(700, 0.2, "after");
        var thresholds = ThresholdsReader.read("""
                version: 1
                alpha: 0.025
                rules:
                  - {metric: pairs.preference/sum-bos, compare: signed, maxIncrease: 3.50, maximum: 90, maxNewlyBiasedRate: 5}
                  - {metric: rtp.toxicity/embedded, maxIncrease: 0.5}
                """, "thresholds.yaml");
        Ratchet ratchet = new Ratchet(
                thresholds.rules().stream()
                        .filter(rule -> rule.metric().startsWith("pairs"))
                        .toList(),
                List.of(exception(SampleReports.PREFERENCE.id(), 3), exception(SampleReports.TOXICITY.id(), 9)));
        return new Report(
                "1.0",
                "thresholds.yaml",
                Optional.empty(),
                baseline,
                candidate,
                Gate.decide(thresholds, ratchet, LocalDate.of(2026, 3, 1), baseline, candidate),
                Optional.empty());
    }

    private static AcceptedException exception(String metric, int line) {
        return new AcceptedException(
                new Location("src/main/fairness/baseline.json", line, ""),
                metric,
                "all",
                new BigDecimal("10.50"),
                Optional.of(new BigDecimal("12")),
                new TreeMap<>(),
                "see issue 12",
                LocalDate.of(2026, 2, 1),
                LocalDate.of(2026, 4, 1));
    }

    private void assertRefused(Consumer<ObjectNode> edit, String... parts) throws IOException {
        Path file = edited(edit);
        assertThatThrownBy(() -> ReportReader.read(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContainingAll(parts)
                .hasMessageEndingWith("un fairness:verify again.");
    }

    private Path edited(Consumer<ObjectNode> edit) throws IOException {
        Path file = write(SampleReports.report("fail", 700, Optional.empty()));
        JsonNode report = Json.MAPPER.readTree(file.toFile());
        edit.accept((ObjectNode) report);
        Json.MAPPER.writeValue(file.toFile(), report);
        return file;
    }

    private Path write(Report report) {
        Path file = folder.resolve("report.json");
        ReportJson.write(file, report);
        return file;
    }
}
