package io.github.fairnessgate.file;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Text in UTF-8; what is not UTF-8 is refused, and nothing is replaced. */
public final class Utf8 {

    private static final char MARK = '\uFEFF';

    /** Bytes that are not UTF-8. */
    public static final class NotUtf8Exception extends CharacterCodingException {

        private static final long serialVersionUID = 1;

        private final int position;

        NotUtf8Exception(int position) {
            this.position = position;
        }

        /** The first byte that does not belong there, from 0. */
        public int position() {
            return position;
        }
    }

    private Utf8() {}

    /** @throws NotUtf8Exception if it is not UTF-8 */
    public static String decode(byte[] bytes) throws NotUtf8Exception {
        return decode(ByteBuffer.wrap(bytes));
    }

    /** @throws NotUtf8Exception if it is not UTF-8 */
    public static String decode(ByteBuffer bytes) throws NotUtf8Exception {
        CharBuffer characters = CharBuffer.allocate(bytes.remaining());
        int start = bytes.position();
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, characters, true);
        if (result.isError()) {
            throw new NotUtf8Exception(bytes.position() - start);
        }
        return characters.flip().toString();
    }

    /** {@link #decode(byte[])} without the byte order mark that some editors put before a text. */
    public static String decodeUnmarked(byte[] bytes) throws NotUtf8Exception {
        String text = decode(bytes);
        return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
    }
}
