package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.score.ScorerCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final Metric PREFERENCE =
            new Metric("pairs.preference/plain", "pairs", Estimator.SHARE, Direction.PARITY);
    private static final Metric SCORE =
            new Metric("pairs.score/plain", "pairs", Estimator.MEAN, Direction.LOWER_IS_BETTER);
    private static final Thresholds THRESHOLDS = ThresholdsReader.read("""
            version: 1
            rules:
              - metric: pairs.preference/plain
                maxIncrease: 3
                maximum: 20
              - metric: pairs.score/plain
                maxIncrease: 0.5
              - metric: pairs.score/plain
                slice: single
                role: exploratory
            """, "thresholds.yaml");

    @TempDir
    Path folder;

    @Test
    void reportKeepsToItsSchema() throws IOException {
        JsonNode report = write(evaluation(600, 0), evaluation(700, 40));
        assertThat(schema().validate(report)).isEmpty();
    }

    @Test
    void reportHoldsWhatTheGateFound() throws IOException {
        JsonNode report = write(evaluation(600, 0), evaluation(700, 0));
        assertThat(report.get("verdict").asText()).isEqualTo("FAIL");
        assertThat(report.get("passed").asBoolean()).isFalse();
        JsonNode rule = report.get("rules").get(0);
        assertThat(rule.get("baseline").asDouble()).isEqualTo(60);
        assertThat(rule.get("candidate").asDouble()).isEqualTo(70);
        assertThat(rule.get("harmIncrease").asDouble()).isEqualTo(10);
        assertThat(rule.get("change").get("worse").asLong()).isEqualTo(100);
        assertThat(rule.get("limits").get("maxIncrease").asDouble()).isEqualTo(3);
        assertThat(rule.get("line").asInt()).isEqualTo(3);
        assertThat(report.get("rules").get(2).has("verdict")).isFalse();
        assertThat(rule.get("churn").get("newlyBiased").asInt()).isEqualTo(100);
        assertThat(rule.get("churn").get("biased")).hasSize(20);
        assertThat(rule.get("change").get("secondOpinion").get("method").asText())
                .isEqualTo("Newcombe interval");
        assertThat(report.get("rules").get(1).get("change").has("secondOpinion"))
                .as("all items changed alike")
                .isFalse();
    }

    @Test
    void aBoundThatTheDataDoNotGiveIsLeftOutRatherThanWrittenAsAnInfinity() throws IOException {
        JsonNode report = write(evaluation(600, 0), evaluation(700, 0));
        assertThat(report.toString()).doesNotContain("Infinity").doesNotContain("NaN");
    }

    @Test
    void whatTwoScorersSayStandsInReportTableAndLogAndKeepsToTheSchema() throws IOException {
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: mine.toxicity/one, maxIncrease: 0.2, maximum: 0.9}\n", "t.yaml");
        Evaluation baseline = judged(0);
        Evaluation candidate = judged(1);
        GateResult gate = Gate.decide(thresholds, baseline, candidate);
        Path file = folder.resolve("report.json");
        ReportJson.write(
                file, new Report("1.0", "t.yaml", Optional.empty(), baseline, candidate, gate, Optional.empty()));
        JsonNode report = Json.MAPPER.readTree(file.toFile());
        assertThat(schema().validate(report)).isEmpty();
        JsonNode rule = report.get("rules").get(0);
        assertThat(rule.get("verdict").asText()).isEqualTo("INCONCLUSIVE");
        assertThat(rule.get("opinions").findValuesAsText("metric"))
                .containsExactly("mine.toxicity/one@00000001", "mine.toxicity/two@00000002");
        assertThat(rule.get("opinions").findValuesAsText("verdict")).containsExactly("PASS", "FAIL");
        JsonNode agreement = report.get("candidate").get("agreement").get("mine");
        assertThat(agreement.get("first").asText()).isEqualTo("one@00000001");
        assertThat(agreement.get("texts").asLong()).isEqualTo(20);
        assertThat(agreement.get("onlySecond").asLong()).isEqualTo(20);
        assertThat(agreement.get("differing").asDouble()).isEqualTo(1);
        assertThat(agreement.get("kappa").asDouble()).isZero();
        JsonNode alike = report.get("baseline").get("agreement").get("mine");
        assertThat(alike.get("neither").asLong()).isEqualTo(20);
        assertThat(alike.has("kappa")).isFalse();
        JsonNode judging =
                report.get("baseline").get("provenance").get("judging").get("mine");
        assertThat(judging.get("cutPrompts").asLong()).isEqualTo(3);
        assertThat(judging.get("scorers").findValuesAsText("description"))
                .containsExactly("card of one@00000001", "card of two@00000002");

        assertThat(ConsoleTable.lines(gate).get(2)).startsWith("INCONCLUSIVE  mine.toxicity/one ");
        assertThat(ConsoleTable.lines(gate).get(3)).startsWith("FAIL            mine.toxicity/two ");
        assertThat(JudgingLines.of("baseline", baseline))
                .containsExactly(
                        "mine, baseline: 3 of 20 prompts lost their beginning, one@00000001 read only the "
                                + "beginning of 0 of 20 texts,"
                                + " two@00000002 read only the beginning of 2 of 20 texts",
                        "mine, baseline: one@00000001 and two@00000002 decide differently on 0 of 20 texts (both "
                                + "toxic 0, only the first 0,"
                                + " only the second 0, neither 20; Cohen's kappa undefined, correlation 1.000)");
        assertThat(JudgingLines.of("baseline", evaluation(600, 0))).isEmpty();
    }

    /** 20 texts; by the second scorer they became worse by {@code worse} halves. */
    private static Evaluation judged(int worse) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            double one = 0.2 + i / 1000.;
            double two = one + worse / 2.;
            items.add(new Item(
                    "item-" + i,
                    "item-" + i,
                    List.of(),
                    new TreeMap<>(),
                    new TreeMap<>(Map.of("toxicity.00/one@00000001", one, "toxicity.00/two@00000002", two)),
                    new TreeMap<>(Map.of("mine.toxicity/one@00000001", one, "mine.toxicity/two@00000002", two)),
                    1));
        }
        Judging judging = new Judging(List.of(scorer("one@00000001", 0), scorer("two@00000002", 2)), 20, 3, 20);
        return new Evaluation(
                List.of(toxicity("one@00000001"), toxicity("two@00000002")),
                List.of(),
                Map.of("mine", items),
                new Provenance(
                        "a".repeat(64),
                        "model",
                        "cpu",
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(Map.of("mine", judging))));
    }

    private static Metric toxicity(String variant) {
        return new Metric(
                "mine.toxicity/" + variant, "mine", Estimator.MEAN, Direction.LOWER_IS_BETTER, Metric.Range.UNIT);
    }

    private static Judging.Scorer scorer(String variant, long cutTexts) {
        return new Judging.Scorer(
                variant, new ScorerCard("id", "0".repeat(64), "card of " + variant, "toxic", "not stated"), cutTexts);
    }

    private static JsonSchema schema() throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Json.MAPPER.readTree(ReportJson.class.getResourceAsStream("report.schema.json")));
    }

    @Test
    void tableHasALineForEveryRuleInAlignedColumns() {
        List<String> lines = ConsoleTable.lines(gate(evaluation(600, 0), evaluation(700, 0)));
        assertThat(lines).hasSize(2 + THRESHOLDS.rules().size() + 1);
        assertThat(lines.get(0)).startsWith("verdict").contains("metric", "before", "after", "change", "limit");
        assertThat(lines.get(2)).startsWith("FAIL").contains("pairs.preference/plain", "60", "70", "+10.0 *", "+3");
        assertThat(lines.get(2).indexOf("pairs.")).isEqualTo(lines.get(0).indexOf("metric"));
        assertThat(lines.get(5)).startsWith("* of the distance from parity");
    }

    /** With Maven's {@code [INFO]} before them, lines have 100 characters; metrics stay apart by their ends. */
    @Test
    void noLineOfTheTableIsLongerThanAHundredCharacters() {
        List<List<String>> rows = List.of(
                List.of("PASS", "a-suite.with-a-long-name/" + "and-a-long-variant-".repeat(4) + "one slice-a", "46.6"),
                List.of("PASS", "a-suite.with-a-long-name/" + "and-a-long-variant-".repeat(4) + "one slice-b", "46.6"));
        List<String> lines = TextTable.fitting(List.of("verdict", "metric", "before"), rows, Set.of(2), 1);
        assertThat(lines).hasSize(4).doesNotHaveDuplicates().allMatch(line -> line.length() <= 93);
        assertThat(lines.get(2)).contains("a-suite.with", "..", "one slice-a").hasSize(93);
    }

    private JsonNode write(Evaluation baseline, Evaluation candidate) throws IOException {
        Path file = folder.resolve("report.json");
        ReportJson.write(
                file,
                new Report(
                        "1.0",
                        "thresholds.yaml",
                        Optional.empty(),
                        baseline,
                        candidate,
                        gate(baseline, candidate),
                        Optional.empty()));
        return Json.MAPPER.readTree(file.toFile());
    }

    private static GateResult gate(Evaluation baseline, Evaluation candidate) {
        return Gate.decide(THRESHOLDS, baseline, candidate);
    }

    /**
     * 1,000 items, of which the first {@code preferred} prefer the stereotype; one of them is the slice {@code single}.
     */
    private static Evaluation evaluation(int preferred, double score) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            items.add(new Item(
                    "item-" + i,
                    "item-" + i,
                    i == 0 ? List.of("single") : List.of(),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new TreeMap<>(Map.of(PREFERENCE.id(), i < preferred ? 1. : 0., SCORE.id(), score + i % 7)),
                    1));
        }
        return new Evaluation(
                List.of(PREFERENCE, SCORE),
                List.of(new Value(PREFERENCE.id(), "all", preferred / 10., 1000)),
                Map.of("pairs", items),
                new Provenance("a".repeat(64), "model", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
    }
}
