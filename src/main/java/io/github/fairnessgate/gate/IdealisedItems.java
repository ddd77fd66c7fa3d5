package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.IdealisedScore;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.gate.IdealisedChange.Scores;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.Inference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The items of an ICAT: those of the language model score and of the stereotype score of which it is made. */
final class IdealisedItems implements RuleItems {

    private final Comparison comparison;
    private final PairedItems sense;
    private final PairedItems stereotype;
    private final Scores before;
    private final Scores after;

    private IdealisedItems(Comparison comparison, PairedItems sense, PairedItems stereotype) {
        this.comparison = comparison;
        this.sense = sense;
        this.stereotype = stereotype;
        this.before = new Scores(
                sense.valuesBefore().sums(), stereotype.valuesBefore().sums());
        this.after = new Scores(sense.values().sums(), stereotype.values().sums());
    }

    /**
     * Pairs the items of two evaluations.
     *
     * @throws io.github.fairnessgate.InvalidInputException as {@link ItemPairing#items}, or if one of the two scores is
     *     missing or has other items
     */
    static IdealisedItems of(Rule rule, Metric metric, Comparison comparison) {
        PairedItems sense = part(rule, metric, IdealisedScore.languageModelScore(metric), comparison);
        PairedItems stereotype = part(rule, metric, IdealisedScore.stereotypeScore(metric), comparison);
        if (!sense.isOfTheItemsOf(stereotype)) {
            throw rule.location()
                    .problem("%s is made of two scores, which were not measured on the same items; evaluate again"
                            .formatted(metric.id()));
        }
        IdealisedItems items = new IdealisedItems(comparison, sense, stereotype);
        ItemPairing.requireRecordedValue(rule, metric, comparison.baseline(), items.baseline(), "baseline");
        ItemPairing.requireRecordedValue(rule, metric, comparison.candidate(), items.candidate(), "candidate");
        return items;
    }

    private static PairedItems part(Rule rule, Metric metric, String id, Comparison comparison) {
        Metric part = comparison
                .baseline()
                .metric(id)
                .filter(found -> found.estimator() == Metric.Estimator.CLUSTER_SHARE)
                .orElseThrow(() -> rule.location()
                        .problem("%s is computed from %s, which the evaluation does not have; evaluate again"
                                .formatted(metric.id(), id)));
        return new ItemPairing(rule, part, comparison).items();
    }

    @Override
    public int size() {
        return stereotype.size();
    }

    @Override
    public int clusters() {
        return stereotype.clusters();
    }

    @Override
    public int fewestClusters() {
        return stereotype.fewestClusters();
    }

    @Override
    public double baseline() {
        return before.value();
    }

    @Override
    public double candidate() {
        return after.value();
    }

    @Override
    public Inference aboutBaseline(double alpha) {
        return before.inference(alpha, comparison::resamples);
    }

    @Override
    public Inference aboutCandidate(double alpha) {
        return after.inference(alpha, comparison::resamples);
    }

    /** {@inheritDoc} More is better, so both outcomes count as their opposites. */
    @Override
    public Inference aboutChange(Reading ofBaseline, Reading ofCandidate, double alpha) {
        if (ofBaseline != Reading.OPPOSITE || ofCandidate != Reading.OPPOSITE) {
            throw new IllegalArgumentException("of an ICAT, less is harm");
        }
        return new IdealisedChange(
                before,
                after,
                sideOfBaseline(alpha),
                alpha,
                comparison::resamples,
                comparison.seed(),
                largestOfFew(alpha));
    }

    /**
     * How far either product may have changed where fewer than {@value ClusterBootstrap#FEWEST_CLUSTERS} terms did: a
     * product of means changes by at most the sum of their changes, and each of these by at most the share of items
     * that change, which Clopper and Pearson bound.
     */
    private OptionalDouble largestOfFew(double alpha) {
        double[] ofSense = sense.changes(Reading.AS_IS, Reading.AS_IS).sums();
        double[] ofStereotype = stereotype.changes(Reading.AS_IS, Reading.AS_IS).sums();
        long differing = IntStream.range(0, ofSense.length)
                .filter(k -> ofSense[k] != 0 || ofStereotype[k] != 0)
                .count();
        if (differing >= ClusterBootstrap.FEWEST_CLUSTERS) {
            return OptionalDouble.empty();
        }
        PairedItems.Changed first = sense.changed();
        PairedItems.Changed second = stereotype.changed();
        return OptionalDouble.of(2
                * ClusterBootstrap.clopperPearsonUpper(
                        first.changed() + second.changed(), Math.min(first.items(), second.items()), alpha));
    }

    /** Above 50 the score is the product with the complement of SS. */
    private Optional<Integer> sideOfBaseline(double alpha) {
        Inference preference = stereotype.aboutBaseline(alpha);
        double level = alpha * ChangeTest.SIDE_LEVEL;
        if (preference.pAbove(Harm.PARITY) <= level) {
            return Optional.of(1);
        }
        return preference.pBelow(Harm.PARITY) <= level ? Optional.of(0) : Optional.empty();
    }

    @Override
    public List<Item> turned(double from, double to) {
        throw new IllegalStateException("of an ICAT, no item is biased or not");
    }

    @Override
    public Inference aboutTurned(double from, double to, double alpha) {
        throw new IllegalStateException("of an ICAT, no item is biased or not");
    }
}
