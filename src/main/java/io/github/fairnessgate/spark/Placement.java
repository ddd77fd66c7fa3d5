package io.github.fairnessgate.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts a file into another folder without a copy, where the file system can. */
final class Placement {

    private Placement() {}

    /** @param target does not exist; folders above it are made */
    static void place(Path file, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try {
            Files.createLink(target, file);
        } catch (UnsupportedOperationException | IOException noLinks) {
            Files.copy(file, target);
        }
    }
}
