package io.github.fairnessgate.file;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;

/** The one translation of what went wrong with a file into a sentence. */
public final class FileErrors {

    private FileErrors() {}

    /** @param verb what could not be done: {@code "read"} */
    public static InvalidInputException cannot(String verb, Path path, IOException cause) {
        return new InvalidInputException(
                "Cannot " + verb + " " + path + ": " + Reason.of(cause) + advice(cause) + ".", cause);
    }

    /** What to do about a disk, where that is what stands in the way. */
    private static String advice(IOException cause) {
        String reason = Reason.of(cause);
        boolean full = reason.contains("No space left")
                || reason.contains("not enough space")
                || reason.contains("quota exceeded");
        return full
                ? "; make room on that disk, or name a folder on another"
                : reason.contains("Read-only file system") || reason.startsWith("permission denied")
                        ? "; make it accessible, or name another folder"
                        : "";
    }

    public static byte[] read(Path file) {
        try {
            return BoundedFiles.bytes(file, BoundedFiles.LARGEST);
        } catch (IOException e) {
            throw cannot("read", file, e);
        }
    }

    /**
     * A text that people write or edit.
     *
     * @param named what messages call it, at their beginning
     * @param advice what to do if it is not UTF-8
     * @throws InvalidInputException if it cannot be read, has more than {@code most} bytes, or is not UTF-8
     */
    public static String text(Path file, long most, String named, String advice) {
        try {
            return BoundedFiles.text(file, most);
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(named + " is not UTF-8 text; " + advice + ".", e);
        } catch (IOException e) {
            throw new InvalidInputException(named + " cannot be read: " + Reason.of(e) + ".", e);
        }
    }
}
