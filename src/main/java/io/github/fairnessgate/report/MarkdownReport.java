package io.github.fairnessgate.report;

import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code summary.md}: verdict and rules as Markdown, for the summary of a CI job or a comment. */
public final class MarkdownReport {

    private MarkdownReport() {
    }

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        AtomicFiles.write(file, text(report).getBytes(StandardCharsets.UTF_8));
    }

    /** The summary, ending with a line break. */
    public static String text(Report report) {
        GateResult gate = report.gate();
        List<String> lines = new ArrayList<>();
        lines.add("## " + symbol(gate) + " Fairness: " + gate.verdict() + ", " + escaped(GateMessages.headline(gate)));
        lines.add("");
        lines.add(code(report.candidate().provenance().source()) + " compared with " + code(report.baseline().provenance().source())
                + ", thresholds " + code(report.thresholds()));
        lines.add("");
        lines.add("| | metric | before | after | change | interval | limit |");
        lines.add("|---|---|--:|--:|---|---|---|");
        gate.results().forEach(result -> lines.add(row(gate, result)));
        List<String> findings = new ArrayList<>(GateMessages.findings(gate));
        findings.addAll(GateMessages.looks(gate));
        findings.addAll(GateMessages.exceptions(gate));
        findings.addAll(GateMessages.budgets(gate));
        if (!findings.isEmpty()) {
            lines.add("");
            lines.add("```text");
            findings.forEach(line -> lines.add(line.replace("```", "'''")));
            lines.add("```");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String row(GateResult gate, RuleResult result) {
        RuleText text = RuleText.of(result);
        return "| " + String.join(" | ", mark(Outcome.of(gate, result)) + " " + text.verdict(), code(text.subject()), text.before(), text.after(),
                escaped(text.change()), escaped(text.interval()), escaped(text.limit())) + " |";
    }

    private static String symbol(GateResult gate) {
        return gate.passed() ? "\u2705" : "\u274c";
    }

    private static String mark(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> "\u2705";
            case FAILED -> "\u274c";
            case WARNED -> "\u26a0\ufe0f";
            case REPORTED -> "\u2139\ufe0f";
        };
    }

    private static String code(String text) {
        return "`" + text.replace("`", "'").replace("|", "\\|") + "`";
    }

    private static String escaped(String text) {
        return text.replaceAll("([\\\\`*_{}\\[\\]<>#|])", "\\\\$1");
    }
}
