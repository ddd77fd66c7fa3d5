package io.github.fairnessgate.file;

import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Supplier;

/**
 * A folder that belongs to this process alone and that files are copied into before they are digested and used. What is
 * used is then what was digested, whatever happens to the originals meanwhile: neither a rename nor a link that is
 * turned nor a write in place has an effect.
 */
public final class PrivateCopy implements AutoCloseable {

    private final Path original;
    private final Path folder;

    private PrivateCopy(Path original, Path folder) {
        this.original = original;
        this.folder = folder;
    }

    /**
     * Copies files into a new folder for temporary files, which only this user can read where the system has such
     * rights. Links are followed.
     *
     * @param original the folder that messages name in the place of the copy
     * @param files regular files with different names, which they keep
     * @throws InvalidInputException if one cannot be read, or the disk has no room for them
     */
    public static PrivateCopy of(Path original, List<Path> files) {
        Path folder = createFolder();
        try {
            requireRoom(original, files, folder);
            for (Path file : files) {
                copy(file, folder.resolve(file.getFileName()));
            }
            return new PrivateCopy(original, folder);
        } catch (RuntimeException | Error e) {
            AtomicFiles.deleteAfter(e, folder);
            throw e;
        }
    }

    private static Path createFolder() {
        try {
            return Files.createTempDirectory("copy-").toAbsolutePath();
        } catch (IOException e) {
            throw FileErrors.cannot(
                    "make a folder for temporary files in", Path.of(System.getProperty("java.io.tmpdir")), e);
        }
    }

    private static void requireRoom(Path original, List<Path> files, Path folder) {
        long needed = files.stream().mapToLong(PrivateCopy::size).sum();
        long free = folder.toFile().getUsableSpace();
        if (needed > free) {
            throw new InvalidInputException("The private copy of " + original
                    + ", which keeps it from changing meanwhile, needs "
                    + Bytes.text(needed)
                    + ", but only " + Bytes.text(free) + " are free in "
                    + folder.getParent() + "; make room, or set " + Parameters.OUTPUT_DIRECTORY + " to another disk.");
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    private static void copy(Path file, Path target) {
        try {
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw FileErrors.cannot("copy " + file + " to", target, e);
        }
    }

    /** Where the copies are. */
    public Path folder() {
        return folder;
    }

    /** Does something with the copies; a failure of it names the original folder, which the user knows. */
    public <T> T use(Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidInputException e) {
            throw new InvalidInputException(named(e.getMessage()), e);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(named(e.getMessage()), e);
        }
    }

    /** {@link #use} of what has no result. */
    public void run(Runnable work) {
        use(() -> {
            work.run();
            return null;
        });
    }

    private String named(String message) {
        return String.valueOf(message).replace(folder.toString(), original.toString());
    }

    /** Removes the copies. */
    @Override
    public void close() {
        AtomicFiles.delete(folder);
    }
}
