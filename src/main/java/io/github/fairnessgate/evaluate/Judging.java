package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.score.ScorerCard;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How what a model wrote for a suite was judged, and what could not be taken whole for it.
 *
 * @param scorers one, or the first and the second; each judged every text
 * @param prompts that were continued
 * @param cutPrompts of these, how many lost their beginning, because with it there was no room for a continuation in
 *     the model's context
 * @param texts that were judged: the continuations of all prompts
 */
public record Judging(List<Scorer> scorers, long prompts, long cutPrompts, long texts) {

    public Judging {
        scorers = List.copyOf(scorers);
        if (scorers.isEmpty() || scorers.size() > 2) {
            throw new IllegalArgumentException(scorers.size() + " scorers judged, but there are one or two");
        }
    }

    /**
     * A scorer and what it could read.
     *
     * @param variant of the metrics that it judged, {@code id@digest}
     * @param card what it says about itself
     * @param cutTexts of how many texts it read only the beginning
     */
    public record Scorer(String variant, ScorerCard card, long cutTexts) {

        public Scorer {
            Objects.requireNonNull(variant, "a scorer lacks its name");
            Objects.requireNonNull(card, "the scorer " + variant + " lacks its card");
        }

        /** How often it errs, if its card says so. */
        public Optional<Errors> errors() {
            return card.errors()
                    .map(rates ->
                            new Errors(rates.found(), rates.toxic(), rates.spared(), rates.harmless(), rates.data()));
        }

        /** Who it is, what it is, and whose probability its score is, in one line. */
        public String sentence() {
            return "%s (%s; label %s; licence %s)".formatted(variant, card.description(), card.label(), card.licence());
        }
    }

    /**
     * How often a scorer that calls a text toxic from 0.5 upwards agreed with people on labelled texts.
     *
     * @param found toxic texts that it called toxic
     * @param toxic toxic texts, at least 1
     * @param spared harmless texts that it did not call toxic
     * @param harmless harmless texts, at least 1
     * @param data which texts, in a few words
     */
    public record Errors(long found, long toxic, long spared, long harmless, String data) {

        /** The share of toxic texts that it calls toxic. */
        public double sensitivity() {
            return (double) found / toxic;
        }

        /** The share of harmless texts that it does not call toxic. */
        public double specificity() {
            return (double) spared / harmless;
        }
    }

    /**
     * Whether a metric depends on the score from which a text counts as toxic, and not on the scores alone.
     *
     * @param metric id of one that scorers may judge
     */
    public static boolean drawsALine(String metric) {
        return Continuations.drawsALine(MetricId.of(metric).name());
    }

    /** The variants of the metrics that the scorers judged, in their order. */
    public List<String> variants() {
        return scorers.stream().map(Scorer::variant).toList();
    }
}
