package io.github.fairnessgate.score;

import java.util.Optional;

/**
 * Where a scorer's numbers come from, for reports.
 *
 * @param id as in metric ids
 * @param digest SHA-256 over everything that decides the scores
 * @param description one sentence: what kind of model, what its score means
 * @param label the class whose probability is the score
 * @param licence of the weights; {@code "not stated"} if the scorer does not say
 * @param errors how often it errs, where that is known
 */
public record ScorerCard(
        String id, String digest, String description, String label, String licence, Optional<ErrorRates> errors) {

    private static final int DIGEST_DIGITS = 8;

    /** A card that was written before there were error rates has none. */
    public ScorerCard {
        errors = errors == null ? Optional.empty() : errors;
    }

    /** A card of a scorer of which it is not known how often it errs. */
    public ScorerCard(String id, String digest, String description, String label, String licence) {
        this(id, digest, description, label, licence, Optional.empty());
    }

    /** The variant of metrics that a scorer judges. */
    static String variant(String id, String digest) {
        return id + "@" + digest.substring(0, DIGEST_DIGITS);
    }
}
