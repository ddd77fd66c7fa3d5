package io.github.fairnessgate.score;

import java.nio.file.Path;

/**
 * A scorer by name and digest: known everywhere, opened only where models run.
 *
 * @param id        {@link ToxicityScorer#id()}
 * @param digest    {@link ToxicityScorer#digest()}
 * @param directory of a classifier in Hugging Face form; null for the embedded scorer
 */
public record ScorerReference(String id, String digest, String directory) {

    private static final int DIGEST_DIGITS = 8;

    /** The scorer that the plugin brings along. */
    public static ScorerReference embedded() {
        return new ScorerReference(EmbeddedScorer.ID, EmbeddedScorer.embeddedDigest(), null);
    }

    /**
     * A classifier.
     *
     * @throws io.github.fairnessgate.InvalidInputException if there is none in the folder
     */
    public static ScorerReference classifier(Path directory) {
        return new ScorerReference(ClassifierScorer.id(directory), ClassifierScorer.digest(directory), directory.toAbsolutePath().toString());
    }

    /** The variant of every metric that it judges, {@code id@digest}: numbers of two scorers are not comparable. */
    public String variant() {
        return id + "@" + digest.substring(0, DIGEST_DIGITS);
    }

    /** The caller closes it. */
    public ToxicityScorer open() {
        return directory == null ? EmbeddedScorer.open() : ClassifierScorer.open(Path.of(directory));
    }
}
