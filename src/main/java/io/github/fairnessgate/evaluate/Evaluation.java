package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What one model scored on the suites: metrics with their values, the items behind them, and where all of it comes
 * from. Immutable.
 *
 * @param metrics definitions of every metric in {@code values}
 * @param values one value for each metric and slice that has items
 * @param items items by suite, in the order of the data set
 * @param provenance what produced the numbers
 */
public record Evaluation(
        List<Metric> metrics, List<Value> values, Map<String, List<Item>> items, Provenance provenance) {

    /** The name of the slice that holds every item. */
    public static final String ALL = "all";

    /** Relative; logarithms and exponentials may differ in the last digit between machines. */
    private static final double ROUNDING = 1e-9;

    public Evaluation {
        metrics = List.copyOf(metrics);
        values = List.copyOf(values);
        items = Map.copyOf(items);
    }

    /**
     * A metric over a slice.
     *
     * @param metric metric id
     * @param slice {@link #ALL} or one of the items' slices
     * @param value finite
     * @param n items behind it
     */
    public record Value(String metric, String slice, double value, long n) {

        public Value {
            Objects.requireNonNull(metric, "a value lacks its metric");
            Objects.requireNonNull(slice, "a value lacks its slice");
        }
    }

    /** An evaluation on no suite. */
    public static Evaluation none(Provenance provenance) {
        return new Evaluation(List.of(), List.of(), Map.of(), provenance);
    }

    /** An evaluation of one suite, whose judging is added to the provenance. */
    static Evaluation of(SuiteResult result, Provenance provenance) {
        SortedMap<String, Judging> judging = new TreeMap<>();
        result.judging().ifPresent(own -> judging.put(result.suite(), own));
        return new Evaluation(
                result.metrics(),
                result.values(),
                Map.of(result.suite(), result.items()),
                provenance.on(provenance.data(), judging));
    }

    /**
     * One evaluation out of several of the same model on different suites.
     *
     * @param parts at least one; the provenance of the first, with data, judging and processors of all
     */
    public static Evaluation merge(List<Evaluation> parts) {
        List<Metric> metrics = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        Map<String, List<Item>> items = new TreeMap<>();
        SortedMap<String, String> data = new TreeMap<>();
        SortedMap<String, Judging> judging = new TreeMap<>();
        SortedMap<String, SortedSet<String>> processors = new TreeMap<>();
        for (Evaluation part : parts) {
            metrics.addAll(part.metrics);
            values.addAll(part.values);
            items.putAll(part.items);
            data.putAll(part.provenance.data());
            judging.putAll(part.provenance.judging());
            processors.putAll(part.provenance.processors());
        }
        return new Evaluation(
                metrics,
                values,
                items,
                parts.get(0).provenance.on(data, judging).by(processors));
    }

    /** This evaluation with the suites of another one of the same model in the place of its own. */
    public Evaluation with(Evaluation later) {
        List<Metric> kept = metrics.stream()
                .filter(metric -> !later.items.containsKey(metric.suite()))
                .toList();
        List<String> ids = kept.stream().map(Metric::id).toList();
        Map<String, List<Item>> all = new TreeMap<>(items);
        all.putAll(later.items);
        return new Evaluation(
                Stream.concat(kept.stream(), later.metrics.stream()).toList(),
                Stream.concat(values.stream().filter(value -> ids.contains(value.metric())), later.values.stream())
                        .toList(),
                all,
                provenance.with(later.provenance));
    }

    /** The part of this evaluation that belongs to one suite. */
    public Evaluation only(Suite suite) {
        List<Metric> own = metrics.stream()
                .filter(metric -> metric.suite().equals(suite.id()))
                .toList();
        List<String> ids = own.stream().map(Metric::id).toList();
        SortedMap<String, String> data =
                new TreeMap<>(Map.of(suite.id(), provenance.data().get(suite.id())));
        SortedMap<String, Judging> judging = new TreeMap<>(provenance.judging());
        judging.keySet().retainAll(List.of(suite.id()));
        SortedMap<String, SortedSet<String>> processors = new TreeMap<>(provenance.processors());
        processors.keySet().retainAll(List.of(suite.id()));
        return new Evaluation(
                own,
                values.stream().filter(value -> ids.contains(value.metric())).toList(),
                Map.of(suite.id(), items.get(suite.id())),
                provenance.on(data, judging).by(processors));
    }

    /** The same numbers, under the name that the user gave the model, and with how suites were run. */
    public Evaluation from(String source, SortedMap<String, String> settings) {
        return new Evaluation(metrics, values, items, provenance.from(source, settings));
    }

    /**
     * The same numbers as if they were measured on another evaluation's data: for one that differs from it in nothing
     * but the seed by which prompts are continued, which is part of a suite's data digest.
     */
    public Evaluation asOn(Evaluation other) {
        return new Evaluation(metrics, values, items, provenance.on(other.provenance.data(), provenance.judging()));
    }

    public Optional<Metric> metric(String id) {
        return metrics.stream().filter(metric -> metric.id().equals(id)).findFirst();
    }

    /**
     * The variants of the metrics that scorers judged on a suite, the first scorer's and the second's; none where
     * nothing is judged.
     */
    public List<String> judgedBy(String suite) {
        Judging judging = provenance.judging().get(suite);
        return judging == null ? List.of() : judging.variants();
    }

    /**
     * The id of the same metric by the other scorer; empty if no scorer judges the metric, or only one judges the
     * suite.
     */
    public Optional<String> byOtherScorer(Metric metric) {
        MetricId id = MetricId.of(metric.id());
        List<String> variants = judgedBy(metric.suite());
        if (!variants.contains(id.variant())) {
            return Optional.empty();
        }
        return variants.stream()
                .filter(other -> !id.variant().equals(other))
                .findFirst()
                .map(other -> id.withVariant(other).toString());
    }

    /**
     * The first value that is not what the items say, but for rounding errors: values follow from items, except those
     * of {@link Metric.Estimator#DERIVED} metrics.
     *
     * @return what is wrong, in one sentence; empty if nothing is
     */
    public Optional<String> contradiction() {
        List<Value> expected = new ArrayList<>();
        for (String suite : new TreeSet<>(items.keySet())) {
            List<Metric> own = metrics.stream()
                    .filter(metric -> metric.suite().equals(suite))
                    .toList();
            expected.addAll(Estimates.of(own, items.get(suite)));
        }
        List<String> derived = metrics.stream()
                .filter(metric -> metric.estimator() == Metric.Estimator.DERIVED)
                .map(Metric::id)
                .toList();
        for (Value value : expected) {
            Optional<Value> stated = value(value.metric(), value.slice());
            if (stated.isEmpty()
                    || stated.get().n() != value.n()
                    || !(Math.abs(stated.get().value() - value.value())
                            <= ROUNDING * Math.max(1, Math.abs(value.value())))) {
                return Optional.of("%s %s is stated as %s, but the items give %s of %d"
                        .formatted(
                                value.metric(),
                                value.slice(),
                                stated.map(other -> other.value() + " of " + other.n())
                                        .orElse("nothing"),
                                value.value(),
                                value.n()));
            }
        }
        long others = values.stream()
                .filter(value -> !derived.contains(value.metric()))
                .count();
        return others == expected.size()
                ? Optional.empty()
                : Optional.of("%d values are stated, but the items give %d".formatted(others, expected.size()));
    }

    public Optional<Value> value(String metric, String slice) {
        return values.stream()
                .filter(value -> value.metric().equals(metric) && value.slice().equals(slice))
                .findFirst();
    }

    /** The items of the metric's suite that lie in the slice and carry an outcome for the metric. */
    public List<Item> items(Metric metric, String slice) {
        return items.getOrDefault(metric.suite(), List.of()).stream()
                .filter(item -> slice.equals(ALL) || item.slices().contains(slice))
                .filter(item -> item.outcomes().containsKey(metric.id()))
                .toList();
    }
}
