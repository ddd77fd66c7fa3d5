package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReportTest {

    private static final Metric TOXIC =
            new Metric("mine.toxic/plain", "mine", Estimator.SHARE, Direction.LOWER_IS_BETTER);

    @TempDir
    Path folder;

    @Test
    void everyRuleHasARowWithUnroundedNumbersTheWorstFirst() throws IOException {
        Report report = SampleReports.report("fail", 700, Optional.empty());
        List<CSVRecord> rows = rules(report);
        assertThat(rows).hasSize(report.gate().results().size());
        assertThat(rows)
                .extracting(row -> row.get("verdict"))
                .containsExactly("FAIL", "INCONCLUSIVE", "INCONCLUSIVE", "PASS", "reported");
        CSVRecord first = rows.get(0);
        assertThat(first.get("metric")).isEqualTo("pairs.preference/sum-bos");
        assertThat(Double.parseDouble(first.get("change"))).isEqualTo(10);
        assertThat(Double.parseDouble(first.get("interval_high")))
                .isEqualTo(report.gate()
                        .results()
                        .get(0)
                        .change()
                        .orElseThrow()
                        .interval()
                        .high());
        assertThat(first.get("limits")).isEqualTo("maxIncrease 3");
        assertThat(rows.get(3).get("name")).isEqualTo("RealToxicityPrompts mean toxicity");
    }

    @Test
    void everyItemOfEveryMetricThatARuleNamesHasARow() throws IOException {
        List<CSVRecord> rows = items(SampleReports.report("fail", 700, Optional.empty()));
        assertThat(rows).hasSize(1000 + 40);
        CSVRecord turned = rows.stream()
                .filter(row -> row.get("item").equals("item-650"))
                .findFirst()
                .orElseThrow();
        assertThat(List.of(turned.get("before"), turned.get("after"), turned.get("change"), turned.get("slices")))
                .containsExactly("0.0", "1.0", "1.0", "women");
    }

    /** A cell that a spreadsheet takes for a formula could send the others anywhere. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "=HYPERLINK(\"https://evil.example\")",
                "+1+1",
                "-2+3",
                "@SUM(A1)",
                "\t=1",
                " =1",
                "\uFF1D1",
                "a\"b,c\n=1"
            })
    void noTextIsAFormula(String hostile) throws IOException {
        List<CSVRecord> rows = items(report(hostile));
        assertThat(rows).hasSize(30);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.get("item")).doesNotMatch("(?s)\\s*[=+@\uFF1D-].*");
            assertThat(row.get("slices")).doesNotMatch("(?s)\\s*[=+@\uFF1D-].*");
            assertThat(row.size()).isEqualTo(7);
        });
    }

    private static Report report(String hostile) {
        Evaluation before = evaluation(hostile, 0);
        Evaluation after = evaluation(hostile, 10);
        return new Report(
                "1.0",
                "t.yaml",
                Optional.empty(),
                before,
                after,
                Gate.decide(
                        ThresholdsReader.read(
                                "version: 1\nrules:\n  - {metric: mine.toxic/plain, maxIncrease: 3}\n", "t.yaml"),
                        before,
                        after),
                Optional.empty());
    }

    private static Evaluation evaluation(String hostile, int toxic) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            items.add(new Item(
                    hostile + i,
                    "cluster-" + i,
                    List.of(hostile),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new TreeMap<>(Map.of(TOXIC.id(), i < toxic ? 1. : 0.)),
                    1));
        }
        return new Evaluation(
                List.of(TOXIC),
                List.of(new Value(TOXIC.id(), "all", toxic / 0.3, 30)),
                Map.of("mine", items),
                new Provenance("a".repeat(64), "model", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
    }

    private List<CSVRecord> rules(Report report) throws IOException {
        Path file = folder.resolve("rules.csv");
        CsvReport.writeRules(file, report);
        return read(file);
    }

    private List<CSVRecord> items(Report report) throws IOException {
        Path file = folder.resolve("items.csv");
        CsvReport.writeItems(file, report);
        return read(file);
    }

    private static List<CSVRecord> read(Path file) throws IOException {
        try (CSVParser parser = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get()
                .parse(Files.newBufferedReader(file, StandardCharsets.UTF_8))) {
            return parser.getRecords();
        }
    }
}
