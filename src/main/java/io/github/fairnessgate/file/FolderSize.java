package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How much a folder holds. */
public final class FolderSize {

    private FolderSize() {}

    /**
     * Bytes of all files at any depth, links not followed; 0 if there is no such folder.
     *
     * @throws InvalidInputException if it cannot be listed
     */
    public static long of(Path folder) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(path -> path.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException(
                    "The folder " + folder + " cannot be listed: " + Reason.of(e) + "; check its permissions.", e);
        }
    }
}
