package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.ModelDirectory;

/**
 * A model at hand.
 *
 * @param directory where its files are
 * @param source    what the user named
 */
record LocatedModel(ModelDirectory directory, String source) {

    /**
     * Its verdict would be about another model than the one that is there now.
     *
     * @param digest of the model that was measured
     * @throws InvalidInputException if its files are others now
     */
    void requireStill(String digest) {
        String now = ModelDirectory.open(directory.path()).digest();
        if (!now.equals(digest)) {
            throw new InvalidInputException("The model " + source + " changed after it was measured (its SHA-256 was " + digest + " and is " + now
                    + "), so there is no verdict about the model that is there now: run the build again when nothing else writes to " + directory.path() + ".");
        }
    }
}
