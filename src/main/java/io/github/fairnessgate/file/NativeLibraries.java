package io.github.fairnessgate.file;

import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The native libraries of DJL, which it unpacks to a folder and then loads. If that fails, all that it says is that it
 * could not load them.
 */
public final class NativeLibraries {

    /** The environment variable that names the folder. */
    public static final String FOLDER = "DJL_CACHE_DIR";

    /** Bytes of the largest one and what is unpacked with it. */
    private static final long LEAST_ROOM = 50_000_000;

    private NativeLibraries() {}

    /** Whether a failure is that of loading a native library, and not of what it was to work on. */
    public static boolean areMissing(Throwable failure) {
        for (Throwable cause = failure; cause != null && cause != cause.getCause(); cause = cause.getCause()) {
            if (cause instanceof LinkageError
                    || String.valueOf(cause.getMessage()).contains("native library")) {
                return true;
            }
        }
        return false;
    }

    /**
     * A sentence about a folder that native libraries cannot be unpacked to.
     *
     * @return empty if nothing stands in the way
     */
    public static Optional<String> obstacle(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "room", ""));
            long free = folder.toFile().getUsableSpace();
            return free >= LEAST_ROOM
                    ? Optional.empty()
                    : Optional.of("Native libraries cannot be unpacked to " + folder + ": only " + Bytes.text(free)
                            + " are free there; make room, or set " + Parameters.CACHE_DIRECTORY
                            + " to a folder on another disk.");
        } catch (IOException e) {
            return Optional.of("Native libraries cannot be unpacked to " + folder + ": " + Reason.of(e)
                    + "; make it writable, or set " + Parameters.CACHE_DIRECTORY + " to another folder.");
        }
    }
}
