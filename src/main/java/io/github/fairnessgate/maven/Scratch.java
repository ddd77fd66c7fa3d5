package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder for one piece of work, beside its result so that results can be moved; gone when the work ends. */
final class Scratch implements AutoCloseable {

    private static final String PREFIX = ".work-";

    private final Path folder;

    private Scratch(Path folder) {
        this.folder = folder;
    }

    /** Also removes what builds that were killed left behind. */
    static Scratch in(Path parent) {
        try {
            Files.createDirectories(parent);
            removeOrphans(parent);
            return new Scratch(Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-"));
        } catch (IOException e) {
            throw new InvalidInputException("Nothing can be written to " + parent + ": " + e
                    + "; make the folder writable, or set " + Parameters.OUTPUT_DIRECTORY + ".", e);
        }
    }

    private static void removeOrphans(Path parent) throws IOException {
        List<Path> folders;
        try (Stream<Path> children = Files.list(parent)) {
            folders = children.filter(child -> child.getFileName().toString().startsWith(PREFIX)).toList();
        }
        for (Path orphan : folders) {
            long owner = Long.parseLong(orphan.getFileName().toString().split("-")[1]);
            if (ProcessHandle.of(owner).isEmpty()) {
                AtomicFiles.delete(orphan);
            }
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        AtomicFiles.delete(folder);
    }
}
