package io.github.fairnessgate.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.ReportJson;
import io.github.fairnessgate.result.ReportFiles.Format;
import io.github.fairnessgate.spi.ReportFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class ReportFilesTest {

    @TempDir
    Path folder;

    @TempDir
    Path jar;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    @Test
    void everyFormIsWrittenUnlessItIsSwitchedOff() {
        files(EnumSet.allOf(Format.class), Map.of()).write(report());
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "report.json",
                        "gl-code-quality-report.json",
                        "rules.csv",
                        "items.csv",
                        "report.html",
                        "TEST-fairness.xml",
                        "report.sarif",
                        "summary.md",
                        "badge.json");
        ReportFiles.delete(folder);
        assertThat(names()).isEmpty();
        files(Set.of(Format.BADGE), Map.of()).write(report());
        assertThat(names()).containsExactlyInAnyOrder("report.json", "badge.json");
        assertThat(output.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void whatIsEmptyBetweenTwoCommasIsNoForm() {
        assertThat(ReportFiles.formats(Arrays.asList("html", null, " ", "junit")))
                .containsExactlyInAnyOrder(Format.HTML, Format.JUNIT);
    }

    @Test
    void aJobOfGitHubActionsGetsAnnotationsAndItsSummaryIsKept() throws IOException {
        Path summary = Files.writeString(folder.resolve("step"), "# before\n");
        files(EnumSet.allOf(Format.class), Map.of("GITHUB_ACTIONS", "true", "GITHUB_STEP_SUMMARY", summary.toString()))
                .write(report());
        assertThat(output.toString(StandardCharsets.UTF_8)).startsWith("::error ");
        assertThat(Files.readString(summary))
                .startsWith("# before\n## ")
                .isEqualTo("# before\n" + Files.readString(folder.resolve("summary.md")));
    }

    @Test
    void aSummaryThatCannotBeWrittenIsAnError() {
        assertThatThrownBy(() -> files(
                                Set.of(Format.MARKDOWN),
                                Map.of(
                                        "GITHUB_STEP_SUMMARY",
                                        folder.resolve("no/such").toString()))
                        .write(report()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("GITHUB_STEP_SUMMARY")
                .hasMessageContaining("no/such");
    }

    /** The verdict in one word. */
    public static class Verdict implements ReportFormat {

        @Override
        public String id() {
            return "verdict";
        }

        @Override
        public String extension() {
            return "txt";
        }

        @Override
        public String content(String report) {
            return report.contains("FAIL") ? "no" : "yes";
        }
    }

    public static class Bundled extends Verdict {
        @Override
        public String id() {
            return "html";
        }
    }

    public static class Outside extends Verdict {
        @Override
        public String extension() {
            return "txt/../../x";
        }
    }

    public static class Silent extends Verdict {
        @Override
        public String content(String report) {
            return null;
        }
    }

    @Test
    void aFormOfAnExtensionIsWrittenBesideTheOthers() throws IOException {
        ProvidedForm form = provided(Verdict.class).get("verdict");
        files(Set.of(form, Format.BADGE), Map.of()).write(report());
        assertThat(names()).contains("report.json", "badge.json", "report-verdict.txt");
        assertThat(folder.resolve("report-verdict.txt")).hasContent("no");
        assertThat(ReportJson.text(report())).isEqualTo(Files.readString(folder.resolve("report.json")));
    }

    @Test
    void aFormThatCannotBeUsedIsToldInOneSentence() {
        assertThatThrownBy(() -> provided(Bundled.class))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("has the id of the bundled report format 'html'; give it a different id.");
        assertThatThrownBy(() -> provided(Outside.class))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageEndingWith("has the extension \"txt/../../x\"; use letters and digits.");
        assertThatThrownBy(() -> files(Set.of(provided(Silent.class).get("verdict")), Map.of())
                        .write(report()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("failed when asked for its content (the answer is null)");
    }

    /** As a jar with this format has it. */
    private SortedMap<String, ProvidedForm> provided(Class<?> format) throws IOException {
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.writeString(services.resolve(ReportFormat.class.getName()), format.getName());
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            return ProvidedForm.in(loader, Set.of("html"));
        }
    }

    @Test
    void namesAreChecked() {
        assertThat(ReportFiles.formats(List.of("html", " sarif", "")))
                .containsExactlyInAnyOrder(Format.HTML, Format.SARIF);
        assertThatThrownBy(() -> ReportFiles.formats(List.of("sarf")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("\"sarf\"")
                .hasMessageContaining("did you mean \"sarif\"");
    }

    @Test
    void theBestReportToOpenIsThePage() {
        assertThat(files(EnumSet.allOf(Format.class), Map.of()).best()).isEqualTo(folder.resolve("report.html"));
        assertThat(files(Set.of(), Map.of()).best()).isEqualTo(folder.resolve("report.json"));
    }

    private ReportFiles files(Set<? extends ReportForm> formats, Map<String, String> environment) {
        return new ReportFiles(folder, formats, environment, new PrintStream(output, true, StandardCharsets.UTF_8));
    }

    private List<String> names() {
        return List.of(folder.toFile().list());
    }

    /** One rule, failed by 100 of 100 items. */
    private static Report report() {
        return report(1, 1);
    }

    /**
     * One rule about 100 items of which none is bad before.
     *
     * @param outcome of each item after: 0 or 1
     * @param margin in points
     */
    public static Report report(double outcome, int margin) {
        Metric metric =
                new Metric("toxic.share/plain", "toxic", Metric.Estimator.SHARE, Metric.Direction.LOWER_IS_BETTER);
        Evaluation baseline = evaluation(metric, 0);
        Evaluation candidate = evaluation(metric, outcome);
        return new Report(
                "1.0",
                "default",
                Optional.empty(),
                baseline,
                candidate,
                Gate.decide(
                        ThresholdsReader.read(
                                "version: 1\nrules:\n  - {metric: toxic.share/plain, maxIncrease: " + margin + "}\n",
                                "t.yaml"),
                        baseline,
                        candidate),
                Optional.empty());
    }

    private static Evaluation evaluation(Metric metric, double outcome) {
        List<Item> items = IntStream.range(0, 100)
                .mapToObj(i -> new Item(
                        "item-" + i,
                        "item-" + i,
                        List.of(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(Map.of(metric.id(), outcome)),
                        1))
                .toList();
        return new Evaluation(
                List.of(metric),
                List.of(new Evaluation.Value(metric.id(), "all", 100 * outcome, 100)),
                Map.of("toxic", items),
                new Provenance("a".repeat(64), "source", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
    }
}
