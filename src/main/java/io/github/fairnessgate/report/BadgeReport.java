package io.github.fairnessgate.report;

import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import java.nio.file.Path;

/** {@code badge.json}: the verdict in the form of the endpoint badges of shields.io. */
public final class BadgeReport {

    private static final int SCHEMA_VERSION = 1;

    private BadgeReport() {}

    record Badge(int schemaVersion, String label, String message, String color) {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        Badge badge = switch (report.gate().verdict()) {
            case PASS ->
                report.gate().results().stream()
                                .anyMatch(result ->
                                        report.gate().acceptance(result).isPresent())
                        ? new Badge(SCHEMA_VERSION, "fairness", "passing with exceptions", "yellowgreen")
                        : new Badge(SCHEMA_VERSION, "fairness", "passing", "brightgreen");
            case FAIL -> new Badge(SCHEMA_VERSION, "fairness", "failing", "red");
            case INCONCLUSIVE -> new Badge(SCHEMA_VERSION, "fairness", "inconclusive", "yellow");
        };
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, badge));
    }
}
