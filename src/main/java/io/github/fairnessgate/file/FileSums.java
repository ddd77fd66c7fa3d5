package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Digests of all files of a folder. */
public final class FileSums {

    private FileSums() {}

    /**
     * SHA-256 of every file at any depth, by its path in the folder with {@code /} between names, sorted. Streams all
     * of them.
     *
     * @throws InvalidInputException if something cannot be read, or is neither file nor folder
     */
    public static SortedMap<String, String> of(Path folder) {
        SortedMap<String, String> sums = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new InvalidInputException(
                            path + " is not a regular file; replace the link by what it points to.");
                }
                sums.put(name(folder, path), Digests.sha256(path));
            }
        } catch (IOException e) {
            throw FileErrors.cannot("list", folder, e);
        }
        return sums;
    }

    /** The path of a file in a folder, with {@code /} between names on every system. */
    static String name(Path folder, Path file) {
        return folder.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }
}
