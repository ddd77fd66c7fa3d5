package io.github.fairnessgate.score;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.PrivateCopy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A scorer by name and digest: known everywhere, opened only where models run.
 *
 * @param id {@link ToxicityScorer#id()}
 * @param digest {@link ToxicityScorer#digest()}
 * @param directory of a user's classifier in Hugging Face form; null for a scorer of the plugin or of an extension
 * @param label the class whose probability is the score of a classifier; null for a scorer without labels
 */
public record ScorerReference(String id, String digest, String directory, String label) {

    /** The plugin's default scorer, {@link ContextualScorer}, with the label that judges. */
    public static ScorerReference embedded() {
        return embedded(ContextualScorer.LABEL);
    }

    /**
     * The plugin's default scorer with another of its labels.
     *
     * @throws InvalidInputException if it has no such label
     */
    public static ScorerReference embedded(String label) {
        String read = BundledClassifier.label(label);
        return new ScorerReference(ContextualScorer.ID, BundledClassifier.digest(read), null, read);
    }

    /** The plugin's scorer that counts words and needs no native code. */
    public static ScorerReference ngram() {
        return new ScorerReference(NgramScorer.ID, NgramScorer.bundledDigest(), null, null);
    }

    /**
     * A classifier. Loads no native code.
     *
     * @param directory with {@code model.onnx} or {@code onnx/model.onnx}, {@code tokenizer.json} and
     *     {@code config.json}
     * @param name what it is called; characters that a metric id cannot have become hyphens
     * @param label a value of {@code id2label}, whatever its case; empty for the first that is named like toxicity:
     *     {@code toxic}, {@code toxicity}, {@code hate}, {@code offensive}, {@code abusive} or alike
     * @throws InvalidInputException if a file is missing or unusable, or if there is no such label
     */
    public static ScorerReference classifier(Path directory, String name, Optional<String> label) {
        ClassifierFiles files = ClassifierFiles.find(directory);
        ClassifierConfig config = ClassifierConfig.read(files);
        String read = config.labels()
                .get(label.map(wanted -> config.label(wanted, files)).orElseGet(() -> config.toxicLabel(files)));
        return new ScorerReference(
                name.replaceAll("[^A-Za-z0-9._-]", "-"),
                files.digest(read),
                directory.toAbsolutePath().toString(),
                read);
    }

    /**
     * A scorer of an extension, by its id.
     *
     * @return nothing if no jar among the plugin's dependencies has such a scorer
     * @throws InvalidInputException if a scorer among them cannot be used
     */
    public static Optional<ScorerReference> provided(String id) {
        return ProvidedScorer.named(id).map(scorer -> new ScorerReference(id, scorer.digest(), null, null));
    }

    /**
     * The same scorer on another machine.
     *
     * @param folders the path there of a classifier's folder, with those of its files that the digest covers
     */
    public ScorerReference elsewhere(BiFunction<Path, List<Path>, String> folders) {
        if (directory == null) {
            return this;
        }
        Path here = Path.of(directory);
        return new ScorerReference(
                id, digest, folders.apply(here, ClassifierFiles.find(here).deciding()), label);
    }

    /** The variant of every metric that it judges, {@code id@digest}: numbers of two scorers are not comparable. */
    public String variant() {
        return ScorerCard.variant(id, digest);
    }

    /** The digest of the code of an extension's scorer, which its {@code digest} is not of; empty for other scorers. */
    public Optional<String> code() {
        return directory == null && label == null
                ? ProvidedScorer.named(id).map(ProvidedScorer::code)
                : Optional.empty();
    }

    /** Whether the plugin brings it and its card says how often it errs. */
    public boolean comesWithThePlugin() {
        return directory == null && (label != null || id.equals(NgramScorer.ID));
    }

    /**
     * The caller closes it.
     *
     * @throws InvalidInputException if a file is unusable, or another one than the reference was made of
     */
    public ToxicityScorer open() {
        if (directory == null) {
            return label != null
                    ? ContextualScorer.open(label)
                    : id.equals(NgramScorer.ID) ? NgramScorer.open() : openProvided();
        }
        ClassifierFiles originals = ClassifierFiles.find(Path.of(directory));
        PrivateCopy copy = originals.copy();
        try {
            return copy.use(() -> opened(originals.graph(), copy));
        } catch (RuntimeException | Error e) {
            copy.close();
            throw e;
        }
    }

    private ToxicityScorer openProvided() {
        return ProvidedScorer.named(id)
                .filter(scorer -> scorer.digest().equals(digest))
                .orElseThrow(() -> new InvalidInputException("The scorer " + variant()
                        + " is not among the plugin's dependencies; run the build again with its jar."));
    }

    /** Of the same bytes as its digest, whatever becomes of the directory. */
    private ToxicityScorer opened(Path graph, PrivateCopy copy) {
        ClassifierFiles files = ClassifierFiles.find(copy.folder());
        if (!files.digest(label).equals(digest)) {
            throw new InvalidInputException("The toxicity classifier in " + directory
                    + " changed while it was being used: run the build again.");
        }
        return ClassifierScorer.open(this, graph.toString(), files, copy);
    }
}
