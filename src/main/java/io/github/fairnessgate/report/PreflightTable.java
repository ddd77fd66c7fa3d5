package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.Preflight;
import java.util.List;
import java.util.Set;

/** What every rule's data can show, as a table for the build log, one line a rule. */
public final class PreflightTable {

    private static final List<String> HEADER = List.of("metric", "items", "can show", "limit", "assumption");

    private PreflightTable() {}

    /** Header, rule and rows, without line ends. */
    public static List<String> lines(List<Preflight> rules) {
        return TextTable.lines(HEADER, rules.stream().map(Preflight::cells).toList(), Set.of(1, 2));
    }
}
