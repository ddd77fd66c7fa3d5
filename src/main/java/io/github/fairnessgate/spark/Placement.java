package io.github.fairnessgate.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts a file into another folder without a copy, where the file system can. */
final class Placement {

    private Placement() {}

    /**
     * Follows symbolic links, of which the caches of model hubs are made.
     *
     * @param target does not exist; folders above it are made
     * @throws IOException if the file cannot be read, or the target not be written
     */
    static void place(Path file, Path target) throws IOException {
        Path real = file.toRealPath();
        Files.createDirectories(target.getParent());
        try {
            Files.createLink(target, real);
        } catch (UnsupportedOperationException | IOException noLinks) {
            Files.copy(real, target);
        }
    }
}
