package io.github.fairnessgate.maven;

import io.github.fairnessgate.artifact.ModelDirectory;

/**
 * A model at hand.
 *
 * @param directory where its files are
 * @param source    what the user named
 */
record LocatedModel(ModelDirectory directory, String source) {
}
