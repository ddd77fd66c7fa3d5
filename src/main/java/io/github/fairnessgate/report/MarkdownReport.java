package io.github.fairnessgate.report;

import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.model.ShippedFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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
        lines.add("## " + Markdown.symbol(gate.passed()) + " Fairness: " + gate.verdict() + ", " + Markdown.escaped(GateMessages.headline(gate)));
        lines.add("");
        lines.add(Markdown.code(report.candidate().provenance().source()) + " compared with " + Markdown.code(report.baseline().provenance().source())
                + ", thresholds " + Markdown.code(report.thresholds()));
        lines.add("");
        Stream.of(report.warnings().stream(), report.shipped().flatMap(ShippedFiles::warning).stream(), report.tests().warnings().stream(), report.run().relaxations().stream()).flatMap(lists -> lists)
                .forEach(warning -> lines.addAll(List.of("\u26a0\ufe0f **" + Markdown.escaped(warning) + "**", "")));
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
            findings.forEach(line -> lines.add(Markdown.fenced(line)));
            lines.add("```");
        }
        report.shipped().ifPresent(files -> lines.addAll(List.of("", "Files of the candidate: " + files.counts())));
        report.tests().confirmations().forEach(line -> lines.addAll(List.of("", Markdown.escaped(line))));
        report.tests().notes().forEach(line -> lines.addAll(List.of("", Markdown.escaped(line))));
        return String.join("\n", lines) + "\n";
    }

    /** The summary of a gate that was skipped, ending with a line break. */
    public static String skipped(String goal, String by) {
        return "## \u26a0\ufe0f Fairness: fairness:%s was skipped, nothing was judged\n\nSkipped by %s\n"
                .formatted(Markdown.escaped(goal), Markdown.escaped(by));
    }

    private static String row(GateResult gate, RuleResult result) {
        RuleText text = RuleText.of(result);
        return "| " + String.join(" | ", mark(Outcome.of(gate, result)) + " " + Markdown.escaped(text.verdict()), Markdown.code(text.subject()),
                Markdown.escaped(text.before()), Markdown.escaped(text.after()), Markdown.escaped(text.change()),
                Markdown.escaped(text.interval()), Markdown.escaped(text.limit())) + " |";
    }

    private static String mark(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> "\u2705";
            case FAILED -> "\u274c";
            case WARNED -> "\u26a0\ufe0f";
            case REPORTED -> "\u2139\ufe0f";
        };
    }
}
