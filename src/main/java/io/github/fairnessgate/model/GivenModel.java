package io.github.fairnessgate.model;

import java.nio.file.Path;

/**
 * A model as its user gave it, and as it can be read.
 *
 * @param folder the user's folder; every file in it is shipped with the model
 * @param directory what is measured: the same folder, or the one in the cache that its pickled weights were converted
 *     to
 */
public record GivenModel(Path folder, ModelDirectory directory) {

    /** A model that can be read as it is. */
    public static GivenModel of(ModelDirectory directory) {
        return new GivenModel(directory.path(), directory);
    }

    /** Whether its weights are pickles. */
    public boolean isConverted() {
        return !folder.equals(directory.path());
    }
}
