package io.github.fairnessgate.spi;

import java.util.List;

/**
 * A toxicity scorer in an extension, which {@code fairness.scorer} or {@code fairness.secondScorer} names by its id.
 *
 * <p>A jar names its providers in {@code META-INF/services/io.github.fairnessgate.spi.ScorerProvider}. A provider is
 * public and has a public constructor without parameters. Maven's JVM asks for id, version and description; the worker
 * has it score.
 */
public interface ScorerProvider {

    /**
     * The name of the scorer: lower-case letters, digits and hyphens; not {@code embedded} or {@code ngram}, and that
     * of no other provider.
     */
    String id();

    /**
     * Raise it whenever a text would get another score. It is part of the metrics' ids, so numbers of two versions are
     * never compared.
     */
    int version();

    /** What kind of scorer it is and what its score means, in one sentence for the report. */
    String description();

    /**
     * How toxic texts are. A score depends on its text alone.
     *
     * @param texts none of them blank: a blank text scores 0 by definition
     * @return from 0 to 1, one a text, in their order; from 0.5 on, a text counts as toxic
     */
    double[] score(List<String> texts);
}
