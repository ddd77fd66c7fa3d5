package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.Inference;
import java.util.List;
import java.util.Optional;

/**
 * What a rule's items say: of a baseline and a candidate, or of a baseline and several candidates by the same recipe.
 */
interface RuleItems {

    /**
     * Pairs the items of two evaluations.
     *
     * @throws io.github.fairnessgate.InvalidInputException if there are none, or if they are not the same items on both
     *     sides
     */
    static RuleItems of(Rule rule, Metric metric, Comparison comparison) {
        return metric.estimator() == Metric.Estimator.DERIVED
                ? IdealisedItems.of(rule, metric, comparison)
                : new ItemPairing(rule, metric, comparison).items();
    }

    /** How an outcome counts: as it is, or as its opposite, so that more is worse. */
    enum Reading {
        AS_IS,
        OPPOSITE
    }

    int size();

    int clusters();

    /** Clusters of the group that has the fewest, where the metric compares groups, else of all items. */
    int fewestClusters();

    /**
     * Why there is no value for one of the models, as a sentence without its end; nothing where there is one for both.
     */
    default Optional<String> undefined() {
        return Optional.empty();
    }

    /**
     * Whether there is a value, and enough independent groups to show anything; of yes or no for each of any number of
     * independent items, and of what is counted, there always are.
     */
    default boolean showsAnything(Metric metric) {
        return undefined().isEmpty()
                && (metric.estimator() == Metric.Estimator.SHARE && clusters() == size()
                        || metric.estimator() == Metric.Estimator.EXACT
                        || fewestClusters() >= ClusterBootstrap.FEWEST_CLUSTERS);
    }

    /** The metric's value for the baseline, in its unit; no number where it is {@link #undefined()}. */
    double baseline();

    /**
     * The metric's value for the candidate, in its unit; of several, the mean; no number where it is
     * {@link #undefined()}.
     */
    double candidate();

    /** What the items say about the baseline's value. */
    Inference aboutBaseline(double alpha);

    /**
     * What the items say about the candidate's value; of several, about the mean over all that the recipe could make.
     */
    Inference aboutCandidate(double alpha);

    /**
     * What the items say about the change from baseline to candidate: a difference in the metric's unit, a ratio for a
     * perplexity and for what a model costs.
     *
     * @param ofBaseline how the baseline's outcomes count
     * @param ofCandidate how the candidate's outcomes count
     */
    Inference aboutChange(Reading ofBaseline, Reading ofCandidate, double alpha);

    /**
     * The items whose outcome is {@code from} with the baseline and {@code to} with the candidate; of several, with
     * more than half of them.
     */
    List<Item> turned(double from, double to);

    /** What the items say about the share of such items, in percent; of several candidates, about its mean. */
    Inference aboutTurned(double from, double to, double alpha);
}
