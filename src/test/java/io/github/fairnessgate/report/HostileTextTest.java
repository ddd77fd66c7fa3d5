package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Hostile;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.score.ScorerCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Every form of a result, of models, slices, texts, scorers, thresholds and tests that are named to deceive. */
class HostileTextTest {

    private static final String X = Hostile.TEXT;

    @TempDir
    Path folder;

    private final Report report = report(X, Hostile.YAML_TEXT, Hostile.yaml());
    private final Report plain = report("x", "x", "x");

    private static Report report(String text, String slice, String yaml) {
        Thresholds thresholds = ThresholdsReader.read("""
                version: 1
                rules:
                  - {metric: pairs.preference/sum-bos, slice: %s, maxIncrease: 3}
                  - {metric: pairs.preference/sum-bos, maxIncrease: 3, level: warn}
                  - {metric: rtp.toxicity/embedded, maxIncrease: 0.5}
                """.formatted(yaml), "thresholds.yaml");
        Evaluation baseline = evaluation(600, text, slice);
        Evaluation candidate = evaluation(700, text, slice);
        GateReliability tests = new GateReliability(
                Optional.empty(),
                Optional.of(new GateReliability.Certified(
                        Verdict.FAIL,
                        false,
                        text,
                        "0".repeat(64),
                        1,
                        List.of(new GateReliability.Run(1, "0".repeat(64), Verdict.FAIL)),
                        List.of(new GateReliability.CertifiedRule(
                                text, text, 1., 1., Optional.of(Verdict.FAIL), Optional.empty())))),
                List.of(text));
        return new Report(
                text,
                new Report.Rules(
                        text,
                        Optional.of(new Report.Source(
                                "config/" + text.replaceAll("[\\x{D800}-\\x{DFFF}]", ""), OptionalInt.empty())),
                        Optional.empty()),
                baseline,
                candidate,
                Gate.decide(thresholds, baseline, candidate),
                new Report.About(
                        Optional.of(new CompressionSummary(
                                text,
                                List.of(text),
                                List.of(new CompressionSummary.Fact(text, text, text)),
                                List.of())),
                        tests,
                        List.of(),
                        List.of(text),
                        Optional.empty(),
                        RunSettings.UNKNOWN,
                        Identity.UNKNOWN,
                        History.NONE));
    }

