package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Files and folders that appear whole or not at all: they are written beside their target, under a hidden name that
 * ends in {@code .part}, and moved there when complete. A failure removes what was begun; only a killed process can
 * leave a {@code .part} behind, which {@link #deleteLeftovers} removes.
 */
public final class AtomicFiles {

    private static final String LEFTOVER = ".part";
    private static final int MOST_ATTEMPTS = 100;

    /** Produces the bytes of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything to {@code out}, which the caller closes. */
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFiles() {}

    /**
     * Writes or replaces a file; missing parent folders are created.
     *
     * @throws InvalidInputException if that is not possible: no permission, disk full
     */
    public static void write(Path target, Content content) {
        place(target, aside -> {
            try (OutputStream out =
                    Files.newOutputStream(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(out);
            }
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        });
    }

    /** {@link #write(Path, Content)} of bytes at hand. */
    public static void write(Path target, byte[] content) {
        write(target, out -> out.write(content));
    }

    /** Produces the content of a folder. */
    @FunctionalInterface
    public interface FolderContent {
        /** Writes everything into {@code directory}, which exists and is empty. */
        void writeTo(Path directory) throws IOException;
    }

    /**
     * Writes or replaces a folder; missing parent folders are created.
     *
     * @throws InvalidInputException if that is not possible: no permission, disk full
     */
    public static void writeFolder(Path target, FolderContent content) {
        place(target, aside -> {
            Files.createDirectory(aside);
            content.writeTo(aside);
            replaceFolder(aside, target);
        });
    }

    /** Writes what is to be the target, and moves it there. */
    @FunctionalInterface
    private interface Placing {
        void from(Path aside) throws IOException;
    }

    private static void place(Path target, Placing writing) {
        Path aside = aside(target);
        try {
            Files.createDirectories(aside.getParent());
            writing.from(aside);
        } catch (IOException e) {
            deleteAfter(e, aside);
            throw FileErrors.cannot("write", target, e);
        } catch (RuntimeException | Error e) {
            deleteAfter(e, aside);
            throw e;
        }
    }

    /**
     * Puts a complete folder in a target's place. Where several processes do so at once, one of them wins, and all
     * succeed.
     *
     * @param complete lies on the same file system as {@code target}
     * @throws InvalidInputException if that is not possible
     */
    public static void replaceFolder(Path complete, Path target) {
        Path old = aside(target);
        try {
            moveIfExists(target, old);
            for (int attempt = 1; !move(complete, target, attempt == MOST_ATTEMPTS); attempt++) {
                if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                    deleteTree(old);
                    moveIfExists(target, old);
                }
            }
            deleteTree(old);
        } catch (IOException e) {
            putBack(old, target, e);
            throw FileErrors.cannot("write", target, e);
        }
    }

    /** False if it was not possible because another process put its own folder there first. */
    private static boolean move(Path complete, Path target, boolean lastAttempt) throws IOException {
        try {
            Files.move(complete, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (AtomicMoveNotSupportedException | NoSuchFileException e) {
            throw e;
        } catch (FileSystemException e) { // "directory not empty" has no type of its own here
            if (lastAttempt) {
                throw e;
            }
            return false;
        }
    }

    /** In one step, so that nobody ever sees a folder of which half is deleted. */
    private static void moveIfExists(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException missing) {
            return;
        }
    }

    private static void putBack(Path old, Path target, IOException failure) {
        try {
            moveIfExists(old, target);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Removes a file, or a folder with all that is in it, if it exists.
     *
     * @throws InvalidInputException if that is not possible
     */
    public static void delete(Path fileOrFolder) {
        try {
            deleteTree(fileOrFolder);
        } catch (IOException e) {
            throw FileErrors.cannot("remove", fileOrFolder, e);
        }
    }

    /**
     * Removes, at any depth, what writers that were killed left half-written. Only for a folder that no other process
     * writes to at the moment.
     */
    public static void deleteLeftovers(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try {
            for (Path leftover : leftovers(directory)) {
                deleteTree(leftover);
            }
        } catch (IOException e) {
            throw FileErrors.cannot("remove half-written files from", directory, e);
        }
    }

    private static List<Path> leftovers(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> !path.equals(directory))
                    .filter(AtomicFiles::isLeftover)
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isLeftover(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith(".") && name.endsWith(LEFTOVER);
    }

    /** Where to write what will become {@code target}: the same folder, so that the move is atomic. */
    static Path aside(Path target) {
        return target.toAbsolutePath().resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + LEFTOVER);
    }

    /** Removes a file or folder, if it exists; links are removed, never followed. */
    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Cleans up on the way out of a failure, which stays the one that is reported. */
    public static void deleteAfter(Throwable failure, Path aside) {
        try {
            deleteTree(aside);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
