package io.github.fairnessgate.report;

import io.github.fairnessgate.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows of cells as lines with aligned columns. A cell is a {@linkplain Printable#name printable name} of bounded
 * length.
 */
final class TextTable {

    /** Of a line: with what Maven writes before it, 100. */
    private static final int MOST_COLUMNS = 100 - "[INFO] ".length();

    /** Of a name that is cut. */
    private static final int LEAST_NAME = 12;

    private static final String GAP = "  ";
    private static final String CUT = "..";

    private TextTable() {}

    /**
     * Header, rule and rows, without line ends.
     *
     * @param toTheRight columns, from 0, that hold numbers
     */
    static List<String> lines(List<String> header, List<List<String>> rows, Set<Integer> toTheRight) {
        List<List<String>> all = printable(header, rows);
        int[] widths = widths(all);
        List<String> lines = new ArrayList<>();
        all.forEach(row -> lines.add(line(row, widths, toTheRight)));
        lines.add(1, "-".repeat(lines.stream().mapToInt(String::length).max().orElseThrow()));
        return lines;
    }

    /**
     * The same, of which no line is longer than {@value #MOST_COLUMNS} characters, as far as that can be had by cutting
     * the middle of long names.
     *
     * @param names the column that may be cut
     */
    static List<String> fitting(List<String> header, List<List<String>> rows, Set<Integer> toTheRight, int names) {
        int[] widths = widths(printable(header, rows));
        int others = IntStream.range(0, widths.length)
                .filter(column -> column != names)
                .map(column -> widths[column] + GAP.length())
                .sum();
        int room = Math.max(MOST_COLUMNS - others, LEAST_NAME);
        return lines(
                header,
                rows.stream()
                        .map(row -> {
                            List<String> cells = new ArrayList<>(row);
                            cells.set(names, cut(Printable.name(row.get(names)), room));
                            return cells;
                        })
                        .toList(),
                toTheRight);
    }

    /** The end is kept longer than the beginning: it tells the metrics of a suite, and their slices, apart. */
    private static String cut(String name, int most) {
        if (name.length() <= most) {
            return name;
        }
        int begin = (most - CUT.length()) / 3;
        return name.substring(0, begin) + CUT + name.substring(name.length() - (most - CUT.length() - begin));
    }

    private static List<List<String>> printable(List<String> header, List<List<String>> rows) {
        return Stream.concat(Stream.of(header), rows.stream())
                .map(row -> row.stream().map(Printable::name).toList())
                .toList();
    }

    private static int[] widths(List<List<String>> rows) {
        return IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElseThrow())
                .toArray();
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
