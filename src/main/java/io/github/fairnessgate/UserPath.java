package io.github.fairnessgate;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths as users write them. */
public final class UserPath {

    private UserPath() {}

    /**
     * What a relative path leads to; an absolute one as it is.
     *
     * @throws InvalidInputException if nothing on this machine can have such a name, for instance because of its locale
     */
    public static Path resolve(Path folder, String written) {
        try {
            return folder.resolve(written);
        } catch (InvalidPathException e) {
            throw new InvalidInputException(
                    "No file on this machine can be called \"" + written + "\" (" + e.getReason()
                            + "); correct the name, or, if it has other letters than ASCII, run Maven in a UTF-8 "
                            + "locale, for instance with LC_ALL=C.UTF-8.",
                    e);
        }
    }
}
