package io.github.fairnessgate.search;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Extent;
import io.github.fairnessgate.evaluate.InTurns;
import io.github.fairnessgate.evaluate.Perplexity;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.yaml.NearestName;
import java.util.List;
import java.util.Optional;

/**
 * A metric of which a search wants the best value, over all items. Of a preference, the best value is the one nearest
 * to 50.
 *
 * @param metric id, as the search names it
 * @param origin where it names it, such as {@code search.yaml:7}
 */
public record Objective(String metric, String origin) {

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
                                + "perplexity.token/strided%s")
                        .formatted(metric, NearestName.hint(metric, Suites.known(metric))));
    }

    /**
     * Finds, before any model runs, whether there will be a value.
     *
     * @param extents of the suite, as the thresholds choose its data
     * @throws InvalidInputException if the suite has no such metric over all items, or several
     */
    public void requireOne(List<Extent> extents) {
        List<Metric> known = extents.stream()
                .filter(extent -> extent.slice().equals(Evaluation.ALL))
                .map(Extent::metric)
                .distinct()
                .toList();
        Metric one = one(known);
        if (Disparity.is(one.estimator())) {
            throw problemHere("the objective \"%s\" compares groups, so it has no value over all items%s"
                    .formatted(
                            metric,
                            hint(known.stream()
                                    .filter(other -> !Disparity.is(other.estimator()))
                                    .toList())));
        }
    }

    /** @return an exception that says where the objective is named; the caller throws it */
    public InvalidInputException problemHere(String sentence) {
        return new InvalidInputException(origin + ": " + sentence);
    }

    /**
     * How much there is of what the search wants less of. What is measured in turns is divided by the original's.
     *
     * @throws UnfitException if it has no value for one of the models
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

    /**
     * The value as it is reported.
     *
     * @throws UnfitException if it has none
     */
    public double value(Evaluation evaluation) {
        return value(evaluation, measured(evaluation));
    }

    /** Whether it is measured in turns with the original, so that only its share of the original's can be compared. */
    public boolean isRatio() {
        return InTurns.is(MetricId.suiteOf(metric));
    }

    /** The metric as people name it. */
    public String title() {
        return Suites.title(metric);
    }

    private double value(Evaluation evaluation, Metric measured) {
        return evaluation
                .value(measured.id(), Evaluation.ALL)
                .orElseThrow(() -> new UnfitException(
                        "%s: the objective \"%s\" has no value over all items of this model; name another metric"
                                .formatted(origin, metric)))
                .value();
    }

    private Metric measured(Evaluation evaluation) {
        return one(evaluation.metrics());
    }

    /** Of some metrics, the one that the id means. */
    private Metric one(List<Metric> known) {
        List<Metric> meant = known.stream()
                .filter(one -> MetricId.of(metric).means(MetricId.of(one.id())))
                .toList();
        return meant.stream()
                .filter(one -> one.id().equals(metric))
                .findFirst()
                .or(() -> Perplexity.meant(metric, ids(meant))
                        .flatMap(id -> meant.stream()
                                .filter(one -> one.id().equals(id))
                                .findFirst()))
                .or(() -> meant.size() == 1 ? Optional.of(meant.get(0)) : Optional.empty())
                .orElseThrow(() -> problemHere(
                        meant.isEmpty()
                                ? "the suite %s has no metric \"%s\"%s"
                                        .formatted(MetricId.suiteOf(metric), metric, hint(known))
                                : "the objective \"%s\" may be any of %s; write one of them in full"
                                        .formatted(metric, String.join(", ", ids(meant)))));
    }

    private String hint(List<Metric> known) {
        return NearestName.hint(
                metric,
                ids(known).stream()
                        .filter(id -> id.startsWith(MetricId.suiteOf(metric) + "."))
                        .toList());
    }

    private static List<String> ids(List<Metric> metrics) {
        return metrics.stream().map(Metric::id).toList();
    }
}
