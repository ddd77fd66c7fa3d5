package io.github.fairnessgate.report;

import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code summary.md}: verdict and rules as Markdown, for the summary of a CI job or a comment. */
public final class MarkdownReport {

    private MarkdownReport() {}

    /** @throws io.github.fairnessgate.InvalidInputException if the file cannot be written */
    public static void write(Path file, Report report) {
        AtomicFiles.write(file, text(report).getBytes(StandardCharsets.UTF_8));
    }

    /** The summary, ending with a line break: what got worse and the rules that did not pass; the rest is folded. */
    public static String text(Report report) {
        GateResult gate = report.gate();
        List<String> lines = new ArrayList<>();
        lines.add("## " + Markdown.symbol(gate.passed()) + " Fairness: " + gate.verdict() + ", "
                + Markdown.escaped(GateMessages.headline(gate)));
        lines.add("");
        lines.addAll(List.of("**" + Markdown.escaped(Conclusion.sentence(gate)) + ".**", ""));
        lines.add(Markdown.code(report.candidate().provenance().source()) + " compared with "
                + Markdown.code(report.baseline().provenance().source()) + ", thresholds "
                + Markdown.code(report.thresholds()));
        lines.add("");
        if (!report.build().sentence().isEmpty()) {
            lines.addAll(List.of(Markdown.escaped(report.build().sentence()), ""));
        }
        Caution.of(report)
                .forEach(caution ->
                        lines.addAll(List.of("\u26a0\ufe0f **" + Markdown.escaped(caution.sentence()) + "**", "")));
        Map<Boolean, List<RuleResult>> open = Outcome.worstFirst(gate).stream()
                .collect(Collectors.partitioningBy(result -> needsAttention(Outcome.of(gate, result))));
        if (!open.get(true).isEmpty()) {
            lines.addAll(table(gate, open.get(true)));
            lines.add("");
        }
        if (!open.get(false).isEmpty()) {
            lines.addAll(folded(passed(gate, open.get(false)), table(gate, open.get(false))));
        }
        List<String> advice = Remedies.of(report).stream()
                .flatMap(own -> advice(own, report.pluginVersion()))
                .toList();
        if (!advice.isEmpty()) {
            lines.addAll(folded("What can be done", advice));
        }
        List<String> findings = new ArrayList<>(GateMessages.findings(gate));
        findings.addAll(GateMessages.looks(gate));
        findings.addAll(GateMessages.exceptions(gate));
        findings.addAll(GateMessages.budgets(gate));
        if (!findings.isEmpty()) {
            lines.addAll(folded(
                    "Why, and what else was found",
                    Stream.of(Stream.of("```text"), findings.stream().map(Markdown::fenced), Stream.of("```"))
                            .flatMap(part -> part)
                            .toList()));
        }
        report.shipped().ifPresent(files -> lines.addAll(List.of("Files of the candidate: " + files.counts(), "")));
        report.tests().confirmations().forEach(line -> lines.addAll(List.of(Markdown.escaped(line), "")));
        report.tests().notes().forEach(line -> lines.addAll(List.of(Markdown.escaped(line), "")));
        return String.join("\n", lines.subList(0, lines.size() - 1)) + "\n";
    }

    private static boolean needsAttention(Outcome outcome) {
        return outcome == Outcome.FAILED || outcome == Outcome.WARNED;
    }

    private static List<String> table(GateResult gate, List<RuleResult> results) {
        List<String> lines = new ArrayList<>(
                List.of("| | rule | before | after | change | interval | limit |", "|---|---|--:|--:|---|---|---|"));
        results.forEach(result -> lines.add(row(gate, result)));
        return lines;
    }

    /** Ends with an empty line, as every part does. */
    private static List<String> folded(String title, List<String> content) {
        List<String> lines = new ArrayList<>(List.of("<details><summary>" + title + "</summary>", ""));
        lines.addAll(content);
        lines.addAll(List.of("", "</details>", ""));
        return lines;
    }

    private static String passed(GateResult gate, List<RuleResult> results) {
        long passed = results.stream()
                .filter(result -> Outcome.of(gate, result) == Outcome.PASSED)
                .count();
        long reported = results.size() - passed;
        return String.format(Locale.ROOT, "%d %s passed", passed, passed == 1 ? "rule" : "rules")
                + (reported == 0 ? "" : String.format(Locale.ROOT, ", %d reported only", reported));
    }

    /** The summary of a gate that was skipped, ending with a line break. */
    public static String skipped(String goal, String by) {
        return "## \u26a0\ufe0f Fairness: fairness:%s was skipped, nothing was judged\n\nSkipped by %s\n"
                .formatted(Markdown.escaped(goal), Markdown.escaped(by));
    }

    private static String row(GateResult gate, RuleResult result) {
        RuleText text = RuleText.of(result);
        return "| "
                + String.join(
                        " | ",
                        mark(Outcome.of(gate, result)) + " " + Markdown.escaped(text.verdict()),
                        name(result, text),
                        Markdown.escaped(text.before()),
                        Markdown.escaped(text.after()),
                        Markdown.escaped(text.change()),
                        Markdown.escaped(text.interval()),
                        Markdown.escaped(text.limit()))
                + " |";
    }

    private static String name(RuleResult result, RuleText text) {
        String name = RuleName.of(result);
        return name.equals(text.subject())
                ? Markdown.code(text.subject())
                : Markdown.escaped(name) + "<br>" + Markdown.code(text.subject());
    }

    private static Stream<String> advice(Remedies.Advice advice, String plugin) {
        return Stream.concat(
                Stream.of("**" + Markdown.escaped(advice.problem()) + "**", ""),
                Stream.concat(
                        advice.remedies().stream()
                                .map(remedy -> "* " + Markdown.escaped(remedy.text()) + " ([more]("
                                        + remedy.page().address(plugin) + "))"),
                        Stream.of("")));
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
