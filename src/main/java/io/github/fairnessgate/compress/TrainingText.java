package io.github.fairnessgate.compress;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.Utf8;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The text that a recipe trains and calibrates on.
 *
 * @param name all sources, for messages
 * @param digest SHA-256 of all bytes, in the order of the documents
 * @param sources with the digests of the bytes that were read
 * @param documents in the order of the sources; none is blank
 */
record TrainingText(String name, String digest, List<CompressionReport.Source> sources, List<String> documents) {

    /** Separates texts in one file, as in OpenAI's published samples. */
    private static final Pattern SEPARATOR = Pattern.compile("(?m)^=+ SAMPLE \\d+ =+\\R");

    /**
     * Reads the sources; of none, no text, which is for recipes that need none.
     *
     * @throws InvalidInputException if one is not UTF-8 or there is no text in them
     */
    static TrainingText read(List<TextSource> sources) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<CompressionReport.Source> read = new ArrayList<>();
        List<String> documents = new ArrayList<>();
        for (TextSource source : sources) {
            TextSource.Content content = source.read();
            read.add(new CompressionReport.Source(source.name(), content.digest()));
            for (TextSource.TextFile file : content.files()) {
                all.writeBytes(file.bytes());
                SEPARATOR
                        .splitAsStream(decode(file))
                        .filter(document -> !document.isBlank())
                        .forEach(documents::add);
            }
        }
        String name = sources.stream().map(TextSource::name).collect(Collectors.joining(", "));
        if (documents.isEmpty() && !sources.isEmpty()) {
            throw new InvalidInputException("The text " + name
                    + " is empty, but compression needs text to train or calibrate on;"
                    + " name another file under 'text' in the recipe, or " + TextSource.BUILTIN + "gpt2-samples.");
        }
        return new TrainingText(name, Digests.sha256(all.toByteArray()), List.copyOf(read), documents);
    }

    /** Without the byte order mark that some editors put before a text. */
    private static String decode(TextSource.TextFile file) {
        try {
            return Utf8.decodeUnmarked(file.bytes());
        } catch (Utf8.NotUtf8Exception e) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "The text %s is not UTF-8: byte %d (0x%02x, counted from 0) does not belong there; "
                                    + "convert the file to UTF-8.",
                            file.name(),
                            e.position(),
                            file.bytes()[e.position()]),
                    e);
        }
    }
}
