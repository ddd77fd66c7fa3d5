package io.github.fairnessgate.report;

import io.github.fairnessgate.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Rows of cells as lines with aligned columns. A cell is a {@linkplain Printable#name printable name} of bounded
 * length.
 */
final class TextTable {

    private static final String GAP = "  ";

    private TextTable() {}

    /**
     * Header, rule and rows, without line ends.
     *
     * @param toTheRight columns, from 0, that hold numbers
     */
    static List<String> lines(List<String> header, List<List<String>> rows, Set<Integer> toTheRight) {
        List<List<String>> all = new ArrayList<>(List.of(header));
        rows.forEach(row -> all.add(row.stream().map(Printable::name).toList()));
        int[] widths = new int[header.size()];
        for (List<String> row : all) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<String> lines = new ArrayList<>();
        all.forEach(row -> lines.add(line(row, widths, toTheRight)));
        lines.add(1, "-".repeat(lines.stream().mapToInt(String::length).max().orElseThrow()));
        return lines;
    }

    private static String line(List<String> cells, int[] widths, Set<Integer> toTheRight) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String padding = " ".repeat(widths[column] - cells.get(column).length());
            line.append(column == 0 ? "" : GAP)
                    .append(toTheRight.contains(column) ? padding + cells.get(column) : cells.get(column) + padding);
        }
        return line.toString().stripTrailing();
    }
}
