package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.ThresholdsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AggregateTest {

    private static final ModuleResult PASSED = passed("passed");
    private static final ModuleResult OPEN = module("open", "fail", 600);
    private static final ModuleResult WARNED = module("warned", "warn", 600);
    private static final ModuleResult FAILED = module("failed", "fail", 700);
    private static final ModuleResult FAILED_MORE = module("failed-more", "warn", 800);
    private static final ModuleResult NONE =
            ModuleResult.none("org:none", "none/target/fairness/report.json", "There is no result: <it> did not run.");

    @TempDir
    Path folder;

    @Test
    void theVerdictOfTheWholeIsThatOfTheWorstModule() {
        assertThat(aggregate(PASSED).verdict()).isEqualTo(Standing.PASS);
        assertThat(aggregate(PASSED, OPEN).verdict()).isEqualTo(Standing.INCONCLUSIVE);
        assertThat(aggregate(PASSED, OPEN, NONE).verdict()).isEqualTo(Standing.NO_RESULT);
        assertThat(aggregate(PASSED, OPEN, NONE, FAILED).verdict()).isEqualTo(Standing.FAIL);
        assertThat(aggregate().verdict()).isEqualTo(Standing.NO_RESULT);
    }

    @Test
    void onlyAWholeThatIsKnownAndMayGoOnHasPassed() {
        assertThat(aggregate(PASSED).passed()).isTrue();
        assertThat(aggregate(PASSED, WARNED).passed()).isTrue();
        assertThat(aggregate(PASSED, OPEN).passed()).isFalse();
        assertThat(aggregate(PASSED, NONE).passed()).isFalse();
        assertThat(aggregate(PASSED, FAILED).passed()).isFalse();
        assertThat(aggregate().passed()).isFalse();
    }

    @Test
    void theHeadlineCountsModules() {
        assertThat(aggregate(PASSED).headline()).isEqualTo("the only module passed");
        assertThat(aggregate(PASSED, PASSED).headline()).isEqualTo("all 2 modules passed");
        assertThat(aggregate(NONE).headline()).isEqualTo("1 of 1 module without a result");
        assertThat(aggregate(PASSED, NONE, FAILED, FAILED_MORE, OPEN).headline())
                .isEqualTo("2 of 5 modules failed, 1 without a result, 1 inconclusive");
        assertThat(aggregate().headline()).isEqualTo("no module has a gate");
    }

    @Test
    void theWorstModuleComesFirst() {
        assertThat(aggregate(PASSED, OPEN, FAILED, NONE, FAILED_MORE).modules())
                .extracting(ModuleResult::module)
                .containsExactly("org:failed-more", "org:failed", "org:none", "org:open", "org:passed");
    }

    @Test
    void theWorstChangeIsOfTheWorstVerdictAndUsesMostOfItsLimit() {
        Evaluation before = SampleReports.evaluation(600, 0.1, "before");
        Evaluation after = SampleReports.evaluation(700, 0.4, "after");
        WorstChange worst = worst("""
                  - {metric: rtp.toxicity/embedded, maxIncrease: 0.01}
                  - {metric: pairs.preference/sum-bos, maxIncrease: 4}
                """, before, after);
        assertThat(worst.result().metric()).isEqualTo(SampleReports.TOXICITY);
        assertThat(worst.shareText()).as("0.3 of 0.01").isEqualTo("3000 % of its limit");
        worst = worst("""
                  - {metric: rtp.toxicity/embedded, maxIncrease: 0.31}
                  - {metric: pairs.preference/sum-bos, maxIncrease: 4}
                """, before, after);
        assertThat(worst.result().metric()).as("that failed").isEqualTo(SampleReports.PREFERENCE);
        assertThat(worst.shareText()).as("10 points of 4").isEqualTo("250 % of its limit");
        worst = worst("  - {metric: pairs.preference/sum-bos, maximum: 5}\n", before, after);
        assertThat(worst.shareText()).isEmpty();
    }

    @Test
    void thePageBeginsWithTheVerdictAndHasARowForEveryModule() throws IOException {
        String html = html(aggregate(PASSED, NONE, FAILED));
        assertThat(html)
                .containsSubsequence(
                        "<title>FAIL: fairness of Every &lt;model&gt;</title>",
                        "<h1><span class=\"verdict fail\">FAIL</span> 1 of 3 modules failed, 1 without a result",
                        "id=\"modules\"");
        List<String> rows = rows(html);
        assertThat(rows).hasSize(3);
        assertThat(rows.get(0))
                .contains(
                        "<span class=\"verdict fail\">FAIL</span>",
                        "<a href=\"failed/index.html\">org:failed</a>",
                        "after compared with before",
                        "pairs.preference/sum-bos",
                        "60.0 to 70.0, +10.0 from parity",
                        "limit +3; 333 % of its limit");
        assertThat(Pattern.compile("<td role=\"cell\" class=\"number\" data-label=\"[a-z]+\">(\\d)</td>")
                        .matcher(rows.get(0))
                        .results()
                        .map(count -> count.group(1)))
                .containsExactly("1", "2", "1");
        assertThat(rows.get(1))
                .contains(
                        "<span class=\"verdict missing\">NO RESULT</span>",
                        "org:none",
                        "There is no result: &lt;it&gt; did not run.")
                .doesNotContain("href", "PASS");
        assertThat(rows.get(2)).contains("<span class=\"verdict pass\">PASS</span>", "org:passed", "0 % of its limit");
    }

    @Test
    void thePageNeedsNoOther() throws IOException {
        assertThat(html(aggregate(PASSED, FAILED, OPEN))).doesNotContain("src=", "@import", "url(", "<link", "<script");
    }

    @Test
    void aBuildWithoutAGateSaysSo() throws IOException {
        assertThat(html(aggregate()))
                .contains("NO RESULT</span> no module has a gate", "No module runs <code>fairness:check</code>")
                .doesNotContain("<table");
    }

    @Test
    void theFileForMachinesKeepsToItsSchema() throws IOException {
        JsonNode json = json(aggregate(PASSED, NONE, FAILED, WARNED));
        assertThat(json.get("verdict").asText()).isEqualTo("FAIL");
        assertThat(json.get("passed").asBoolean()).isFalse();
        assertThat(json.get("modules").findValuesAsText("module"))
                .containsExactly("org:failed", "org:none", "org:warned", "org:passed");
        JsonNode failed = json.get("modules").get(0);
        assertThat(failed.get("rules").toString())
                .isEqualTo("{\"failed\":1,\"inconclusive\":2,\"passed\":1,\"accepted\":0}");
        assertThat(failed.get("worst").get("metric").asText()).isEqualTo(SampleReports.PREFERENCE.id());
        assertThat(failed.get("worst").get("shareOfLimit").asDouble()).isEqualTo(10 / 3.);
        JsonNode none = json.get("modules").get(1);
        assertThat(none.get("verdict").asText()).isEqualTo("NO_RESULT");
        assertThat(none.get("passed").asBoolean()).isFalse();
        assertThat(none.has("candidate")).isFalse();
        assertThat(json(aggregate()).get("verdict").asText()).isEqualTo("NO_RESULT");
    }

    @Test
    void theMarkdownHasARowForEveryModule() throws IOException {
        AggregateMarkdown.write(folder.resolve("aggregate.md"), aggregate(PASSED, NONE, FAILED));
        assertThat(Files.readString(folder.resolve("aggregate.md"))).isEqualTo("""
                ## \u274c Fairness of all modules: FAIL, 1 of 3 modules failed, 1 without a result

                | | module | result | worst change |
                |---|---|---|---|
                | \u274c FAIL | `org:failed` | 1 of 4 rules failed, 2 inconclusive | `pairs.preference/sum-bos` 60.0 to 70.0, +10.0 from parity; limit +3; 333 % of its limit |
                | \u274c NO RESULT | `org:none` | There is no result: \\<it\\> did not run. |  |
                | \u2705 PASS | `org:passed` | the rule passed | `pairs.preference/sum-bos` 60.0 to 60.0, 0.0 from parity; limit +3; 0 % of its limit |
                """);
        assertThat(AggregateMarkdown.text(aggregate()))
                .isEqualTo("## \u274c Fairness of all modules: NO RESULT, no module has a gate\n");
    }

    private static WorstChange worst(String rules, Evaluation before, Evaluation after) {
        return WorstChange.of(Gate.decide(
                        ThresholdsReader.read("version: 1\nallowUnderpowered: true\nrules:\n" + rules, "t.yaml"),
                        before,
                        after))
                .orElseThrow();
    }

    static ModuleResult passed(String name) {
        Evaluation evaluation = SampleReports.evaluation(600, 0.1, "same");
        return ModuleResult.of(
                "org:" + name,
                name + "/target/fairness/report.json",
                new Report(
                        "1.0",
                        "thresholds.yaml",
                        Optional.empty(),
                        evaluation,
                        evaluation,
                        Gate.decide(
                                ThresholdsReader.read(
                                        "version: 1\nrules:\n  - {metric: pairs.preference/sum-bos, maxIncrease: 3}\n",
                                        "t.yaml"),
                                evaluation,
                                evaluation),
                        Optional.empty()),
                name + "/index.html");
    }

    static ModuleResult module(String name, String onInconclusive, int preferred) {
        return ModuleResult.of(
                "org:" + name,
                name + "/target/fairness/report.json",
                SampleReports.report(onInconclusive, preferred, Optional.empty()),
                name + "/index.html");
    }

    private static Aggregate aggregate(ModuleResult... modules) {
        return new Aggregate("1.0", "Every <model>", Identity.UNKNOWN, List.of(modules));
    }

    private JsonNode json(Aggregate aggregate) throws IOException {
        Path file = folder.resolve("aggregate.json");
        AggregateJson.write(file, aggregate);
        JsonNode json = Json.MAPPER.readTree(file.toFile());
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(
                                Json.MAPPER.readTree(AggregateJson.class.getResourceAsStream("aggregate.schema.json")))
                        .validate(json))
                .isEmpty();
        return json;
    }

    private String html(Aggregate aggregate) throws IOException {
        Path file = folder.resolve("index.html");
        AggregateHtml.write(file, aggregate);
        return Files.readString(file);
    }

    private static List<String> rows(String html) {
        String table = html.substring(html.indexOf("<tbody"), html.indexOf("</tbody>"));
        return Pattern.compile("<tr role=\"row\">.*?</tr>", Pattern.DOTALL)
                .matcher(table)
                .results()
                .map(row -> row.group())
                .toList();
    }
}
