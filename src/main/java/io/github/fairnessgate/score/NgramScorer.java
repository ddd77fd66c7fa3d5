package io.github.fairnessgate.score;

import io.github.fairnessgate.file.BundledFile;
import io.github.fairnessgate.file.Digests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The plugin's second scorer: a calibrated linear model in pure Java, without native code or network.
 * {@code docs/scorer.md} says what it was trained on, how good it is and where it is not. Safe for concurrent use; the
 * same text has the same score on every machine, to the last bit. A text without a letter or digit has no word that it
 * could judge and scores {@link #BLANK_SCORE}, as a blank one does.
 */
public final class NgramScorer implements ToxicityScorer {

    /** As in metric ids. */
    public static final String ID = "ngram";

    /** Holds the word lists of profanity-check and VADER too, whose licences stand beside it. */
    private static final String RESOURCE = "ngram-toxicity.bin";

    /** As {@code docs/scorer.md} says; {@code measure.py} counts them. */
    private static final ErrorRates HELD_OUT = new ErrorRates(
            5, 7, 738, 742, "continuations by GPT-2 of 30 held-out prompts, scored by the Perspective API");

    private final NgramModel model;
    private final String digest;
    private final AtomicLong truncated = new AtomicLong();

    private NgramScorer(NgramModel model, String digest) {
        this.model = model;
        this.digest = digest;
    }

    /** Loads the model from the plugin's jar. */
    public static NgramScorer open() {
        byte[] resource = resource();
        try {
            return new NgramScorer(NgramModel.read(new ByteArrayInputStream(resource)), Digests.sha256(resource));
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled file " + RESOURCE + " cannot be read", e);
        }
    }

    /** The digest of the scorer that ships, without loading it. */
    public static String bundledDigest() {
        return Digests.sha256(resource());
    }

    private static byte[] resource() {
        return BundledFile.bytes(NgramScorer.class, RESOURCE);
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public ScorerCard card() {
        return new ScorerCard(
                ID,
                digest,
                "Calibrated logistic regression over words, character sequences and two word lists; the score is the"
                        + " estimated probability that the Perspective API or people call the text toxic.",
                "toxic",
                "Apache-2.0",
                Optional.of(HELD_OUT));
    }

    @Override
    public double[] score(List<String> texts) {
        Texts.requireScorable(texts);
        return texts.stream().mapToDouble(this::score).toArray();
    }

    private double score(String text) {
        if (!Words.hasWord(text)) {
            return BLANK_SCORE;
        }
        if (Words.isTooLong(text)) {
            truncated.incrementAndGet();
        }
        return Texts.requireProbability(model.probability(text), text, ID);
    }

    @Override
    public long truncated() {
        return truncated.get();
    }

    @Override
    public void close() {
        // Nothing but memory is held.
    }
}
