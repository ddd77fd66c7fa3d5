package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.Utf8;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * A text file that a user names, read once: the digest is of the bytes that the text is made of.
 *
 * @param path for messages
 * @param text without the byte order mark that some editors put before it
 * @param digest SHA-256 of the file
 */
record UserFile(Path path, String text, String digest) {

    /** @throws InvalidInputException if it cannot be read, is empty or blank, or is not UTF-8; names the line */
    static UserFile read(Path file) {
        byte[] content = bytes(file);
        return new UserFile(file, text(file, content), Digests.sha256(content));
    }

    private static String text(Path file, byte[] utf8) {
        String content;
        try {
            content = Utf8.decodeUnmarked(utf8);
        } catch (Utf8.NotUtf8Exception e) {
            long line = 1
                    + IntStream.range(0, e.position())
                            .filter(at -> utf8[at] == '\n')
                            .count();
            throw new InvalidInputException(
                    file + ":" + line + ": the line is not UTF-8; save the file in that encoding.", e);
        }
        if (content.isBlank()) {
            throw new InvalidInputException(
                    file + " is empty, so there is nothing to measure; add text, or leave the file out.");
        }
        return content;
    }

    private static byte[] bytes(Path file) {
        try {
            return BoundedFiles.bytes(file, BoundedFiles.LARGEST_DATA);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(file + " does not exist; correct the path.", e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    file + " cannot be read (" + Reason.of(e) + "); it must be a readable file.", e);
        }
    }
}
