package io.github.fairnessgate.yaml;

import io.github.fairnessgate.InvalidInputException;

/** What a line of a file asks for cannot be. */
public final class LocatedException extends InvalidInputException {

    private static final long serialVersionUID = 1L;

    LocatedException(Location location, String sentence) {
        super(location + ": " + sentence);
    }
}
