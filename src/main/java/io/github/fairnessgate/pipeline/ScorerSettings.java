package io.github.fairnessgate.pipeline;

/**
 * Who judges how toxic texts are, as the user wrote it.
 *
 * @param scorer {@code embedded}, {@code ngram}, or a classifier; null for none
 * @param label of the scorer; null for its own
 * @param second judges the same texts too; null for none
 * @param secondLabel of the second scorer; null for its own
 */
public record ScorerSettings(String scorer, String label, String second, String secondLabel) {}
