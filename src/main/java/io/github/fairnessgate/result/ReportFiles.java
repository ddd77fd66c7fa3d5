package io.github.fairnessgate.result;

import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.report.BadgeReport;
import io.github.fairnessgate.report.ChangedLines;
import io.github.fairnessgate.report.CodeQualityReport;
import io.github.fairnessgate.report.CsvReport;
import io.github.fairnessgate.report.GitHubAnnotations;
import io.github.fairnessgate.report.HtmlReport;
import io.github.fairnessgate.report.JUnitReport;
import io.github.fairnessgate.report.MarkdownReport;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.ReportJson;
import io.github.fairnessgate.report.SarifReport;
import io.github.fairnessgate.yaml.NearestName;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a report in every form that the user wants; {@code report.json} is always written. */
public final class ReportFiles {

    public static final String JSON = "report.json";

    private final Path folder;
    private final Set<? extends ReportForm> formats;
    private final Map<String, String> environment;
    private final PrintStream output;
    /** When the goal came here: before anything is measured. */
    private final long begun = System.nanoTime();

    /** The plugin's own forms. */
    public enum Format implements ReportForm {
        HTML("report.html"),
        JUNIT("TEST-fairness.xml"),
        SARIF("report.sarif"),
        CODE_QUALITY("gl-code-quality-report.json"),
        MARKDOWN("summary.md"),
        BADGE("badge.json"),
        CSV("rules.csv", "items.csv"),
        /** Lines for GitHub Actions, not a file. */
        GITHUB;

        private final List<String> files;

        Format(String... files) {
            this.files = List.of(files);
        }

        private Path in(Path folder) {
            return folder.resolve(files.get(0));
        }

        @Override
        public String id() {
            return EnumText.of(this);
        }
    }

    /**
     * @param folder where files go
     * @param environment the process's variables, {@code GITHUB_ACTIONS} and {@code GITHUB_STEP_SUMMARY} among them
     * @param output where GitHub Actions reads its commands from
     */
    public ReportFiles(
            Path folder, Set<? extends ReportForm> formats, Map<String, String> environment, PrintStream output) {
        this.folder = folder;
        this.formats = formats;
        this.environment = environment;
        this.output = output;
    }

    /** Writes for the environment and the output of this process. */
    public static ReportFiles in(Path folder, Set<? extends ReportForm> formats) {
        return new ReportFiles(folder, formats, System.getenv(), System.out);
    }

    /**
     * @param names empty ones, such as one between two commas, which Maven gives as null, count for nothing
     * @throws InvalidInputException if there is no such format, or if one among the plugin's dependencies cannot be
     *     used
     */
    public static Set<ReportForm> formats(List<String> names) {
        return names.stream()
                .filter(Objects::nonNull)
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(ReportFiles::format)
                .collect(Collectors.toSet());
    }

    private static ReportForm format(String name) {
        List<ReportForm> known = Stream.concat(Arrays.stream(Format.values()), provided().stream())
                .toList();
        List<String> ids = known.stream().map(ReportForm::id).toList();
        return known.stream()
                .filter(form -> form.id().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidInputException("There is no report \"" + name + "\"" + NearestName.hint(name, ids)
                                + "; " + Parameters.REPORTS + " lists some of " + String.join(", ", ids) + "."));
    }

    private static Collection<ProvidedForm> provided() {
        Set<String> own = Arrays.stream(Format.values()).map(Format::id).collect(Collectors.toSet());
        return ProvidedForm.in(ReportFiles.class.getClassLoader(), own).values();
    }

    /** Removes an earlier run's reports, so that a run that breaks leaves none that looks like its own. */
    static void delete(Path folder) {
        AtomicFiles.delete(folder.resolve(JSON));
        AtomicFiles.delete(folder.resolve(SkippedGate.FILE));
        for (Format format : Format.values()) {
            format.files.forEach(file -> AtomicFiles.delete(folder.resolve(file)));
        }
        provided().forEach(form -> AtomicFiles.delete(folder.resolve(form.file())));
    }

    /** The report that a person should open. */
    public Path best() {
        return formats.contains(Format.HTML) ? Format.HTML.in(folder) : folder.resolve(JSON);
    }

    /** @throws InvalidInputException if a file cannot be written */
    public void write(Report report) {
        ReportJson.write(folder.resolve(JSON), report);
        for (Format format : Format.values()) {
            if (formats.contains(format)) {
                write(format, report);
            }
        }
        formats.stream()
                .filter(ProvidedForm.class::isInstance)
                .map(ProvidedForm.class::cast)
                .sorted(Comparator.comparing(ProvidedForm::id))
                .forEach(form -> form.write(folder, ReportJson.text(report)));
        new GateLedger(environment)
                .judged(
                        report.gate().verdict(),
                        folder.resolve(JSON),
                        report.run().relaxations());
    }

    /**
     * Writes that there is no report because the gate was skipped.
     *
     * @param by the setting that wants it, and where it came from
     * @throws InvalidInputException if a file cannot be written
     */
    public void skipped(String goal, String by) {
        Path marker = SkippedGate.write(folder, goal, by);
        new GateLedger(environment).skipped(marker, by);
        JobSummary.append(MarkdownReport.skipped(goal, by), environment);
        if ("true".equals(environment.get("GITHUB_ACTIONS"))) {
            output.println(GitHubAnnotations.skipped(goal, by));
        }
    }

    private void write(Format format, Report report) {
        switch (format) {
            case HTML -> HtmlReport.write(format.in(folder), report);
            case JUNIT -> JUnitReport.write(format.in(folder), report, Duration.ofNanos(System.nanoTime() - begun));
            case SARIF -> SarifReport.write(format.in(folder), report);
            case CODE_QUALITY -> CodeQualityReport.write(format.in(folder), report);
            case CSV -> {
                CsvReport.writeRules(format.in(folder), report);
                CsvReport.writeItems(folder.resolve(format.files.get(1)), report);
            }
            case BADGE -> BadgeReport.write(format.in(folder), report);
            case MARKDOWN -> {
                MarkdownReport.write(format.in(folder), report);
                JobSummary.append(MarkdownReport.text(report), environment);
            }
            case GITHUB -> {
                if ("true".equals(environment.get("GITHUB_ACTIONS"))) {
                    ChangedLines changes = new PullRequest(environment, folder).changes();
                    GitHubAnnotations.lines(report, changes).forEach(output::println);
                }
            }
        }
    }
}
