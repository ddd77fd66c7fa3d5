package io.github.fairnessgate.search;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.InTurns;
import io.github.fairnessgate.evaluate.Perplexity;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.yaml.Location;
import java.util.List;
import java.util.Optional;

/**
 * A metric of which a search wants the best value, over all items. Of a preference, the best value is the one nearest
 * to 50.
 *
 * @param metric id, as the search names it
 * @param location where it names it
 */
public record Objective(String metric, Location location) {

    private static final double PARITY = 50;

    /**
     * Why an id cannot be an objective, as the end of a sentence without a full stop.
     *
     * @return empty if a suite has such a metric
     */
    public static Optional<String> problem(String metric) {
        return Suites.definition(metric).isPresent()
                ? Optional.empty()
                : Optional.of(("\"%s\" is no metric of a suite; write suite.metric/variant, such as size.bytes or "
                                + "perplexity.token/strided")
                        .formatted(metric));
    }

    /**
     * How much there is of what the search wants less of. What is measured in turns is divided by the original's.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the metric was not measured, or means several
     */
    public double cost(Look look) {
        Metric measured = measured(look.candidate());
        double value = value(look.candidate(), measured);
        if (InTurns.is(measured.suite())) {
            return value / value(look.baseline(), measured);
        }
        return switch (measured.direction()) {
            case LOWER_IS_BETTER -> value;
            case HIGHER_IS_BETTER -> -value;
            case PARITY -> Math.abs(value - PARITY);
        };
    }

    /** The value as it is reported. */
    public double value(Evaluation evaluation) {
        return value(evaluation, measured(evaluation));
    }

    /** The metric as people name it. */
    public String title() {
        return Suites.title(metric);
    }

    private double value(Evaluation evaluation, Metric measured) {
        return evaluation
                .value(measured.id(), Evaluation.ALL)
                .orElseThrow(() -> location.problem(
                        "the objective \"%s\" has no value over all items; name another metric".formatted(metric)))
                .value();
    }

    private Metric measured(Evaluation evaluation) {
        return evaluation.metric(metric).orElseGet(() -> {
            List<Metric> meant = evaluation.metrics().stream()
                    .filter(one -> MetricId.of(metric).means(MetricId.of(one.id())))
                    .toList();
            Optional<Metric> whole = Perplexity.meant(
                            metric, meant.stream().map(Metric::id).toList())
                    .flatMap(evaluation::metric);
            if (whole.isPresent()) {
                return whole.get();
            }
            if (meant.size() != 1) {
                throw location.problem(
                        meant.isEmpty()
                                ? "there is no metric \"%s\"".formatted(metric)
                                : "\"%s\" may be any of %s; write one of them in full"
                                        .formatted(
                                                metric,
                                                String.join(
                                                        ", ",
                                                        meant.stream()
                                                                .map(Metric::id)
                                                                .toList())));
            }
            return meant.get(0);
        });
    }
}