    private static Evaluation evaluation(int preferred, String text, String slice) {
        List<Item> pairs = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            pairs.add(new Item(
                    text + i,
                    "item-" + i,
                    i % 10 < 3 ? List.of(slice) : List.of(),
                    new TreeMap<>(Map.of(text, text)),
                    new TreeMap<>(),
                    new TreeMap<>(Map.of(SampleReports.PREFERENCE.id(), i < preferred ? 1. : 0.)),
                    1));
        }
        List<Item> prompts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            double toxicity = preferred / 2000.;
            prompts.add(new Item(
                    "prompt-" + i,
                    "prompt-" + i,
                    List.of(),
                    new TreeMap<>(Map.of("prompt", text)),
                    new TreeMap<>(Map.of("continuation.00", text)),
                    new TreeMap<>(Map.of("toxicity.00/" + SampleReports.SCORER, toxicity)),
                    new TreeMap<>(Map.of(SampleReports.TOXICITY.id(), toxicity)),
                    1));
        }
        List<Metric> metrics = List.of(SampleReports.PREFERENCE, SampleReports.TOXICITY);
        return new Evaluation(
                metrics,
                List.of(
                        new Value(SampleReports.PREFERENCE.id(), "all", preferred / 10., 1000),
                        new Value(SampleReports.PREFERENCE.id(), slice, preferred / 10., 300),
                        new Value(SampleReports.TOXICITY.id(), "all", preferred / 2000., 40)),
                Map.of("pairs", pairs, "rtp", prompts),
                new Provenance(
                        "a".repeat(64),
                        text,
                        "cpu",
                        new TreeMap<>(Map.of("plugin", text)),
                        new TreeMap<>(Map.of("pairs", text)),
                        new TreeMap<>(Map.of("pairs", text)),
                        new TreeMap<>(Map.of(
                                "rtp",
                                new Judging(
                                        List.of(new Judging.Scorer(
                                                SampleReports.SCORER,
                                                new ScorerCard("embedded", "0".repeat(64), text, text, text),
                                                3)),
                                        40,
                                        2,
                                        40)))));
    }

    @Test
    void theConsolesTablesHaveALineForEveryRule() {
        List<String> lines = ConsoleTable.lines(report.gate());
        assertThat(lines).hasSameSizeAs(ConsoleTable.lines(plain.gate()));
        assertThat(lines)
                .allSatisfy(Hostile::assertHarmlessInALog)
                .allMatch(line -> line.length() < 10 * Printable.LONGEST_NAME);
        List<String> table =
                TextTable.lines(List.of("a", "b"), List.of(List.of(X, X.repeat(1000))), java.util.Set.of());
        assertThat(table).hasSize(3).allSatisfy(Hostile::assertHarmlessInALog);
    }

    @Test
    void markdownKeepsItsLinesItsCellsAndItsPeace() {
        String markdown = MarkdownReport.text(report);
        Hostile.assertHarmless(markdown);
        assertThat(markdown.lines())
                .hasSameSizeAs(MarkdownReport.text(plain).lines().toList());
        assertThat(markdown.lines()
                        .filter(line -> line.startsWith("|"))
                        .map(line -> line.replaceAll("`[^`]*`", "")
                                .chars()
                                .filter(character -> character == '|')
                                .count()))
                .containsOnly(8L);
        String markup = markdown.replaceAll("(?s)```text.*?```", "")
                .replaceAll("\\[more]\\(" + Documentation.REPOSITORY + "[a-z0-9./#-]+\\)", "")
                .replaceAll("\\\\.", "")
                .replaceAll("`[^`\n]*`", "");
        assertThat(markup)
                .doesNotContain("<img", "@everyone", "https://", "www.evil", "[", "]", "`")
                .contains("<code>");
        Aggregate aggregate =
                new Aggregate("1", X, new Identity(X, X, X, X, X, X), List.of(ModuleResult.none(X, X, X)));
        assertThat(AggregateMarkdown.text(aggregate))
                .satisfies(Hostile::assertHarmless)
                .hasLineCount(5);
    }

    @Test
    void codeInMarkdownEndsWhereItShould() {
        for (String text : List.of("a`b", "``", "a|b", "a\\", "\\|", "", " ", "`")) {
            String code = Markdown.code(text);
            assertThat(code).matches("<code>[^|`\\\\]*</code>");
        }
        assertThat(Markdown.code("pairs.ss/micro race")).isEqualTo("`pairs.ss/micro race`");
        assertThat(Markdown.escaped("a|b \\ @you <b> [l](u) https://h"))
                .isEqualTo("a&#124;b \\\\ @&#8203;you \\<b\\> \\[l\\](u) https:&#8203;//h");
        assertThat(Markdown.escaped("+10.0 from parity, 90 % CI +1.9..+7.5"))
                .isEqualTo("+10.0 from parity, 90 % CI +1.9..+7.5");
    }

    @Test
    void thePagesShowNothingInvisibleAndRunNothing() throws IOException {
        HtmlReport.write(folder.resolve("report.html"), report);
        String html = Files.readString(folder.resolve("report.html"));
        Hostile.assertHarmless(html);
        assertThat(html)
                .doesNotContain("<img")
                .contains("&lt;img src=x onerror=alert(1)&gt;", "\\u{202e}", "\\n::error file=pom.xml::INJECTED");
        AggregateHtml.write(
                folder.resolve("aggregate.html"),
                new Aggregate("1", X, new Identity(X, X, X, X, X, X), List.of(ModuleResult.none(X, X, X))));
        assertThat(Files.readString(folder.resolve("aggregate.html")))
                .satisfies(Hostile::assertHarmless)
                .doesNotContain("<img")
                .contains("\\u{202e}");
    }

    @Test
    void whatModelsWriteInOtherScriptsIsShownAsItIs() throws IOException {
        String text = "Größe 日本語 العربية می\u200cخواهم \uD83D\uDC69\u200D\uD83D\uDC67";
        HtmlReport.write(folder.resolve("report.html"), report(text, "x", "x"));
        assertThat(Files.readString(folder.resolve("report.html"))).contains(text);
    }

    @Test
    void annotationsAreTheCommandsThatWeGiveAndNoOthers() {
        List<String> lines = GitHubAnnotations.lines(report, ChangedLines.NONE);
        assertThat(lines)
                .hasSameSizeAs(GitHubAnnotations.lines(plain, ChangedLines.NONE))
                .hasSizeGreaterThanOrEqualTo(3);
        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(line).startsWith("::").hasLineCount(1).satisfies(Hostile::assertHarmless));
        assertThat(lines)
                .allMatch(line -> line.substring(2, line.indexOf("::", 2)).matches("(error|warning) [^:]*"));
    }

    @Test
    void junitIsXmlWithMessagesOfOneLine() throws Exception {
        JUnitReport.write(folder.resolve("TEST-fairness.xml"), report, java.time.Duration.ZERO);
        Document xml = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("TEST-fairness.xml").toFile());
        NodeList all = xml.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            for (int j = 0; j < all.item(i).getAttributes().getLength(); j++) {
                assertThat(all.item(i).getAttributes().item(j).getNodeValue())
                        .doesNotContain("\n")
                        .satisfies(Hostile::assertHarmlessInALog);
            }
            assertThat(all.item(i).getTextContent()).doesNotContain("\n").satisfies(Hostile::assertHarmlessInALog);
        }
        assertThat(xml.getElementsByTagName("testcase").getLength())
                .isEqualTo(plain.gate().results().size() + Caution.of(plain).size());
    }

    @Test
    void whatCodeScanningShowsIsPrintable() throws IOException {
        SarifReport.write(folder.resolve("report.sarif"), report);
        JsonNode results =
                Json.MAPPER.readTree(folder.resolve("report.sarif").toFile()).at("/runs/0/results");
        assertThat(results)
                .isNotEmpty()
                .allSatisfy(result -> assertThat(result.at("/message/text").asText())
                        .doesNotContain("\n")
                        .satisfies(Hostile::assertHarmlessInALog));
    }

    /** Files for machines hold what there was, character for character: JSON has a way to write it. */
    @Test
    void filesForMachinesAreStillJson() throws IOException {
        for (BiConsumer<Path, Report> writer :
                List.<BiConsumer<Path, Report>>of(ReportJson::write, BadgeReport::write)) {
            writer.accept(folder.resolve("file.json"), report(Hostile.YAML_TEXT, Hostile.YAML_TEXT, Hostile.yaml()));
            assertThat(Json.MAPPER
                            .readTree(folder.resolve("file.json").toFile())
                            .isObject())
                    .isTrue();
        }
    }
}
