package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The rules as a table for the build log, one line a rule, what did not pass first, and below a rule what the other
 * scorer says alone, if there is one. It is narrow: intervals are in the other reports, and in the findings.
 */
public final class ConsoleTable {

    private static final List<String> HEADER = List.of("verdict", "metric", "before", "after", "change", "limit");
    private static final int METRIC = 1;
    private static final String INDENT = "  ";
    private static final String FROM_PARITY = " from parity";
    private static final String MARK = " *";

    private ConsoleTable() {}

    /** Header, rule and rows, and what a mark in them means, without line ends. */
    public static List<String> lines(GateResult gate) {
        List<List<String>> rows = new ArrayList<>();
        for (RuleResult result : Outcome.worstFirst(gate)) {
            rows.add(row("", RuleText.of(result)));
            result.opinions().stream().skip(1).forEach(other -> rows.add(row(INDENT, RuleText.of(other))));
        }
        List<String> lines = new ArrayList<>(TextTable.fitting(HEADER, rows, Set.of(2, 3), METRIC));
        if (rows.stream().anyMatch(row -> row.get(4).endsWith(MARK))) {
            lines.add("* of the distance from parity, 50 %: minus is nearer");
        }
        return lines;
    }

    private static List<String> row(String indent, RuleText text) {
        return List.of(
                text.verdict(),
                indent + text.subject().replaceFirst("@[0-9a-f]{8}(?= |$)", ""),
                text.before(),
                text.after(),
                text.change().replace(FROM_PARITY, MARK),
                text.limit().replace("newly biased", "new"));
    }
}
