package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.evaluate.Evaluation.Value;
import io.github.fairnessgate.metric.Metric;
import java.util.List;
import java.util.Optional;

/**
 * What one model made of one suite.
 *
 * @param suite id of the suite
 * @param metrics definitions of every metric in {@code values}
 * @param values one for each metric and slice
 * @param items in the order of the data set, at least one
 * @param judging how what the model wrote was judged; empty if it only scored
 */
public record SuiteResult(
        String suite, List<Metric> metrics, List<Value> values, List<Item> items, Optional<Judging> judging) {

    public SuiteResult {
        metrics = List.copyOf(metrics);
        values = List.copyOf(values);
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalStateException("suite " + suite + " has no items: nothing was measured");
        }
    }

    /** A result of a suite in which the model only scores. */
    SuiteResult(String suite, List<Metric> metrics, List<Value> values, List<Item> items) {
        this(suite, metrics, values, items, Optional.empty());
    }

    /** A result whose values all follow from the items' outcomes. */
    static SuiteResult of(String suite, List<Metric> metrics, List<Item> items) {
        return new SuiteResult(suite, metrics, Estimates.of(metrics, items), items);
    }
}
