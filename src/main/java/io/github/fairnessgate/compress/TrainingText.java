package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.Digests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The text that a recipe trains and calibrates on.
 *
 * @param name      the sources as the recipe names them
 * @param digest    SHA-256 of all bytes, in the order of the documents
 * @param documents in the order of the recipe and, within a glob, of the files' paths; none is blank
 */
record TrainingText(String name, String digest, List<String> documents) {

    private static final String BUILTIN = "builtin:";
    private static final Map<String, String> BUILTINS = Map.of("gpt2-samples", "corpora/gpt2-samples.txt.gz");

    /** Separates texts in one file, as in OpenAI's published samples. */
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^=+ SAMPLE \\d+ =+\\R");

    /**
     * Reads the sources.
     *
     * @param sources       {@code builtin:gpt2-samples}, files, or globs
     * @param baseDirectory what relative paths start from
     * @throws InvalidInputException if one is missing, not UTF-8 or there is no text in them
     */
    static TrainingText read(List<String> sources, Path baseDirectory) {
        List<Source> read = sources.stream().flatMap(source -> read(source, baseDirectory)).toList();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<String> documents = new ArrayList<>();
        for (Source source : read) {
            all.writeBytes(source.bytes());
            SEPARATOR.splitAsStream(decode(source)).filter(document -> !document.isBlank()).forEach(documents::add);
        }
        String name = String.join(", ", sources);
        if (documents.isEmpty()) {
            throw new InvalidInputException("The text " + name + " is empty, but compression needs text to train or calibrate on;"
                    + " name another file under 'text' in the recipe, or " + BUILTIN + "gpt2-samples.");
        }
        return new TrainingText(name, Digests.sha256(all.toByteArray()), documents);
    }

    private record Source(String name, byte[] bytes) {
    }

    private static Stream<Source> read(String source, Path baseDirectory) {
        if (source.startsWith(BUILTIN)) {
            return Stream.of(builtin(source));
        }
        Path file = baseDirectory.resolve(source);
        if (Files.isRegularFile(file)) {
            return Stream.of(file(file));
        }
        if (!source.contains("*") && !source.contains("?") && !source.contains("{") && !source.contains("[")) {
            throw new InvalidInputException("The text " + file + " does not exist or is not a file; correct 'text' in the recipe"
                    + " (paths are relative to the recipe's folder).");
        }
        return glob(source, baseDirectory).stream().map(TrainingText::file);
    }

    private static Source builtin(String source) {
        String resource = BUILTINS.get(source.substring(BUILTIN.length()));
        if (resource == null) {
            throw new InvalidInputException("There is no built-in text \"" + source + "\"; there is "
                    + BUILTIN + String.join(", " + BUILTIN, BUILTINS.keySet()) + ".");
        }
        try (InputStream compressed = TrainingText.class.getResourceAsStream(resource)) {
            if (compressed == null) {
                throw new IllegalStateException("the plugin's jar lacks " + resource);
            }
            try (InputStream text = new GZIPInputStream(compressed)) {
                return new Source(source, text.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the plugin's jar is damaged at " + resource, e);
        }
    }

    private static Source file(Path file) {
        try {
            return new Source(file.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new InvalidInputException("The text " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** The files that match, sorted by path. */
    private static List<Path> glob(String glob, Path baseDirectory) {
        int wildcard = glob.replaceAll("[*?{\\[].*", "").length();
        int folderEnd = glob.lastIndexOf('/', wildcard);
        Path folder = folderEnd < 0 ? baseDirectory : baseDirectory.resolve(glob.substring(0, folderEnd + 1));
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob.substring(folderEnd + 1));
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException("No file matches the text " + glob + ": there is no folder " + folder + ".");
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> files = paths.filter(Files::isRegularFile).filter(path -> matcher.matches(folder.relativize(path))).sorted().toList();
            if (files.isEmpty()) {
                throw new InvalidInputException("No file in " + folder + " matches the text " + glob + "; correct 'text' in the recipe.");
            }
            return files;
        } catch (IOException e) {
            throw new InvalidInputException("The folder " + folder + " cannot be listed: " + e.getMessage() + ".", e);
        }
    }

    private static String decode(Source source) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(source.bytes());
        CharBuffer characters = CharBuffer.allocate(source.bytes().length);
        CoderResult result = decoder.decode(bytes, characters, true);
        if (result.isError()) {
            throw new InvalidInputException(String.format(Locale.ROOT,
                    "The text %s is not UTF-8: byte %d (0x%02x, counted from 0) does not belong there; convert the file to UTF-8.",
                    source.name(), bytes.position(), source.bytes()[bytes.position()]));
        }
        return characters.flip().toString();
    }
}
