package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.GivenModel;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.PickledModels;

/**
 * A model at hand.
 *
 * @param given where its files are
 * @param source what the user named
 */
public record LocatedModel(GivenModel given, String source) {

    /** A model that can be read as it is. */
    public LocatedModel(ModelDirectory directory, String source) {
        this(GivenModel.of(directory), source);
    }

    /** What is measured. */
    public ModelDirectory directory() {
        return given.directory();
    }

    /**
     * Its verdict would be about another model than the one that is there now.
     *
     * @param digest of the model that was measured
     * @throws InvalidInputException if its files are others now
     */
    void requireStill(String digest) {
        String now = ModelDirectory.open(directory().path()).digest();
        if (!now.equals(digest)) {
            throw changed("its SHA-256 was " + digest + " and is " + now);
        }
        if (given.isConverted() && !PickledModels.isConversion(directory().path(), given.folder())) {
            throw changed("its pickled weights, or a file beside them, are others than those that were converted");
        }
    }

    private InvalidInputException changed(String how) {
        return new InvalidInputException("The model " + source + " changed after it was measured (" + how
                + "), so there is no verdict about the model that is there now: run the build again when nothing "
                + "else writes to "
                + given.folder() + ".");
    }
}
