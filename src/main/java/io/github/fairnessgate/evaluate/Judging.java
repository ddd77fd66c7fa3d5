package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.score.ScorerCard;
import java.util.List;

/**
 * How what a model wrote for a suite was judged, and what could not be taken whole for it.
 *
 * @param scorers    one, or the first and the second; each judged every text
 * @param prompts    that were continued
 * @param cutPrompts of these, how many lost their beginning, because with it there was no room for a continuation in the model's context
 * @param texts      that were judged: the continuations of all prompts
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
     * @param variant  of the metrics that it judged, {@code id@digest}
     * @param card     what it says about itself
     * @param cutTexts of how many texts it read only the beginning
     */
    public record Scorer(String variant, ScorerCard card, long cutTexts) {

        /** Who it is, what it is, and whose probability its score is, in one line. */
        public String sentence() {
            return "%s (%s; label %s; licence %s)".formatted(variant, card.description(), card.label(), card.licence());
        }
    }

    /** The variants of the metrics that the scorers judged, in their order. */
    public List<String> variants() {
        return scorers.stream().map(Scorer::variant).toList();
    }
}
