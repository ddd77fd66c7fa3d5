package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Folders of a cache that hold what a file was unpacked or converted to, named by a digest of that file. The name
 * proves nothing, because others may write to a cache: every process derives each folder once and compares it with the
 * one in the cache, which it replaces if any byte differs.
 */
public final class DerivedFolders {

    /** Digests of the files of the folders that this process derived, by name. */
    private static final Map<String, SortedMap<String, String>> DERIVED = new HashMap<>();

    private DerivedFolders() {}

    /**
     * A folder that holds what its source gives. Modules of a parallel build wait for each other.
     *
     * @param cache where the folder is or will be
     * @param name of the folder: a digest of all that decides its content
     * @param source how a message names what the folder is derived from
     * @param derive writes the content into the folder that it is given, which does not exist; called at most once for
     *     each name in a process
     * @throws InvalidInputException if the content cannot be derived; nothing is left then
     */
    public static synchronized Path of(
            Path cache, String name, String source, Consumer<Path> derive, Progress progress) {
        Path target = cache.resolve(name);
        if (isGenuine(name, target)) {
            return target;
        }
        Path aside = cache.resolve("." + name + "-" + ProcessHandle.current().pid() + ".part");
        try {
            AtomicFiles.delete(aside);
            derive.accept(aside);
            DERIVED.put(name, FileSums.of(aside));
            if (!isGenuine(name, target)) {
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    progress.info("The cached folder " + target + " does not hold what " + source
                            + " gives; it is replaced.");
                }
                AtomicFiles.replaceFolder(aside, target);
            }
            return target;
        } finally {
            AtomicFiles.delete(aside);
        }
    }

    private static boolean isGenuine(String name, Path target) {
        if (!DERIVED.containsKey(name) || !Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            return DERIVED.get(name).equals(FileSums.of(target));
        } catch (InvalidInputException linkOrUnreadable) {
            return false; // which no derived folder has
        }
    }
}
