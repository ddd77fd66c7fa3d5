package io.github.fairnessgate.file;

import io.github.fairnessgate.Advice;
import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads files whole, which are never larger than what they are for needs: whatever somebody put in their place does not
 * fill the memory.
 */
public final class BoundedFiles {

    /** The most bytes of JSON, of a tokenizer, and of anything else that a program writes and reads whole. */
    public static final long LARGEST = 64_000_000;

    /**
     * The most bytes of a user's items or text, some hundred thousand sentences: decoded and split into lines, they
     * take several times as much memory.
     */
    public static final long LARGEST_DATA = 32_000_000;

    /** The most bytes of a file that a person writes: thresholds, a recipe, a licence. */
    public static final long LARGEST_WRITTEN = 4_000_000;

    /**
     * Of the memory of this JVM, the share that a text may take as bytes: decoded, and as tokens, it takes several
     * times as much.
     */
    private static final int SHARE_OF_HEAP = 8;

    private BoundedFiles() {}

    /** The most bytes of a text that this JVM has memory for. */
    public static long mostText() {
        return Math.min(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP, Integer.MAX_VALUE - 16);
    }

    /** A text that this JVM has no memory for. */
    public static InvalidInputException tooMuchText(String what, long most) {
        String name = Character.toUpperCase(what.charAt(0)) + what.substring(1);
        return new InvalidInputException(name + " have more than " + Bytes.text(most)
                + ", an eighth of the memory of this JVM; give less text, or more memory"
                + " with MAVEN_OPTS=-Xmx8g and " + Advice.MORE_MEMORY + ".");
    }

    /**
     * All bytes of a file.
     *
     * @param most so many are read
     * @throws InvalidInputException if there are more
     * @throws IOException if it cannot be read
     */
    public static byte[] bytes(Path file, long most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(Math.toIntExact(most + 1));
            if (bytes.length > most) {
                throw tooLarge(file, most);
            }
            return bytes;
        }
    }

    /**
     * Looks at a file that something else reads whole.
     *
     * @throws InvalidInputException if it has more bytes than {@code most}
     * @throws IOException if it cannot be read
     */
    public static void requireAtMost(Path file, long most) throws IOException {
        if (Files.size(file) > most) {
            throw tooLarge(file, most);
        }
    }

    private static InvalidInputException tooLarge(Path file, long most) {
        return new InvalidInputException(file + " has more than " + Bytes.text(most)
                + ", which is more than a file of its kind may have; check that it is the"
                + " right file, or give a smaller one.");
    }

    /**
     * A whole text.
     *
     * @param most so many bytes are read
     * @throws InvalidInputException if there are more
     * @throws CharacterCodingException if it is not UTF-8
     * @throws IOException if it cannot be read
     */
    public static String text(Path file, long most) throws IOException {
        return Utf8.decode(bytes(file, most));
    }
}
