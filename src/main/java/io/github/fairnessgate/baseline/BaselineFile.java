package io.github.fairnessgate.baseline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.fairnessgate.EnumText;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Limit;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A baseline on disk: JSON with sorted keys and one value a line, the same bytes for the same content; described by
 * {@code baseline.schema.json}.
 */
public final class BaselineFile {

    static final int VERSION = 1;

    private BaselineFile() {}

    /**
     * Reads what a file holds.
     *
     * @param name of the file, for messages
     * @param today against which dates are checked
     * @throws InvalidInputException {@code file:line: sentence} for anything in it that cannot be meant
     */
    public static Baseline parse(String text, String name, LocalDate today) {
        return BaselineReader.read(text, name, today);
    }

    /**
     * Reads a file.
     *
     * @param today against which dates are checked
     * @throws InvalidInputException if there is none, or {@code file:line: sentence} for anything in it that cannot be
     *     meant
     */
    public static Baseline read(Path file, LocalDate today) {
        return parse(text(file), file.toString(), today);
    }

    /**
     * The content of a file, whatever it is.
     *
     * @throws InvalidInputException if there is none, or if it is no text
     */
    public static String text(Path file) {
        return FileErrors.text(file, BoundedFiles.LARGEST_WRITTEN, file.toString(), "restore it from version control");
    }

    /**
     * Writes or replaces a file, which is whole at any time.
     *
     * @throws InvalidInputException if it cannot be written, or if what it would hold could not be read again
     */
    public static void write(Path file, Baseline baseline, LocalDate today) {
        String text = text(baseline);
        BaselineReader.read(text, file.toString(), today);
        AtomicFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The file's content. */
    static String text(Baseline baseline) {
        SortedMap<String, Object> root = new TreeMap<>();
        root.put("version", VERSION);
        root.put(
                "original",
                new TreeMap<>(Map.of(
                        "digest",
                        baseline.original().digest(),
                        "name",
                        baseline.original().name())));
        root.put("slack", baseline.slack());
        root.put("data", baseline.data());
        root.put("values", baseline.values().stream().map(BaselineFile::value).toList());
        root.put(
                "exceptions",
                baseline.exceptions().stream().map(BaselineFile::exception).toList());
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
        try {
            return Json.MAPPER
                            .writer(printer)
                            .with(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                            .writeValueAsString(root)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a baseline can always be written as JSON", e);
        }
    }

    private static SortedMap<String, Object> value(Baseline.Accepted accepted) {
        SortedMap<String, Object> map = new TreeMap<>();
        map.put("metric", accepted.rule().metric());
        map.put("slice", accepted.rule().slice());
        accepted.rule().compare().ifPresent(compare -> map.put("compare", EnumText.of(compare)));
        SortedMap<String, BigDecimal> limits = new TreeMap<>();
        for (Limit limit : accepted.rule().limits()) {
            limits.put(limit.kind().key(), limit.value());
        }
        map.put("limits", limits);
        map.put("original", accepted.original());
        map.put("candidate", accepted.candidate());
        map.put("date", accepted.date().toString());
        return map;
    }

    private static SortedMap<String, Object> exception(AcceptedException exception) {
        SortedMap<String, Object> map = new TreeMap<>();
        map.put("metric", exception.metric());
        map.put("slice", exception.slice());
        map.put("harmIncrease", exception.harmIncrease());
        exception.newlyBiasedRate().ifPresent(rate -> map.put("newlyBiasedRate", rate));
        map.put("before", exception.limits());
        map.put("reason", exception.reason());
        map.put("date", exception.date().toString());
        map.put("until", exception.until().toString());
        return map;
    }
}
