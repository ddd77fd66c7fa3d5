package io.github.fairnessgate.yaml;

import java.util.Objects;

/**
 * A place in a YAML file.
 *
 * @param file the file's name, as the reader of a message knows it
 * @param line the line, 1 or more
 * @param path the keys that lead there, {@code rules[2].metric}; empty for the root
 */
public record Location(String file, int line, String path) {

    public Location {
        Objects.requireNonNull(file);
        Objects.requireNonNull(path);
        if (line < 1) {
            throw new IllegalArgumentException("lines begin at 1, not at " + line);
        }
    }

    /** The path, or "the file" for the root. */
    String name() {
        return path.isEmpty() ? "the file" : path;
    }

    Location at(int otherLine) {
        return new Location(file, otherLine, path);
    }

    Location key(String key) {
        return new Location(file, line, path.isEmpty() ? key : path + "." + key);
    }

    Location element(int index) {
        return new Location(file, line, path + "[" + index + "]");
    }

    /** An exception that says {@code file:line: sentence}; the caller throws it. */
    public LocatedException problem(String sentence) {
        return new LocatedException(this, sentence);
    }

    /** {@code file:line}, the form that editors and CI systems turn into a link. */
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
