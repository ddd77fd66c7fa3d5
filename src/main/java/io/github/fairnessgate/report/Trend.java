package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the change of a rule moved over the results of a project, oldest on the left, worse above. Places are percent of
 * the picture's width, and of its height from above.
 *
 * @param name of the rule for people
 * @param anchor of the rule
 * @param label what the picture shows, in words: every result with its number
 * @param unchanged place of "no change"
 * @param points one for each result that has the rule
 */
public record Trend(String name, String anchor, String label, double unchanged, List<Point> points) {

    private static final double WIDTH = 100;
    private static final double HEIGHT = 30;
    private static final double MARGIN = 3;

    /**
     * A result.
     *
     * @param failed whether the rule failed, or was not settled
     * @param text {@code 1.0: 67.7 (-5.4)}
     */
    public record Point(double x, double low, double estimate, double high, boolean failed, String text) {}

    /** Those of the rules of the latest result that decide, of which there are two results or more. */
    static List<Trend> of(History history) {
        List<HistoryEntry> entries = history.entries();
        if (entries.size() < 2) {
            return List.of();
        }
        Map<String, List<Measured>> byRule = new LinkedHashMap<>();
        entries.get(entries.size() - 1).rules().stream()
                .filter(value -> value.verdict() != null && !value.role().equals("exploratory"))
                .sorted(Comparator.comparing(value -> value.verdict() == Verdict.PASS))
                .forEach(value -> byRule.put(value.rule(), new ArrayList<>()));
        for (int i = 0; i < entries.size(); i++) {
            for (HistoryEntry.Value value : entries.get(i).rules()) {
                if (byRule.containsKey(value.rule()) && value.change() != null) {
                    byRule.get(value.rule()).add(new Measured(i, entries.get(i), value));
                }
            }
        }
        return byRule.values().stream()
                .filter(values -> values.size() > 1)
                .map(values -> trend(values, entries.size()))
                .toList();
    }

    private record Measured(int index, HistoryEntry entry, HistoryEntry.Value value) {

        double none() {
            return "ratio".equals(value.kind()) ? 1 : 0;
        }

        double low() {
            return value.low() == null ? value.change() : value.low();
        }

        double high() {
            return value.high() == null ? value.change() : value.high();
        }

        String text() {
            String version = entry.build().version();
            return String.format(
                    Locale.ROOT,
                    "%s: %.3g%s",
                    version.isEmpty() ? String.format(Locale.ROOT, "result %d", index + 1) : version,
                    value.after() == null ? Double.NaN : value.after(),
                    value.verdict() == Verdict.PASS ? "" : " " + value.verdict());
        }
    }

    private static Trend trend(List<Measured> values, int results) {
        double none = values.get(0).none();
        double least = values.stream().mapToDouble(Measured::low).reduce(none, Math::min);
        double most = values.stream().mapToDouble(Measured::high).reduce(none, Math::max);
        Axis axis = new Axis(least, most);
        HistoryEntry.Value last = values.get(values.size() - 1).value();
        return new Trend(
                last.name(),
                last.rule(),
                last.name() + " after compression; "
                        + values.stream().map(Measured::text).collect(Collectors.joining(", ")),
                axis.place(none),
                values.stream()
                        .map(value -> new Point(
                                rounded(MARGIN + (WIDTH - 2 * MARGIN) * value.index() / (results - 1)),
                                axis.place(value.low()),
                                axis.place(value.value().change()),
                                axis.place(value.high()),
                                value.value().verdict() != Verdict.PASS,
                                value.text()))
                        .toList());
    }

    private record Axis(double least, double most) {

        double place(double number) {
            double share = most > least ? (most - number) / (most - least) : 0.5;
            return rounded(MARGIN + (HEIGHT - 2 * MARGIN) * share);
        }
    }

    private static double rounded(double place) {
        return Math.round(place * 100) / 100.0;
    }
}
