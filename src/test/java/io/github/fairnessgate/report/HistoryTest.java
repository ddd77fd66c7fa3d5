package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    private static final String PROJECT = "org.example:my-model";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("history.jsonl");
    }

    @Test
    void everyResultIsThereOnceWithTheNumbersOfEveryRule() throws IOException {
        append(report("1.0", 610, "a"));
        append(report("1.1", 700, "b"));
        byte[] before = Files.readAllBytes(file);
        append(report("1.1", 700, "c"));
        assertThat(Files.readAllBytes(file))
                .as("the same result in another build")
                .isEqualTo(before);
        append(report("1.2", 700, "c"));
        List<HistoryEntry> entries = History.read(file, PROJECT).entries();
        assertThat(entries).extracting(entry -> entry.build().version()).containsExactly("1.0", "1.1", "1.2");
        assertThat(entries).extracting(entry -> entry.build().commit()).containsExactly("a", "b", "c");
        HistoryEntry.Value value = entries.get(1).rules().get(0);
        assertThat(value.rule()).isEqualTo("rule-pairs.preference-sum-bos");
        assertThat(List.of(value.before(), value.after(), value.change())).containsExactly(60., 70., 10.);
        assertThat(value.low()).isBetween(8., 9.);
        assertThat(entries.get(1).rules())
                .hasSameSizeAs(report("1.1", 700, "b").gate().results());
    }

    @Test
    void aFileThatDoesNotExistIsEmpty() {
        assertThat(History.read(file, PROJECT)).isEqualTo(History.NONE);
    }

    @Test
    void aDamagedLineIsNamed() throws IOException {
        append(report("1.0", 610, "a"));
        append(report("1.1", 700, "b"));
        String whole = Files.readString(file);
        for (String damaged : List.of(
                whole.substring(0, whole.length() - 40), // a write that ended early
                whole + "<<<<<<< HEAD\n",
                whole.replaceFirst("(?s)(.*)\"after\":70.0", "$1\"after\":60.5"),
                whole.replaceFirst("\n", "\n\n"),
                whole + "null\n",
                whole + "{\"schema\":1}\n")) {
            Files.writeString(file, damaged);
            assertThatThrownBy(() -> History.read(file, PROJECT))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith(file + ":")
                    .hasMessageContaining("the line is damaged (")
                    .hasMessageEndingWith("): restore the file from version control, or remove the line.");
        }
        Files.writeString(file, whole.replace("\"after\":70.0", "\"after\":60.5"));
        assertThatThrownBy(() -> History.read(file, PROJECT))
                .hasMessageContaining("history.jsonl:2: ")
                .hasMessageContaining("its numbers are not those that its digest was made of");
    }

    @Test
    void aForeignSchemaOrProjectIsRefused() throws IOException {
        append(report("1.0", 610, "a"));
        assertThatThrownBy(() -> History.read(file, "org.example:other"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(file + ":1: the entry is of " + PROJECT + ", but this is org.example:other: name a file of "
                        + "its own as fairness.history.");
        Files.writeString(file, Files.readString(file).replace("{\"schema\":1", "{\"schema\":2"));
        assertThatThrownBy(() -> History.read(file, PROJECT))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        file + ":1: the entry has schema 2, but this version of the plugin reads 1: take the version "
                                + "that wrote it, or name another file as fairness.history.");
    }

    @Test
    void theCourseOfEveryRuleThatDecidesIsDrawnAndSaid() throws IOException {
        append(report("1.0", 610, "a"));
        append(report("1.1", 700, "b"));
        Report report = report("1.1", 700, "b").with(History.read(file, PROJECT));
        List<Trend> trends = Trend.of(report.history());
        assertThat(trends).hasSize(4); // all but the one that is only reported
        Trend first = trends.get(0);
        assertThat(first.anchor()).isEqualTo("rule-pairs.preference-sum-bos");
        assertThat(first.label()).isEqualTo("pairs.preference/sum-bos after compression; 1.0: 61.0, 1.1: 70.0 FAIL");
        assertThat(first.points()).extracting(Trend.Point::failed).containsExactly(false, true);
        assertThat(first.points().get(1).estimate())
                .as("worse is above")
                .isLessThan(first.points().get(0).estimate());
        Path page = folder.resolve("report.html");
        HtmlReport.write(page, report);
        assertThat(Files.readString(page)).contains("id=\"history\"", first.label(), "<polyline");
        AggregateHtml.write(
                page,
                new Aggregate(
                        "1.0",
                        "all",
                        Identity.UNKNOWN,
                        List.of(ModuleResult.of("org:one", "report.json", report, "one/index.html"))));
        assertThat(Files.readString(page)).contains(first.label());
        HtmlReport.write(page, report("1.0", 610, "a"));
        assertThat(Files.readString(page)).doesNotContain("id=\"history\"");
    }

    @Test
    void theReportHasTheHistoryAndKeepsToItsSchema() throws IOException {
        append(report("1.0", 610, "a"));
        append(report("1.1", 700, "b"));
        Report report = report("1.1", 700, "b").with(History.read(file, PROJECT));
        Path json = folder.resolve("report.json");
        ReportJson.write(json, report);
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(Json.MAPPER.readTree(ReportJson.class.getResourceAsStream("report.schema.json")))
                        .validate(Json.MAPPER.readTree(json.toFile())))
                .isEmpty();
        assertThat(ReportReader.read(json).history()).isEqualTo(report.history());
    }

    private void append(Report report) {
        History.read(file, PROJECT).with(report).write(file);
    }

    private static Report report(String version, int preferred, String commit) {
        return SampleReports.report("fail", preferred, Optional.empty())
                .with(new Identity(PROJECT, version, commit, "main", "2026-11-30T12:00:00Z", ""));
    }
}
