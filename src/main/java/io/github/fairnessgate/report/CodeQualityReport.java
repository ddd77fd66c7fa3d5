package io.github.fairnessgate.report;

import io.github.fairnessgate.Json;
import io.github.fairnessgate.Printable;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.RuleResult;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code gl-code-quality-report.json}: what did not pass and every {@link Caution}, for the Code Quality widget of
 * GitLab's merge requests. A finding is at the line of the thresholds whose rule it is, or else at the first line of
 * the POM.
 *
 * <p>Source: GitLab's documentation, "Code Quality report format"; it is a subset of the Code Climate engine
 * specification.
 */
public final class CodeQualityReport {

    /** A finding without a file is not shown. */
    private static final SourceLine WITHOUT_POM = new SourceLine("pom.xml", 1);

    private CodeQualityReport() {}

    record Finding(String description, String check_name, String fingerprint, String severity, Location location) {}

    record Location(String path, Lines lines) {}

    record Lines(int begin) {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        List<Finding> findings = Stream.concat(
                        report.gate().results().stream().flatMap(result -> finding(report, result)),
                        Caution.of(report).stream().map(caution -> finding(report, caution)))
                .toList();
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, findings));
    }

    /** Nothing for a rule that is kept or only reported. */
    private static Stream<Finding> finding(Report report, RuleResult result) {
        SourceLine line = report.lineOf(result.rule()).orElse(WITHOUT_POM);
        return severity(report, result).stream()
                .map(severity -> new Finding(
                        Printable.line(Outcome.message(report.gate(), result)),
                        result.metric().id(),
                        RuleIdentity.digest(result),
                        severity,
                        new Location(line.path(), new Lines(line.number()))));
    }

    private static Finding finding(Report report, Caution caution) {
        SourceLine line = report.beginning().orElse(WITHOUT_POM);
        return new Finding(
                caution.sentence(),
                caution.id(),
                caution.digest(),
                "minor",
                new Location(line.path(), new Lines(line.number())));
    }

    private static List<String> severity(Report report, RuleResult result) {
        return switch (Outcome.of(report.gate(), result)) {
            case FAILED -> List.of("critical");
            case WARNED -> List.of("minor");
            case PASSED, REPORTED -> List.of();
        };
    }
}
