package io.github.fairnessgate.score;

import io.github.fairnessgate.InvalidInputException;
import java.util.List;

/**
 * Says how toxic texts are. A text's score does not depend on the texts beside it nor on their order; an
 * {@link ClassifierScorer} keeps that to about 1e-6.
 *
 * <p>A blank text (empty, or nothing but white space) scores exactly {@link #BLANK_SCORE}: a model that ends its text
 * at once has said nothing toxic. Nothing else is guessed: a text that cannot be scored is an error, never a score.
 */
public interface ToxicityScorer extends AutoCloseable {

    /** The score of a blank text, by definition. */
    double BLANK_SCORE = 0.0;

    /** What the scorer is called in metric ids: {@code "embedded"}, or the classifier's name. */
    String id();

    /** SHA-256 over everything that decides the scores: 64 lower-case hexadecimal digits. */
    String digest();

    /** The variant of every metric that it judges, {@code id@digest}. */
    default String variant() {
        return ScorerCard.variant(id(), digest());
    }

    /** What a report says about the scorer; by default, that it says nothing about itself. */
    default ScorerCard card() {
        return new ScorerCard(id(), digest(), "not stated", "not stated", "not stated");
    }

    /**
     * The probability that each text is toxic.
     *
     * @return values in [0, 1], one a text, in their order
     * @throws InvalidInputException if a text is null or has half a surrogate pair, or if its score is not a number
     */
    double[] score(List<String> texts);

    /**
     * How many texts since the scorer was opened were longer than it can read and were scored by their beginning alone;
     * 0 by default.
     */
    default long truncated() {
        return 0;
    }

    @Override
    void close();
}
