package io.github.fairnessgate.file;

import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an archive may unpack to. A small archive can hold a lot of nothing, which fills a disk or the memory. Genuine
 * weights shrink to about nine tenths, those of a model with nine zeros in ten to about a sixth, and text to about a
 * quarter.
 */
final class UnpackLimits {

    /** A model has about ten files. */
    static final int MOST_ENTRIES = 1_000;

    /** Bytes that any archive may hold, however small it is. */
    private static final long ALWAYS_ALLOWED = 100_000_000;

    /** How many times as large as the archive its content may be, beyond that. */
    private static final long MOST_TIMES = 100;

    /** Bytes that no archive may exceed: thirty times the largest GPT-2 in float32. */
    private static final long MOST_BYTES = 200_000_000_000L;

    private final Path archive;
    private final long packed;

    UnpackLimits(Path archive) throws IOException {
        this.archive = archive;
        this.packed = Files.size(archive);
    }

    /**
     * Is asked before anything is unpacked where the archive announces its content, and otherwise before every entry.
     *
     * @param entries so far
     * @param bytes of all of them
     * @throws InvalidInputException if that is too much
     */
    void require(int entries, long bytes) {
        require(bytes);
        if (entries > MOST_ENTRIES) {
            throw new InvalidInputException(
                    archive + " has more than " + MOST_ENTRIES + " entries, which no model has; pack the model alone.");
        }
    }

    /** The same of an archive that may have any number of entries. */
    void require(long bytes) {
        if (bytes > MOST_BYTES) {
            throw new InvalidInputException(archive + " unpacks to " + Bytes.text(bytes) + ", but at most "
                    + Bytes.text(MOST_BYTES) + " are unpacked; check that the archive is what it should be.");
        }
        if (bytes > ALWAYS_ALLOWED && bytes / MOST_TIMES > packed) {
            throw new InvalidInputException(
                    archive + " has " + Bytes.text(packed) + " and unpacks to " + Bytes.text(bytes) + ", more than "
                            + MOST_TIMES
                            + " times as much, which no genuine model or text does; check that the archive is what "
                            + "it should be.");
        }
    }
}
