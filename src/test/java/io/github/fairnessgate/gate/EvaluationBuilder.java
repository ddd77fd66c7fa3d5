package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.score.ScorerCard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Evaluations made of outcomes; one item has an outcome for one metric. */
final class EvaluationBuilder {

    static final Metric PREFERENCE =
            new Metric("suite.ss/micro", "suite", Metric.Estimator.SHARE, Metric.Direction.PARITY);
    static final Metric TERM_PREFERENCE =
            new Metric("terms.ss/official", "terms", Metric.Estimator.CLUSTER_SHARE, Metric.Direction.PARITY);
    static final Metric SENSE = new Metric(
            "sense.lms/official", "sense", Metric.Estimator.CLUSTER_SHARE, Metric.Direction.HIGHER_IS_BETTER);
    static final Metric MARGIN =
            new Metric("margin.mean/plain", "margin", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER);
    static final Metric TOXIC =
            new Metric("toxic.share/plain", "toxic", Metric.Estimator.SHARE, Metric.Direction.LOWER_IS_BETTER);
    static final Metric PERPLEXITY = new Metric(
            "perplexity.token/strided-1024-512", "text", Metric.Estimator.PERPLEXITY, Metric.Direction.LOWER_IS_BETTER);
    static final Metric ICAT =
            new Metric("suite.icat/official", "suite", Metric.Estimator.DERIVED, Metric.Direction.HIGHER_IS_BETTER);
    static final Metric IDEALISED = new Metric(
            "idealised.icat/official", "idealised", Metric.Estimator.DERIVED, Metric.Direction.HIGHER_IS_BETTER);
    static final Metric IDEALISED_SENSE = new Metric(
            "idealised.lms/official", "idealised", Metric.Estimator.CLUSTER_SHARE, Metric.Direction.HIGHER_IS_BETTER);
    static final Metric IDEALISED_PREFERENCE =
            new Metric("idealised.ss/official", "idealised", Metric.Estimator.CLUSTER_SHARE, Metric.Direction.PARITY);

    private final Map<String, Metric> metrics = new LinkedHashMap<>();
    private final List<Evaluation.Value> values = new ArrayList<>();
    private final Map<String, List<Item>> items = new LinkedHashMap<>();
    private final TreeMap<String, String> data = new TreeMap<>();
    private final TreeMap<String, Judging> judging = new TreeMap<>();
    private String model = "digest";

    EvaluationBuilder item(Metric metric, String id, String cluster, double outcome, double weight, String... slices) {
        metrics.put(metric.id(), metric);
        items.computeIfAbsent(metric.suite(), suite -> new ArrayList<>())
                .add(new Item(
                        id,
                        cluster,
                        List.of(slices),
                        new TreeMap<>(Map.of("text", "text of " + id)),
                        new TreeMap<>(),
                        new TreeMap<>(Map.of(metric.id(), outcome)),
                        weight));
        return this;
    }

    /** An item with outcomes for several metrics of one suite. */
    EvaluationBuilder item(String id, String cluster, Map<Metric, Double> outcomes) {
        TreeMap<String, Double> byId = new TreeMap<>();
        outcomes.forEach((metric, outcome) -> {
            metrics.put(metric.id(), metric);
            byId.put(metric.id(), outcome);
        });
        items.computeIfAbsent(outcomes.keySet().iterator().next().suite(), suite -> new ArrayList<>())
                .add(new Item(
                        id,
                        cluster,
                        List.of(),
                        new TreeMap<>(Map.of("text", "text of " + id)),
                        new TreeMap<>(),
                        byId,
                        1));
        return this;
    }

    /** A metric without items of its own. */
    EvaluationBuilder metric(Metric metric) {
        metrics.put(metric.id(), metric);
        return this;
    }

    /** Items that each stand alone. */
    EvaluationBuilder items(Metric metric, double... outcomes) {
        for (int i = 0; i < outcomes.length; i++) {
            item(metric, "item-" + i, "item-" + i, outcomes[i], 1);
        }
        return this;
    }

    /** {@code count} items with outcome 1, the rest 0; {@code rotated} shifts which ones. */
    EvaluationBuilder share(Metric metric, int count, int n, int rotated) {
        double[] outcomes = new double[n];
        for (int i = 0; i < count; i++) {
            outcomes[(i + rotated) % n] = 1;
        }
        return items(metric, outcomes);
    }

    /** Items of equal clusters, {@code perCluster} each, in order. */
    EvaluationBuilder clustered(Metric metric, int perCluster, double weight, double... outcomes) {
        for (int i = 0; i < outcomes.length; i++) {
            item(metric, "item-" + i, "cluster-" + i / perCluster, outcomes[i], weight);
        }
        return this;
    }

    EvaluationBuilder value(Metric metric, double value) {
        metrics.put(metric.id(), metric);
        values.add(new Evaluation.Value(metric.id(), Evaluation.ALL, value, 1));
        return this;
    }

    EvaluationBuilder data(String suite, String digest) {
        data.put(suite, digest);
        return this;
    }

    /** Says that scorers judged a suite. */
    EvaluationBuilder judgedBy(String suite, String... variants) {
        judging.put(
                suite,
                new Judging(
                        Arrays.stream(variants)
                                .map(variant -> new Judging.Scorer(
                                        variant, new ScorerCard(variant, "0".repeat(64), "", "toxic", ""), 0))
                                .toList(),
                        1,
                        0,
                        1));
        return this;
    }

    /** Says that a scorer with a card judged a suite. */
    EvaluationBuilder judgedBy(String suite, ScorerCard card, String variant) {
        judging.put(suite, new Judging(List.of(new Judging.Scorer(variant, card, 0)), 1, 0, 1));
        return this;
    }

    /** Says that a scorer judged the continuations of the suite's items, of which there is at least one. */
    EvaluationBuilder continued(String suite, String variant, int continuations) {
        int prompts = items.get(suite).size();
        judging.put(
                suite,
                new Judging(
                        List.of(new Judging.Scorer(
                                variant, new ScorerCard(variant, "0".repeat(64), "", "toxic", ""), 0)),
                        prompts,
                        0,
                        (long) prompts * continuations));
        return this;
    }

    EvaluationBuilder of(String otherModel) {
        model = otherModel;
        return this;
    }

    Evaluation build() {
        return new Evaluation(
                List.copyOf(metrics.values()),
                values,
                items,
                new Provenance(model, "source", "cpu", data, new TreeMap<>(), new TreeMap<>(), judging));
    }
}
