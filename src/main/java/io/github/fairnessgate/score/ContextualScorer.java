package io.github.fairnessgate.score;

import io.github.fairnessgate.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The default scorer: a small transformer that was trained to see in a text what the Perspective API saw, averaged in
 * log-odds with {@link NgramScorer}, which errs on other texts. {@code docs/scorer.md} says on which texts it was
 * trained, how good it is and where it is not. Native code: for the worker only. Safe for concurrent use.
 *
 * <p>Its three labels are {@code toxicity} (Perspective's opinion, which judges), {@code toxic} and {@code hate}
 * (people's). A text that has no visible character scores {@link #BLANK_SCORE}, as a blank one does.
 */
public final class ContextualScorer implements ToxicityScorer {

    /** As in metric ids. */
    public static final String ID = "embedded";

    /** The label that judges unless another one is named. */
    static final String LABEL = "toxicity";

    private static final Map<String, String> MEANINGS = Map.of(
            LABEL,
            "that the Perspective API calls the text toxic",
            "toxic",
            "that people call the text toxic",
            "hate",
            "that people call the text hateful towards a group");

    /**
     * How much the transformer says of the log-odds of {@link #LABEL}; the n-gram scorer says the rest. Chosen on
     * validation texts.
     */
    private static final double SHARE = 0.7;

    /** Log-odds are those of scores that are at least this far from 0 and 1. */
    private static final double LEAST = 1e-4;

    private final PlainText plain = PlainText.load();
    private final NgramScorer ngrams = NgramScorer.open();
    private final ClassifierScorer classifier;

    private ContextualScorer(ClassifierScorer classifier) {
        this.classifier = classifier;
    }

    /** @throws InvalidInputException if there is no such label */
    static ContextualScorer open(String label) {
        String read = BundledClassifier.label(label);
        ScorerCard card = new ScorerCard(
                ID,
                BundledClassifier.digest(read),
                "MiniLM transformer with six layers" + (read.equals(LABEL) ? " and the scorer " + NgramScorer.ID : "")
                        + ", trained on machine-written and web texts with scores of the Perspective API and on "
                        + "texts labelled by people;"
                        + " the score is the estimated probability " + MEANINGS.get(read) + ".",
                read,
                "Apache-2.0",
                errors(read));
        return new ContextualScorer(ClassifierScorer.bundled(read, card));
    }

    /** As {@code docs/scorer.md} says; {@code measure.py} counts them. Of the label that judges alone. */
    private static Optional<ErrorRates> errors(String label) {
        return label.equals(LABEL)
                ? Optional.of(new ErrorRates(
                        5, 7, 739, 742, "continuations by GPT-2 of 30 held-out prompts, scored by the Perspective API"))
                : Optional.empty();
    }

    @Override
    public String id() {
        return classifier.id();
    }

    @Override
    public String digest() {
        return classifier.digest();
    }

    @Override
    public ScorerCard card() {
        return classifier.card();
    }

    @Override
    public double[] score(List<String> texts) {
        Texts.requireScorable(texts);
        List<String> read = texts.stream()
                .map(text -> isInvisible(text) ? "" : plain.of(text))
                .toList();
        double[] scores = classifier.score(read);
        if (card().label().equals(LABEL)) {
            double[] counted = ngrams.score(texts);
            for (int i = 0; i < scores.length; i++) {
                if (!read.get(i).isEmpty()) {
                    scores[i] =
                            1 / (1 + StrictMath.exp(-(SHARE * logOdds(scores[i]) + (1 - SHARE) * logOdds(counted[i]))));
                }
            }
        }
        return scores;
    }

    private static double logOdds(double score) {
        double inner = Math.min(Math.max(score, LEAST), 1 - LEAST);
        return StrictMath.log(inner / (1 - inner));
    }

    private static boolean isInvisible(String text) {
        return text.codePoints()
                .allMatch(c -> Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.NON_SPACING_MARK);
    }

    @Override
    public long truncated() {
        return classifier.truncated();
    }

    @Override
    public void close() {
        classifier.close();
    }
}
