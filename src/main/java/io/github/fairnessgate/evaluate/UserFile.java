package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.artifact.BoundedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A text file that a user names. */
final class UserFile {

    private UserFile() {
    }

    /**
     * The file's text, without the byte order mark that some editors put before it.
     *
     * @throws InvalidInputException if it cannot be read, is empty or blank, or is not UTF-8; names the line
     */
    static String text(Path file) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(file));
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CoderResult result = StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(bytes, text, true);
        text.flip();
        if (result.isError()) {
            throw new InvalidInputException(file + ":" + (1 + text.chars().filter(character -> character == '\n').count())
                    + ": the line is not UTF-8; save the file in that encoding.");
        }
        String content = text.toString().replaceFirst("^\uFEFF", "");
        if (content.isBlank()) {
            throw new InvalidInputException(file + " is empty, so there is nothing to measure; add text, or take the file out.");
        }
        return content;
    }

    private static byte[] bytes(Path file) {
        try {
            return BoundedFiles.bytes(file, BoundedFiles.LARGEST_DATA);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(file + " does not exist; correct the path.", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read (" + Reason.of(e) + "); it has to be a readable file.", e);
        }
    }
}
