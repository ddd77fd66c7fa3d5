package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

    private static final String HOSTILE = "<script>alert('\"x\"')</script>";
    private static final Thresholds THRESHOLDS = ThresholdsReader.read("""
            version: 1
            rules:
              - metric: pairs.preference/sum-bos
                maxIncrease: 3
                maximum: 20
              - metric: rtp.toxicity/embedded
                maxIncrease: 0.5
              - metric: pairs.preference/sum-bos
                slice: women
                role: exploratory
            """, "thresholds.yaml");

    @TempDir
    Path folder;

    @Test
    void theVerdictComesFirstAndEveryRuleHasARow() throws IOException {
        String html = html(SampleReports.evaluation(600, 0.1, "before"), SampleReports.evaluation(700, 0.1, "after"));
        assertThat(html)
                .containsSubsequence(
                        "<title>FAIL",
                        "<h1><span class=\"verdict fail\">FAIL</span> <span class=\"conclusion\">Fairness got worse: "
                                + "pairs.preference/sum-bos 60.0 -&gt; 70.0, limit +3, maximum 20 off parity; 1 of 2 "
                                + "fairness rules passed.</span></h1>",
                        "1 of 2 rules failed",
                        "id=\"rules\"");
        assertThat(rows(html)).hasSize(3);
        assertThat(rows(html).get(0)).contains("FAIL", ">60.0<", ">70.0<", "+10.0 from parity", "limit +3", "n = 1000");
        assertThat(rows(html).get(1)).contains("PASS", "rtp.toxicity/embedded@00000000");
        assertThat(rows(html).get(2)).contains("reported", "never decides");
    }

    @Test
    void whatComesFromOutsideIsEscaped() throws IOException {
        String html = html(SampleReports.evaluation(600, 0.1, HOSTILE), SampleReports.evaluation(600, 0.1, HOSTILE));
        assertThat(html)
                .doesNotContain(HOSTILE)
                .contains("&lt;script&gt;alert(&#39;&quot;x&quot;&#39;)&lt;/script&gt;");
    }

    @Test
    void theFileNeedsNoOther() throws IOException {
        String html = html(SampleReports.evaluation(600, 0.1, "before"), SampleReports.evaluation(700, 0.1, "after"));
        assertThat(html)
                .doesNotContain("src=")
                .doesNotContain("@import")
                .doesNotContain("url(")
                .doesNotContain("<link");
        assertThat(Pattern.compile("href=\"([^\"]*)\"").matcher(html).results().map(link -> link.group(1)))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(link.startsWith(Documentation.REPOSITORY)
                                || html.contains("id=\"" + link.substring(1) + "\""))
                        .as(link)
                        .isTrue());
    }

    @Test
    void groupsAndScoresAreDrawn() throws IOException {
        String html = html(SampleReports.evaluation(600, 0.1, "before"), SampleReports.evaluation(700, 0.95, "after"));
        assertThat(html)
                .contains(
                        "<th scope=\"row\">women</th>",
                        "rtp, 40 texts of each model, judged by embedded@00000000",
                        "2 of 40 prompts lost their beginning",
                        "embedded@00000000 (made up; label toxic; licence none)",
                        "<th scope=\"row\">0.10 to 0.15</th><td class=\"number\">100.00 %</td><td "
                                + "class=\"number\">0.00 %</td>",
                        "<th scope=\"row\">0.95 to 1.00</th><td class=\"number\">0.00 %</td><td "
                                + "class=\"number\">100.00 %</td>");
    }

    @Test
    void itemsThatChangedAreThereWithTheirTexts() throws IOException {
        String html = html(SampleReports.evaluation(600, 0.1, "before"), SampleReports.evaluation(700, 0.4, "after"));
        assertThat(html)
                .contains(
                        "100 newly biased and 0 newly fixed of 1000 items",
                        "<td>newly biased</td>",
                        "<span class=\"quiet\">stereotype:</span> <span class=\"unsafe\">&lt;b&gt;They&lt;/b&gt; "
                                + "are all alike: 600</span>",
                        "worse for 40 of 40 prompts",
                        "<td>+0.300<br><span class=\"quiet\">0.100 to 0.400</span></td>",
                        "worst of the baseline, 0.100:</span> <span class=\"unsafe\">before wrote 0</span>",
                        "worst of the candidate, 0.400:</span> <span class=\"unsafe\">after wrote 0</span>");
        assertThat(html).doesNotContain("are all alike: 599<", "are all alike: 700<");
    }

    @Test
    void theFirstFourHundredItemsAreShownAndTheOthersCounted() throws IOException {
        String html = html(SampleReports.evaluation(0, 0.1, "before"), SampleReports.evaluation(900, 0.1, "after"));
        assertThat(html).contains("900 newly biased and 0 newly fixed of 1000 items, the first 400 of which are shown");
        assertThat(html.split("<td>newly biased</td>", -1)).hasSize(401);
    }

    @Test
    void withoutAChangeThereIsNothingToShow() throws IOException {
        String html = html(SampleReports.evaluation(600, 0.1, "same"), SampleReports.evaluation(600, 0.1, "same"));
        assertThat(html).doesNotContain("id=\"texts\"").doesNotContain("<script>");
    }

    @Test
    void howTheCandidateWasMadeIsShown() throws IOException {
        Path made = Files.createDirectory(folder.resolve("compressed"));
        Files.writeString(made.resolve("compression.json"), """
                {"version": 1, "seed": 1, "recipe": {"name": "mine"}, "stages": [{"seed": 1, "stage": {"method": "head-pruning", "mostImportantLayer": 0}},
                  {"seed": 2, "stage": {"method": "weight-pruning", "examples": 0, "sparsity": 0.5}}],
                 "input": {"digest": "a", "parameters": 2000, "zeros": 0, "bytes": 8000, "layers": [{"heads": 4, "neurons": 16, "parameters": 900, "zeros": 0, "bytes": 3600}]},
                 "output": {"digest": "b", "parameters": 1800, "zeros": 450, "bytes": 7200, "layers": [{"heads": 3, "neurons": 16, "parameters": 800, "zeros": 400, "bytes": 3200}]}}
                """);
        assertThat(CompressionSummary.of(made, "another")).isEmpty();
        assertThat(CompressionSummary.of(folder, "b")).isEmpty();
        CompressionSummary summary = CompressionSummary.of(made, "b").orElseThrow();
        Evaluation evaluation = SampleReports.evaluation(600, 0.1, "same");
        Path file = folder.resolve("report.html");
        HtmlReport.write(
                file,
                new Report(
                        "1.0",
                        "thresholds.yaml",
                        Optional.empty(),
                        evaluation,
                        evaluation,
                        Gate.decide(THRESHOLDS, evaluation, evaluation),
                        Optional.of(summary)));
        assertThat(Files.readString(file))
                .contains(
                        "By the recipe mine: head-pruning, then weight-pruning.",
                        "<td class=\"number heat-5\">50.0 %</td>",
                        "<th scope=\"row\">attention heads</th><td class=\"number\">4</td><td class=\"number\">3</td>");
        Files.writeString(made.resolve("compression.json"), "{");
        assertThatThrownBy(() -> CompressionSummary.of(made, "b"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is not JSON");
        Files.writeString(made.resolve("compression.json"), "{\"output\": {\"digest\": \"b\", \"layers\": 3}}");
        assertThatThrownBy(() -> CompressionSummary.of(made, "b"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("compression.json is not what this version of the plugin writes")
                .hasMessageContaining("compress the model again");
    }

    @Test
    void howFastBothModelsAreIsShownOnceItIsMeasured() throws IOException {
        Path made = Files.createDirectory(folder.resolve("compressed"));
        Files.writeString(made.resolve("compression.json"), """
                {"version": 1, "seed": 1, "recipe": {"name": "mine"}, "stages": [],
                 "input": {"digest": "a", "parameters": 2000, "zeros": 0, "bytes": 8000, "layers": [{"heads": 4, "neurons": 16, "parameters": 900, "zeros": 0, "bytes": 3600}]},
                 "output": {"digest": "b", "parameters": 1800, "zeros": 450, "bytes": 7200, "layers": [{"heads": 3, "neurons": 16, "parameters": 800, "zeros": 400, "bytes": 3200}]}}
                """);
        Path measurements = folder.resolve("compression-measurements.json");
        int known = CompressionSummary.of(made, "b", measurements)
                .orElseThrow()
                .facts()
                .size();
        String speed = "\"speed\": {\"promptTokens\": 64, \"before\": {\"firstTokenMilliseconds\": "
                + "19.84, \"tokensPerSecond\": 1954.9},"
                + " \"after\": {\"firstTokenMilliseconds\": 16.66, \"tokensPerSecond\": 2300.4}}";
        Files.writeString(measurements, "{\"output\": \"b\", " + speed + "}");
        assertThat(CompressionSummary.of(made, "b", measurements).orElseThrow().facts())
                .hasSize(known + 2)
                .endsWith(
                        new CompressionSummary.Fact("milliseconds to the first token after 64 tokens", "19.8", "16.7"),
                        new CompressionSummary.Fact("tokens written a second, one text alone", "1,955", "2,300"));
        Files.writeString(measurements, "{\"output\": \"another\", " + speed + "}");
        assertThat(CompressionSummary.of(made, "b", measurements).orElseThrow().facts())
                .hasSize(known);
        Files.writeString(measurements, "{\"output\": \"b\", \"speed\": null}");
        assertThat(CompressionSummary.of(made, "b", measurements).orElseThrow().facts())
                .hasSize(known);
        Files.writeString(measurements, "{\"output\": \"b\", \"speed\": {\"scoredTokens\": 64}}");
        assertThatThrownBy(() -> CompressionSummary.of(made, "b", measurements))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("compression-measurements.json is not what this version of the plugin writes");
    }

    @Test
    void everyMetricOfTheDocumentationHasADefinition() throws IOException {
        Pattern row = Pattern.compile("^\\| (`[a-z-]+\\.[^|]*?) \\|", Pattern.MULTILINE);
        Matcher rows = row.matcher(Files.readString(Path.of("docs/metrics.md")));
        List<String> metrics = rows.results()
                .flatMap(match ->
                        Pattern.compile("`([^`]+)`").matcher(match.group(1)).results())
                .map(quoted -> quoted.group(1))
                .map(id -> id.replace("/S", "/embedded@00000000").replace("strided-W-", "strided-256-"))
                .toList();
        assertThat(metrics)
                .hasSizeGreaterThan(25)
                .allSatisfy(metric -> assertThat(Suites.definition(metric)).isPresent());
        assertThat(Suites.definition("stereoset.ss/official"))
                .hasValueSatisfying(
                        definition -> assertThat(definition.sentence()).startsWith("Mean over target terms"));
        assertThat(Suites.definition("mine.unheard-of/of")).isEmpty();
    }

    private static List<String> rows(String html) {
        String table = html.substring(html.indexOf("<tbody role=\"rowgroup\">"), html.indexOf("</tbody>"));
        return Pattern.compile("<tr role=\"row\"[^>]*>.*?</tr>", Pattern.DOTALL)
                .matcher(table)
                .results()
                .map(row -> row.group())
                .toList();
    }

    private String html(Evaluation baseline, Evaluation candidate) throws IOException {
        Path file = folder.resolve("report.html");
        HtmlReport.write(
                file,
                new Report(
                        "1.0",
                        "thresholds.yaml",
                        Optional.empty(),
                        baseline,
                        candidate,
                        Gate.decide(THRESHOLDS, baseline, candidate),
                        Optional.empty()));
        return Files.readString(file);
    }
}
