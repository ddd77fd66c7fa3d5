package io.github.fairnessgate.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The committed file of a project's results, one a line: {@code history.jsonl}. A result is appended once, whole or not
 * at all.
 */
public final class History {

    /** Of results that a page shows. */
    static final int MOST_SHOWN = 50;

    /** No history. */
    public static final History NONE = new History(List.of());

    private final List<HistoryEntry> entries;

    History(List<HistoryEntry> entries) {
        this.entries = List.copyOf(entries);
    }

    List<HistoryEntry> entries() {
        return entries;
    }

    /**
     * Reads a file; one that does not exist is empty.
     *
     * @param project that its results have to be of, {@code groupId:artifactId}; empty without a POM
     * @throws InvalidInputException if a line is damaged, was edited, has another schema, or is of another project
     */
    public static History read(Path file, String project) {
        if (!Files.exists(file)) {
            return NONE;
        }
        List<HistoryEntry> entries = new ArrayList<>();
        String[] lines = text(file).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            boolean last = i == lines.length - 1;
            if (!(last && lines[i].isEmpty())) {
                entries.add(entry(String.format(Locale.ROOT, "%s:%d: ", file, i + 1), lines[i], project));
            }
        }
        return new History(entries);
    }

    private static String text(Path file) {
        try {
            return BoundedFiles.text(file, BoundedFiles.LARGEST);
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    private static HistoryEntry entry(String place, String line, String project) {
        try {
            JsonNode tree = Json.MAPPER.readTree(line);
            if (tree == null || !tree.path("schema").isInt()) {
                throw damaged(place, "it has no schema", null);
            }
            int schema = tree.path("schema").asInt();
            if (schema != HistoryEntry.SCHEMA) {
                throw new InvalidInputException(place + "the entry has schema " + schema
                        + ", but this version of the plugin reads " + HistoryEntry.SCHEMA
                        + ": take the version that wrote it, or name another file as " + Parameters.HISTORY + ".");
            }
            HistoryEntry entry = Json.MAPPER.readValue(line, HistoryEntry.class);
            if (entry.build() == null || entry.rules() == null || entry.verdict() == null) {
                throw damaged(place, "it lacks build, rules or verdict", null);
            }
            if (!entry.build().project().equals(project)) {
                throw new InvalidInputException(
                        place + "the entry is of " + named(entry.build().project()) + ", but this is " + named(project)
                                + ": name a file of its own as " + Parameters.HISTORY + ".");
            }
            if (!entry.digest().equals(entry.result())) {
                throw damaged(place, "its numbers are not those that its digest was made of", null);
            }
            return entry;
        } catch (InvalidInputException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw damaged(place, Reason.of(e), e);
        }
    }

    private static String named(String project) {
        return project.isEmpty() ? "a build without a POM" : project;
    }

    private static InvalidInputException damaged(String place, String reason, Exception cause) {
        return new InvalidInputException(
                place + "the line is damaged (" + reason
                        + "): restore the file from version control, or remove the line.",
                cause);
    }

    /** The same with a result at its end, if it is not in it yet. */
    public History with(Report report) {
        HistoryEntry entry = HistoryEntry.of(report);
        if (entries.stream().anyMatch(known -> known.result().equals(entry.result()))) {
            return this;
        }
        List<HistoryEntry> all = new ArrayList<>(entries);
        all.add(entry);
        return new History(all);
    }

    /** What a page shows: the last {@value #MOST_SHOWN} results. */
    History latest() {
        return new History(entries.subList(Math.max(0, entries.size() - MOST_SHOWN), entries.size()));
    }

    /** Writes the whole file, which appears at once. */
    public void write(Path file) {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append(entry.line()).append('\n'));
        AtomicFiles.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof History history && entries.equals(history.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }
}
