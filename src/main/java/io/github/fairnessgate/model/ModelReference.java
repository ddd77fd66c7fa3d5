package io.github.fairnessgate.model;

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
    record Coordinates(String groupId, String artifactId, String extension, String classifier, String version)
            implements ModelReference {

        private static final String PART = "([A-Za-z0-9_.-]+)";
        private static final Pattern FORM =
                Pattern.compile(PART + ":" + PART + "(?::" + PART + "(?::" + PART + ")?)?:" + PART);

        /** Reads {@code groupId:artifactId[:extension[:classifier]]:version}; empty if the text is something else. */
        public static Optional<Coordinates> parse(String text) {
            Matcher parts = FORM.matcher(text);
            return parts.matches()
                    ? Optional.of(new Coordinates(
                            parts.group(1),
                            parts.group(2),
                            orElse(parts.group(3), "zip"),
                            orElse(parts.group(4), ""),
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
    record Builtin(String name) implements ModelReference {}

    /**
     * A model on the Hugging Face hub.
     *
     * @param organisation empty for one of the old models that have none, such as gpt2
     * @param revision a commit, or else a branch or tag, whose content can change
     */
    record Hub(String organisation, String name, String revision) implements ModelReference {

        static final String PREFIX = "hf://";

        /** What the hub accepts: letters, digits, {@code - _ .}, not at the ends, at most 96 characters. */
        private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?";

        private static final Pattern FORM =
                Pattern.compile("(?:(" + PART + ")/)?(" + PART + ")@([A-Za-z0-9_][A-Za-z0-9_./+-]{0,199})");
        private static final Pattern WITHOUT_REVISION = Pattern.compile("(?:" + PART + "/)?" + PART + "@?");
        private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
        private static final Pattern UPPER_CASE_COMMIT = Pattern.compile("[0-9A-Fa-f]{40}");

        private static Hub parse(String text) {
            String model = text.substring(PREFIX.length());
            Matcher parts = FORM.matcher(model);
            if (parts.matches()
                    && !model.contains("..")
                    && !model.contains("--")
                    && !parts.group(3).endsWith("/")) {
                String revision = parts.group(3);
                return new Hub(
                        parts.group(1) == null ? "" : parts.group(1),
                        parts.group(2),
                        UPPER_CASE_COMMIT.matcher(revision).matches() ? revision.toLowerCase(Locale.ROOT) : revision);
            }
            if (WITHOUT_REVISION.matcher(model).matches()) {
                throw new InvalidInputException("The model " + text + " has no revision; write " + text.replace("@", "")
                        + "@ and the commit of 40 hexadecimal digits, which the model's page shows under "
                        + "\"Files and versions\", \"History\".");
            }
            throw new InvalidInputException(
                    "The model " + text + " is not of the form hf://organisation/name@revision or hf://name@revision.");
        }

        /** Whether the revision says exactly which files are meant, for all time. */
        public boolean isPinned() {
            return COMMIT.matcher(revision).matches();
        }

        /** As the hub calls it: {@code organisation/name}, or {@code name}. */
        public String repository() {
            return organisation.isEmpty() ? name : organisation + "/" + name;
        }

        /** The same model at another revision. */
        public Hub at(String newRevision) {
            return new Hub(organisation, name, newRevision);
        }

        /** The reference as it was written. */
        public String text() {
            return PREFIX + repository() + "@" + revision;
        }
    }

    /**
     * Reads a reference. What exists as a file or folder is taken as that; everything else is judged by its form.
     *
     * @param text a folder, a .zip, .tar.gz or .tgz file, {@code groupId:artifactId[:extension[:classifier]]:version},
     *     {@code hf://organisation/name@revision}, {@code hf://name@revision} or {@code builtin:name}
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
        if (trimmed.startsWith(Hub.PREFIX)) {
            return Hub.parse(trimmed);
        }
        Optional<Path> existing = existing(trimmed, baseDirectory);
        if (existing.isPresent()) {
            return file(existing.get());
        }
        return coordinates(trimmed, baseDirectory);
    }

    private static String forms() {
        return "an existing folder, an existing .zip, .tar.gz or .tgz file, "
                + "groupId:artifactId[:extension[:classifier]]:version," + " hf://organisation/name@commit, or builtin:"
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
        throw new InvalidInputException(
                "The model " + path + " is a file, but neither a .zip nor a .tar.gz or .tgz; give "
                        + (name.endsWith(".safetensors") || name.endsWith(".bin")
                                ? "the folder that it is in, "
                                        + path.toAbsolutePath().normalize().getParent()
                                : forms())
                        + ".");
    }

    private static ModelReference coordinates(String text, Path baseDirectory) {
        return Coordinates.parse(text)
                .orElseThrow(() -> new InvalidInputException("The model \"" + text + "\" was not found in "
                        + baseDirectory.toAbsolutePath().normalize() + " and is not of another form; it must be "
                        + forms() + "."));
    }
}
