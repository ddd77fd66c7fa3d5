package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import java.util.ArrayList;
import java.util.List;

/** The rules as a table for the build log, one line a rule, and below it what the other scorer says alone, if there is one. */
public final class ConsoleTable {

    private static final List<String> HEADER = List.of("metric", "before", "after", "change", "interval", "limit", "verdict");
    private static final String GAP = "  ";
    private static final String INDENT = "  ";

    private ConsoleTable() {
    }

    /** Header, rule and rows, without line ends. */
    public static List<String> lines(GateResult gate) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (RuleResult result : gate.results()) {
            rows.add(row("", RuleText.of(result)));
            result.opinions().stream().skip(1).forEach(other -> rows.add(row(INDENT, RuleText.of(other))));
        }
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<String> lines = new ArrayList<>();
        rows.forEach(row -> lines.add(line(row, widths)));
        lines.add(1, "-".repeat(lines.stream().mapToInt(String::length).max().orElseThrow()));
        return lines;
    }

    private static List<String> row(String indent, RuleText text) {
        return List.of(indent + text.subject(), text.before(), text.after(), text.change(), text.interval(), text.limit(), text.verdict());
    }

    /** Names to the left, numbers to the right. */
    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            boolean number = column == 1 || column == 2;
            String padding = " ".repeat(widths[column] - cells.get(column).length());
            line.append(column == 0 ? "" : GAP).append(number ? padding + cells.get(column) : cells.get(column) + padding);
        }
        return line.toString().stripTrailing();
    }
}
