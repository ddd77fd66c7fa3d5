package io.github.fairnessgate.score;

/**
 * Where a scorer's numbers come from, for reports.
 *
 * @param id as in metric ids
 * @param digest SHA-256 over everything that decides the scores
 * @param description one sentence: what kind of model, what its score means
 * @param label the class whose probability is the score
 * @param licence of the weights; {@code "not stated"} if the scorer does not say
 */
public record ScorerCard(String id, String digest, String description, String label, String licence) {

    private static final int DIGEST_DIGITS = 8;

    /** The variant of metrics that a scorer judges. */
    static String variant(String id, String digest) {
        return id + "@" + digest.substring(0, DIGEST_DIGITS);
    }
}
