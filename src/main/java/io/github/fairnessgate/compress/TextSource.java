package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.UserPath;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.PrivateCopy;
import io.github.fairnessgate.file.TextArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** One of the things that a recipe's text is made of: a bundled text, a text file, or an archive of some. */
sealed interface TextSource {

    /** What stands before Maven coordinates, {@code groupId:artifactId[:extension[:classifier]]:version}. */
    String MAVEN = "maven:";

    String BUILTIN = "builtin:";
    Map<String, String> BUILTINS = Map.of("gpt2-samples", "corpora/gpt2-samples.txt.gz");

    /** As provenance names it: the same on every machine, as far as the recipe's own words allow. */
    String name();

    /** SHA-256 of the file, or of the bundled text. */
    String digest();

    /** The files of text, and the digest of the bytes that they were read from. */
    Content read();

    /**
     * What a source holds.
     *
     * @param digest {@link TextSource#digest()} when it was read
     * @param files in order
     */
    record Content(String digest, List<TextFile> files) {}

    /**
     * A file of text.
     *
     * @param name for messages
     * @param bytes all of it
     */
    record TextFile(String name, byte[] bytes) {}

    /**
     * Finds what a recipe names.
     *
     * @param sources {@code builtin:gpt2-samples}, files, globs, or {@code maven:} and coordinates
     * @param baseDirectory what relative paths start from
     * @param artifacts the file of each Maven source, by the source as the recipe writes it
     * @return in the order of the recipe and, within a glob, of the files' paths
     * @throws InvalidInputException if something is missing
     */
    static List<TextSource> find(List<String> sources, Path baseDirectory, Map<String, Path> artifacts) {
        return sources.stream()
                .flatMap(source -> find(source, baseDirectory, artifacts))
                .toList();
    }

    private static Stream<TextSource> find(String source, Path baseDirectory, Map<String, Path> artifacts) {
        if (source.startsWith(BUILTIN)) {
            return Stream.of(Builtin.named(source));
        }
        if (source.startsWith(MAVEN)) {
            if (!artifacts.containsKey(source)) {
                throw new InvalidInputException(
                        "The text " + source + " was not resolved; only a Maven build can resolve it.");
            }
            return Stream.of(new OnDisk(source, artifacts.get(source)));
        }
        boolean isGlob = source.contains("*") || source.contains("?") || source.contains("{") || source.contains("[");
        if (isGlob && !isFile(baseDirectory, source)) {
            return glob(source, baseDirectory);
        }
        Path file = UserPath.resolve(baseDirectory, source);
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(
                    "The text " + file + " does not exist or is not a file; correct 'text' in the recipe"
                            + " (paths are relative to the recipe's folder).");
        }
        return Stream.of(new OnDisk(source, file));
    }

    private static boolean isFile(Path baseDirectory, String source) {
        try {
            return Files.isRegularFile(baseDirectory.resolve(source));
        } catch (InvalidPathException e) {
            return false; // on Windows the wildcards of a glob cannot be in a path
        }
    }

    /** The files that match, sorted by path. */
    private static Stream<TextSource> glob(String glob, Path baseDirectory) {
        int wildcard = glob.replaceAll("[*?{\\[].*", "").length();
        int folderEnd = glob.lastIndexOf('/', wildcard);
        String written = glob.substring(0, folderEnd + 1);
        Path folder = folderEnd < 0 ? baseDirectory : UserPath.resolve(baseDirectory, written);
        PathMatcher matcher = matcher(glob, glob.substring(folderEnd + 1));
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    "No file matches the text " + glob + ": there is no folder " + folder + ".");
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> files = paths.filter(Files::isRegularFile)
                    .filter(path -> matcher.matches(folder.relativize(path)))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new InvalidInputException(
                        "No file in " + folder + " matches the text " + glob + "; correct 'text' in the recipe.");
            }
            return files.stream()
                    .map(file -> new OnDisk(
                            written + folder.relativize(file).toString().replace('\\', '/'), file));
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException("The folder " + folder + " cannot be listed: " + Reason.of(e) + ".", e);
        }
    }

    private static PathMatcher matcher(String glob, String pattern) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (PatternSyntaxException e) {
            throw new InvalidInputException(
                    "The text " + glob + " is not a pattern of files: " + e.getDescription()
                            + "; correct 'text' in the recipe.",
                    e);
        }
    }

    /** A text file, or a zip, jar or tar.gz whose {@code .txt} files are the text. */
    record OnDisk(String name, Path file) implements TextSource {

        @Override
        public String digest() {
            return Digests.sha256(file);
        }

        @Override
        public Content read() {
            return TextArchive.isArchive(file) ? archive() : plain();
        }

        /** From a copy, because an archive is read here and there. */
        private Content archive() {
            try (PrivateCopy copy = PrivateCopy.of(file.toAbsolutePath().getParent(), List.of(file))) {
                Path own = copy.folder().resolve(file.getFileName());
                return copy.use(() -> new Content(
                        Digests.sha256(own),
                        TextArchive.read(own).entrySet().stream()
                                .map(text -> new TextFile(file + "!/" + text.getKey(), text.getValue()))
                                .toList()));
            }
        }

        private Content plain() {
            try {
                if (Files.size(file) > BoundedFiles.mostText()) {
                    throw BoundedFiles.tooMuchText("the contents of " + file, BoundedFiles.mostText());
                }
                byte[] bytes = BoundedFiles.bytes(file, BoundedFiles.mostText());
                return new Content(Digests.sha256(bytes), List.of(new TextFile(file.toString(), bytes)));
            } catch (IOException e) {
                throw new InvalidInputException("The text " + file + " cannot be read: " + Reason.of(e) + ".", e);
            }
        }
    }

    /** A text in the plugin's jar. */
    record Builtin(String name, String resource) implements TextSource {

        static Builtin named(String source) {
            String resource = BUILTINS.get(source.substring(BUILTIN.length()));
            if (resource == null) {
                throw new InvalidInputException("There is no built-in text \"" + source + "\"; the built-in texts are "
                        + BUILTIN + String.join(", " + BUILTIN, BUILTINS.keySet()) + ".");
            }
            return new Builtin(source, resource);
        }

        @Override
        public String digest() {
            return Digests.sha256(bytes());
        }

        @Override
        public Content read() {
            byte[] bytes = bytes();
            return new Content(Digests.sha256(bytes), List.of(new TextFile(name, bytes)));
        }

        private byte[] bytes() {
            try (InputStream compressed = TextSource.class.getResourceAsStream(resource)) {
                if (compressed == null) {
                    throw new IllegalStateException("the plugin's jar lacks " + resource);
                }
                try (InputStream text = new GZIPInputStream(compressed)) {
                    return text.readAllBytes();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the plugin's jar is damaged at " + resource, e);
            }
        }
    }
}
