package io.github.fairnessgate.report;

import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code badge.json}: the verdict in the form of the endpoint badges of shields.io. */
public final class BadgeReport {

    private static final int SCHEMA_VERSION = 1;

    private BadgeReport() {}

    record Badge(int schemaVersion, String label, String message, String color) {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        GateResult gate = report.gate();
        Badge badge = switch (gate.verdict()) {
            case PASS -> passing(report);
            case FAIL -> badge("failing", gate, Verdict.FAIL, "red");
            case INCONCLUSIVE -> badge("inconclusive", gate, Verdict.INCONCLUSIVE, "yellow");
        };
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, badge));
    }

    /** A pass that needs a second look has not the colour of one that does not. */
    private static Badge passing(Report report) {
        GateResult gate = report.gate();
        if (gate.results().stream().anyMatch(result -> gate.acceptance(result).isPresent())) {
            return badge("passing with exceptions", gate, Verdict.PASS, "yellowgreen");
        }
        return Caution.of(report).isEmpty()
                ? badge("passing", gate, Verdict.PASS, "brightgreen")
                : badge("passing with warnings", gate, Verdict.PASS, "yellowgreen");
    }

    /** With how many rules it is about: {@code failing (2 of 17)}. Rules that never decide do not count. */
    private static Badge badge(String word, GateResult gate, Verdict verdict, String color) {
        List<RuleResult> rules = gate.results().stream()
                .filter(result -> result.rule().role() != Rule.Role.EXPLORATORY)
                .toList();
        long count = rules.stream()
                .filter(result -> result.verdict().equals(Optional.of(verdict)))
                .count();
        return new Badge(
                SCHEMA_VERSION,
                "fairness",
                String.format(Locale.ROOT, "%s (%d of %d)", word, count, rules.size()),
                color);
    }
}
