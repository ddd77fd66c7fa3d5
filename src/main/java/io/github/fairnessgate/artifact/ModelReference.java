package io.github.fairnessgate.artifact;

import io.github.fairnessgate.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model comes from, as the parameter {@code model} says it. */
public sealed interface ModelReference {

    /** What people call it: the folder, the archive without its ending, the artifact id, the built-in name. */
    String name();

    /** A model in a folder. */
    record Directory(Path path) implements ModelReference {

        @Override
        public String name() {
            Path name = path.toAbsolutePath().normalize().getFileName();
            return name == null ? path.toString() : name.toString();
        }
    }

    /** A model packed as zip or tar.gz. */
    record Archive(Path path) implements ModelReference {

        @Override
        public String name() {
            return path.getFileName().toString().replaceFirst("(?i)\\.(zip|tar\\.gz|tgz)$", "");
        }
    }

    /**
     * A model in a Maven repository.
     *
     * @param extension {@code zip} if the text has none
     * @param classifier empty if the text has none
     */
    record Coordinates(String groupId, String artifactId, String extension, String classifier, String version) implements ModelReference {

        private static final String PART = "([A-Za-z0-9_.-]+)";
        private static final Pattern FORM = Pattern.compile(PART + ":" + PART + "(?::" + PART + "(?::" + PART + ")?)?:" + PART);

        /** Reads {@code groupId:artifactId[:extension[:classifier]]:version}; empty if the text is something else. */
        public static Optional<Coordinates> parse(String text) {
            Matcher parts = FORM.matcher(text);
            return parts.matches()
                    ? Optional.of(new Coordinates(parts.group(1), parts.group(2), orElse(parts.group(3), "zip"), orElse(parts.group(4), ""),
                            parts.group(5)))
                    : Optional.empty();
        }

        private static String orElse(String value, String other) {
            return value == null ? other : value;
        }

        @Override
        public String name() {
            return artifactId;
        }
    }

    /** A model that is embedded in the plugin; {@code name} is one of {@link BuiltinModels#names()}. */
    record Builtin(String name) implements ModelReference {
    }

    /**
     * Reads a reference. What exists as a file or folder is taken as that; everything else is judged by its form.
     *
     * @param text a folder, a .zip, .tar.gz or .tgz file, {@code groupId:artifactId[:extension[:classifier]]:version}, or
     *     {@code builtin:name}
     * @param baseDirectory what a relative path is relative to
     * @throws InvalidInputException if the text is none of these
     */
    static ModelReference parse(String text, Path baseDirectory) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            throw new InvalidInputException("The parameter model is empty; it must be " + forms() + ".");
        }
        if (trimmed.startsWith("builtin:")) {
            return builtin(trimmed.substring("builtin:".length()));
        }
        if (trimmed.startsWith("hf://")) {
            throw new InvalidInputException("The model " + trimmed + " lies on the Hugging Face hub, from which this version cannot load;"
                    + " download its files and give their folder.");
        }
        Optional<Path> existing = existing(trimmed, baseDirectory);
        if (existing.isPresent()) {
            return file(existing.get());
        }
        return coordinates(trimmed, baseDirectory);
    }

    private static String forms() {
        return "an existing folder, an existing .zip, .tar.gz or .tgz file, groupId:artifactId[:extension[:classifier]]:version, or builtin:"
                + String.join(" or builtin:", BuiltinModels.names());
    }

    private static ModelReference builtin(String name) {
        if (!BuiltinModels.names().contains(name)) {
            throw new InvalidInputException("There is no built-in model \"" + name + "\"; there is builtin:"
                    + String.join(", builtin:", BuiltinModels.names()) + ".");
        }
        return new Builtin(name);
    }

    private static Optional<Path> existing(String text, Path baseDirectory) {
        try {
            return Optional.of(baseDirectory.resolve(text).normalize()).filter(Files::exists);
        } catch (InvalidPathException e) {
            return Optional.empty(); // on Windows the colons of Maven coordinates cannot be in a path
        }
    }

    private static ModelReference file(Path path) {
        if (Files.isDirectory(path)) {
            return new Directory(path);
        }
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".zip") || name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
            return new Archive(path);
        }
        throw new InvalidInputException("The model " + path + " is a file, but neither a .zip nor a .tar.gz or .tgz; give " + forms() + ".");
    }

    private static ModelReference coordinates(String text, Path baseDirectory) {
        return Coordinates.parse(text).orElseThrow(() -> new InvalidInputException("The model \"" + text + "\" was not found in "
                + baseDirectory.toAbsolutePath().normalize() + " and is not of another form; it must be " + forms() + "."));
    }
}
