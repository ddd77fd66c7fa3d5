package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The rules as a table for the build log, one line a rule, and below it what the other scorer says alone, if there is
 * one.
 */
public final class ConsoleTable {

    private static final List<String> HEADER =
            List.of("metric", "before", "after", "change", "interval", "limit", "verdict");
    private static final String INDENT = "  ";

    private ConsoleTable() {}

    /** Header, rule and rows, without line ends. */
    public static List<String> lines(GateResult gate) {
        List<List<String>> rows = new ArrayList<>();
        for (RuleResult result : gate.results()) {
            rows.add(row("", RuleText.of(result)));
            result.opinions().stream().skip(1).forEach(other -> rows.add(row(INDENT, RuleText.of(other))));
        }
        return TextTable.lines(HEADER, rows, Set.of(1, 2));
    }

    private static List<String> row(String indent, RuleText text) {
        return List.of(
                indent + text.subject(),
                text.before(),
                text.after(),
                text.change(),
                text.interval(),
                text.limit(),
                text.verdict());
    }
}
