package io.github.fairnessgate.search;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What searches in a folder have tried, and on which data they judged. Data that judged some candidates are no longer
 * fresh for a search of others, because whoever wrote that may have seen the results.
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
            Map<String, List<String>> written = Json.MAPPER.readValue(
                    BoundedFiles.bytes(file, BoundedFiles.LARGEST_WRITTEN), new TypeReference<>() {});
            if (written == null
                    || written.values().stream()
                            .anyMatch(tried -> tried == null || tried.stream().anyMatch(Objects::isNull))) {
                throw new IOException("it has null in the place of digests");
            }
            SortedMap<String, SortedSet<String>> candidates = new TreeMap<>();
            written.forEach((data, tried) -> candidates.put(data, new TreeSet<>(tried)));
            return new JudgedBefore(file, candidates);
        } catch (IOException e) {
            throw new InvalidInputException(
                    file + ", which says what earlier searches judged, cannot be read: " + Reason.of(e)
                            + "; delete it if no result of an earlier search was looked at.",
                    e);
        }
    }

    /**
     * How many candidates earlier searches tried on some of the data.
     *
     * @param data digests of suites' data
     * @param tried digests of the candidates of this search, those that failed included
     * @return 0 also if they tried the same candidates: that is the same search
     */
    public int others(Set<String> data, Set<String> tried) {
        Set<String> before = new TreeSet<>();
        data.forEach(digest -> before.addAll(candidates.getOrDefault(digest, new TreeSet<>())));
        return before.equals(tried) ? 0 : before.size();
    }

    /**
     * Notes what was tried now, likewise.
     *
     * @throws InvalidInputException if it cannot be written
     */
    public void add(Set<String> data, Set<String> tried) {
        data.forEach(digest ->
                candidates.computeIfAbsent(digest, any -> new TreeSet<>()).addAll(tried));
        AtomicFiles.write(
                file, out -> Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, candidates));
    }
}
