package io.github.fairnessgate.search;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What searches in a folder have judged, and on which data. Data that judged some candidates are no longer fresh for
 * others, because whoever chose these may have seen the results.
 */
public final class JudgedBefore {

    private static final String FILE = "judged.json";

    private final Path file;
    private final SortedMap<String, SortedSet<String>> candidates;

    private JudgedBefore(Path file, SortedMap<String, SortedSet<String>> candidates) {
        this.file = file;
        this.candidates = candidates;
    }

    /** @throws InvalidInputException if what is there cannot be read */
    public static JudgedBefore in(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return new JudgedBefore(file, new TreeMap<>());
        }
        try {
            return new JudgedBefore(file, Json.MAPPER.readValue(file.toFile(), new TypeReference<>() {}));
        } catch (IOException e) {
            throw new InvalidInputException(
                    file + ", which says what earlier searches judged, cannot be read: " + Reason.of(e)
                            + "; delete it if no result of an earlier search was looked at.",
                    e);
        }
    }

    /**
     * How many candidates earlier searches judged on some of the data.
     *
     * @param data digests of suites' data
     * @param judged digests of the candidates that are judged now
     * @return 0 also if they are the same candidates, of which nothing new is learnt
     */
    public int others(Set<String> data, Set<String> judged) {
        Set<String> before = new TreeSet<>();
        data.forEach(digest -> before.addAll(candidates.getOrDefault(digest, new TreeSet<>())));
        return before.equals(judged) ? 0 : before.size();
    }

    /**
     * Notes what was judged now, likewise.
     *
     * @throws InvalidInputException if it cannot be written
     */
    public void add(Set<String> data, Set<String> judged) {
        data.forEach(digest ->
                candidates.computeIfAbsent(digest, any -> new TreeSet<>()).addAll(judged));
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, candidates));
    }
}
