package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Answers of measurements that were not finished, which nobody went on with for a month. */
public final class OldFiles {

    private static final Duration KEPT = Duration.ofDays(30);

    private OldFiles() {}

    /**
     * Removes files and folders that did not change for 30 days.
     *
     * @param folder need not exist
     * @param pattern of their names, as {@link java.nio.file.FileSystem#getPathMatcher} knows it
     * @throws InvalidInputException if that is not possible
     */
    public static void forget(Path folder, String pattern) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Instant oldest = Instant.now().minus(KEPT);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                    AtomicFiles.delete(file);
                }
            }
        } catch (IOException e) {
            throw FileErrors.cannot("remove old answers from", folder, e);
        }
    }
}
