package io.github.fairnessgate.hub;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.LockFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One model's part of the cache, in the layout of huggingface_hub: {@code models--organisation--name} with
 * {@code blobs/CHECKSUM}, {@code snapshots/COMMIT/FILE} (relative links to blobs; copies where links cannot be made),
 * {@code refs/BRANCH} (a commit), and {@code .no_exist/COMMIT/FILE} (an empty file for each name that is known not to
 * exist in a commit).
 */
final class HubCache {

    /** Makes a link; a parameter because not every file system can. */
    @FunctionalInterface
    interface Linker {
        void link(Path link, Path target) throws IOException;
    }

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    private final Path folder;
    private final Path locks;
    private final Linker linker;

    /** @param repository {@code organisation/name} or {@code name} */
    HubCache(Path root, String repository, Linker linker) {
        String name = "models--" + repository.replace("/", "--");
        this.folder = root.resolve(name);
        this.locks = root.resolve(".locks").resolve(name);
        this.linker = linker;
    }

    Path folder() {
        return folder;
    }

    /** The folder of a commit's files, which need not exist. */
    Path snapshot(String commit) {
        return folder.resolve("snapshots").resolve(commit);
    }

    /** Whether the content of a file is there; a link that leads nowhere is not. */
    boolean has(String commit, String file) {
        return Files.isRegularFile(snapshot(commit).resolve(file));
    }

    /** Whether it is known that the commit has no such file. */
    boolean isKnownMissing(String commit, String file) {
        return Files.exists(missing(commit, file));
    }

    private Path missing(String commit, String file) {
        return folder.resolve(".no_exist").resolve(commit).resolve(file);
    }

    void noteMissing(String commit, String file) {
        if (!isKnownMissing(commit, file)) {
            AtomicFiles.write(missing(commit, file), new byte[0]);
        }
    }

    /** The commit that a branch or tag led to when it was last looked up. */
    Optional<String> commitOf(String revision) {
        Path file = folder.resolve("refs").resolve(revision);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(BoundedFiles.text(file, BoundedFiles.LARGEST_WRITTEN)
                            .strip())
                    .filter(text -> COMMIT.matcher(text).matches());
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    /** The file of a reference has no line break at its end: other tools take it as it is. */
    void noteCommit(String revision, String commit) {
        if (!commitOf(revision).equals(Optional.of(commit))) {
            AtomicFiles.write(folder.resolve("refs").resolve(revision), commit.getBytes(StandardCharsets.US_ASCII));
        }
    }

    Path blob(Checksum checksum) {
        return folder.resolve("blobs").resolve(checksum.hex());
    }

    /** What has come of a blob so far; huggingface_hub continues it, too. */
    Path incomplete(Checksum checksum) {
        return folder.resolve("blobs").resolve(checksum.hex() + ".incomplete");
    }

    /** Held while a blob is downloaded. */
    LockFile lock(Checksum checksum, Runnable waiting) throws IOException {
        return LockFile.acquire(locks.resolve(checksum.hex() + ".lock"), waiting);
    }

    /** Makes a blob appear as a file of a commit; the caller holds the blob's lock. */
    void point(String commit, String file, Checksum checksum) {
        Path pointer = snapshot(commit).resolve(file);
        Path blob = blob(checksum);
        try {
            Files.createDirectories(pointer.getParent());
            Files.deleteIfExists(pointer); // a link that leads nowhere
            linker.link(pointer, pointer.getParent().relativize(blob));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isRegularFile(pointer)) {
                throw FileErrors.cannot("write", pointer, e);
            }
        } catch (UnsupportedOperationException | IOException e) { // Windows without the privilege, some network drives
            AtomicFiles.write(pointer, out -> Files.copy(blob, out));
        }
    }

    /**
     * Compares a file with the checksum after which its blob is named. A copy has no such name, and is taken as it is.
     *
     * @throws InvalidInputException if the content is not what it was when it was downloaded
     */
    void requireIntact(String commit, String file) {
        Path pointer = snapshot(commit).resolve(file);
        if (!Files.isSymbolicLink(pointer)) {
            return;
        }
        Path blob;
        try {
            blob = pointer.toRealPath();
        } catch (IOException e) {
            throw FileErrors.cannot("read", pointer, e);
        }
        Checksum.parse(blob.getFileName().toString())
                .filter(checksum -> !checksum.fits(blob))
                .ifPresent(checksum -> {
                    throw new InvalidInputException(
                            blob + ", which is " + file + " in the cache of Hugging Face's tools, is damaged: its "
                                    + checksum.kind() + " is " + checksum.of(blob)
                                    + ", but must be its name; delete it and run the build again, which downloads it.");
                });
    }
}
