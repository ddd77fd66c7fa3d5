package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.metric.Metric;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A metric over the groups of its suite, before and after. Places are percent of the chart's width.
 *
 * @param metric metric id
 * @param parity place of 50 percent, where that is what is wanted
 * @param groups one row each, the whole suite first
 */
public record GroupChart(String metric, Optional<Double> parity, List<Group> groups) {

    private static final double WIDTH = 100;
    private static final double PARITY = 50;

    /**
     * A group.
     *
     * @param name of the slice
     * @param items behind the candidate's value
     * @param before the baseline's value as text
     * @param after the candidate's value as text
     * @param beforeAt place of the baseline's value
     * @param afterAt place of the candidate's value
     */
    public record Group(String name, long items, String before, String after, double beforeAt, double afterAt) {}

    /** Charts of every metric that has values of at least two slices, those that rules name first. */
    static List<GroupChart> of(GateResult gate, Evaluation baseline, Evaluation candidate) {
        Set<Metric> metrics = new LinkedHashSet<>();
        gate.results().forEach(result -> metrics.add(result.metric()));
        metrics.addAll(candidate.metrics());
        List<GroupChart> charts = new ArrayList<>();
        for (Metric metric : metrics) {
            List<Evaluation.Value> after = candidate.values().stream()
                    .filter(value -> value.metric().equals(metric.id()))
                    .filter(value -> metric.estimator() != Metric.Estimator.MEAN_OF_WRITTEN
                            || baseline.value(metric.id(), value.slice()).isPresent())
                    .toList();
            List<Evaluation.Value> before = after.stream()
                    .map(value -> baseline.value(metric.id(), value.slice())
                            .orElseThrow(() -> new IllegalStateException("the baseline has no value of " + metric.id()
                                    + " for " + value.slice() + ", but the candidate has")))
                    .toList();
            if (after.size() > 1) {
                charts.add(chart(metric, before, after));
            }
        }
        return List.copyOf(charts);
    }

    private static GroupChart chart(Metric metric, List<Evaluation.Value> before, List<Evaluation.Value> after) {
        Scale scale = Scale.of(metric, before, after);
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            double old = before.get(i).value();
            double now = after.get(i).value();
            groups.add(new Group(
                    after.get(i).slice(),
                    after.get(i).n(),
                    scale.text(old),
                    scale.text(now),
                    scale.place(old),
                    scale.place(now)));
        }
        return new GroupChart(
                metric.id(),
                metric.direction() == Metric.Direction.PARITY ? Optional.of(scale.place(PARITY)) : Optional.empty(),
                groups);
    }

    /** Percentages run from 0 to 100, other numbers a little beyond the smallest and the largest. */
    private record Scale(double from, double to, int decimals) {

        static Scale of(Metric metric, List<Evaluation.Value> before, List<Evaluation.Value> after) {
            boolean percent = metric.estimator() == Metric.Estimator.SHARE
                    || metric.estimator() == Metric.Estimator.CLUSTER_SHARE
                    || metric.direction() == Metric.Direction.PARITY;
            if (percent) {
                return new Scale(0, 100, 1);
            }
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            for (List<Evaluation.Value> values : List.of(before, after)) {
                for (Evaluation.Value value : values) {
                    least = Math.min(least, value.value());
                    most = Math.max(most, value.value());
                }
            }
            double margin = most > least ? 0.1 * (most - least) : Math.max(1, Math.abs(most));
            return new Scale(least - margin, most + margin, most >= 100 ? 1 : 3);
        }

        double place(double value) {
            return Math.round((value - from) / (to - from) * WIDTH * 100) / 100.0;
        }

        String text(double value) {
            return String.format(Locale.ROOT, "%." + decimals + "f", value);
        }
    }
}
