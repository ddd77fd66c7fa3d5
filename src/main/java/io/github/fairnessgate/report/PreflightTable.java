package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.Preflight;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What every rule's data can show, as a table for the build log, one line a rule, and below it what that rests on. */
public final class PreflightTable {

    private static final List<String> HEADER = List.of("metric", "items", "can show", "limit", "if");
    private static final int METRIC = 0;
    private static final int ASSUMPTION = 4;

    private PreflightTable() {}

    /** Header, rule and rows, and a line for every assumption, without line ends. */
    public static List<String> lines(List<Preflight> rules) {
        List<String> assumptions = rules.stream()
                .map(rule -> rule.cells().get(ASSUMPTION))
                .distinct()
                .toList();
        List<List<String>> rows = new ArrayList<>();
        for (Preflight rule : rules) {
            List<String> cells = new ArrayList<>(rule.cells());
            cells.set(ASSUMPTION, number(assumptions.indexOf(cells.get(ASSUMPTION))));
            rows.add(cells);
        }
        List<String> lines = new ArrayList<>(TextTable.fitting(HEADER, rows, Set.of(1, 2), METRIC));
        for (int i = 0; i < assumptions.size(); i++) {
            lines.add(number(i) + " " + assumptions.get(i));
        }
        return lines;
    }

    private static String number(int index) {
        return String.format(Locale.ROOT, "(%d)", index + 1);
    }
}
