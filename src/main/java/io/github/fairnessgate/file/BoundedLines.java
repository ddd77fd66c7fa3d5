package io.github.fairnessgate.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;

/**
 * Lines of a text of which nothing is known yet. A text without line breaks does not fill the memory: of a line that is
 * too long only the beginning is kept.
 */
public final class BoundedLines implements Closeable {

    private static final int BUFFER = 1 << 13;

    private final Reader reader;
    private final int longest;
    private final char[] buffer = new char[BUFFER];
    private int position;
    private int filled;
    private boolean cut;

    /** @param longest the most characters of a line that are kept */
    public BoundedLines(Reader reader, int longest) {
        this.reader = reader;
        this.longest = longest;
    }

    /** The next line without its end, which is {@code \n} or {@code \r\n}; null if there is none. */
    public String next() throws IOException {
        StringBuilder line = new StringBuilder();
        cut = false;
        boolean begun = false;
        while (position < filled || fill()) {
            begun = true;
            int end = position;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            int kept = Math.min(end - position, longest - line.length());
            cut |= kept < end - position;
            line.append(buffer, position, kept);
            position = end;
            if (end < filled) {
                position++;
                break;
            }
        }
        if (!cut && line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
            line.setLength(line.length() - 1);
        }
        return begun ? line.toString() : null;
    }

    /** Whether the latest line was longer than what is kept. */
    public boolean wasCut() {
        return cut;
    }

    /** Whether {@link #next} has something to begin with, so that it need not wait for the first character. */
    public boolean ready() throws IOException {
        return position < filled || reader.ready();
    }

    private boolean fill() throws IOException {
        position = 0;
        filled = Math.max(0, reader.read(buffer, 0, BUFFER));
        return filled > 0;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
