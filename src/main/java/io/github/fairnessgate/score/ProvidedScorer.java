package io.github.fairnessgate.score;

import io.github.fairnessgate.Extensions;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.CodeDigest;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.spi.ScorerProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** A scorer of an extension. */
final class ProvidedScorer implements ToxicityScorer {

    private static final String NOUN = "scorer";
    private static final Set<String> BUNDLED = Set.of(ContextualScorer.ID, NgramScorer.ID);

    private final ScorerProvider provider;
    private final String id;
    private final String digest;

    private ProvidedScorer(ScorerProvider provider, String id) {
        this.provider = provider;
        this.id = id;
        int version = Extensions.asked(provider, NOUN, "version", provider::version);
        this.digest = Digests.sha256("%s\n%s\n%d"
                .formatted(id, provider.getClass().getName(), version)
                .getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The scorer of a name, if an extension has it.
     *
     * @throws InvalidInputException if a scorer among the plugin's dependencies cannot be used
     */
    static Optional<ProvidedScorer> named(String id) {
        return named(id, ProvidedScorer.class.getClassLoader());
    }

    static Optional<ProvidedScorer> named(String id, ClassLoader loader) {
        SortedMap<String, ScorerProvider> providers =
                Extensions.in(loader, ScorerProvider.class, NOUN, ScorerProvider::id, BUNDLED);
        return Optional.ofNullable(providers.get(id)).map(provider -> new ProvidedScorer(provider, id));
    }

    /** The digest of the jar's content, whatever version the provider says. */
    String code() {
        return CodeDigest.of(provider.getClass());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public ScorerCard card() {
        return new ScorerCard(
                id,
                digest,
                Extensions.asked(provider, NOUN, "description", provider::description),
                "not stated",
                "not stated");
    }

    @Override
    public double[] score(List<String> texts) {
        Texts.requireScorable(texts);
        List<String> written = texts.stream().filter(text -> !text.isBlank()).toList();
        double[] given = written.isEmpty()
                ? new double[0]
                : Extensions.asked(provider, NOUN, "scores", () -> provider.score(written));
        if (given.length != written.size()) {
            throw Extensions.problem(
                    provider,
                    NOUN,
                    "gave " + given.length + " scores for " + written.size() + " texts; give one a text");
        }
        double[] scores = new double[texts.size()];
        int next = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] =
                    texts.get(i).isBlank() ? BLANK_SCORE : Texts.requireProbability(given[next++], texts.get(i), id);
        }
        return scores;
    }

    @Override
    public void close() {
        // A provider holds what it holds until the worker ends.
    }
}
