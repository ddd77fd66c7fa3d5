package io.github.fairnessgate.compress;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.FileSums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a compressed folder was made from and what was in it, kept beside it, so that the next build can tell whether it
 * has to be made again.
 *
 * @param key {@link CompressionKey}
 * @param files SHA-256 of every file of the folder by its path in it, but for {@link MlBom#FILE}, which every build
 *     writes anew
 */
public record CompressionRecord(String key, SortedMap<String, String> files) {

    public CompressionRecord {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** The record of a folder as it is. */
    public static CompressionRecord of(String key, Path folder) {
        SortedMap<String, String> files = FileSums.of(folder);
        files.remove(MlBom.FILE);
        return new CompressionRecord(key, files);
    }

    /**
     * Reads a record.
     *
     * @return empty if there is none, or if it is damaged, which costs no more than making the model again
     */
    public static Optional<CompressionRecord> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(Json.MAPPER.readValue(file.toFile(), CompressionRecord.class))
                    .filter(record -> record.key() != null);
        } catch (JsonProcessingException damaged) {
            return Optional.empty();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The record " + file + " cannot be read: " + Reason.of(e) + "; delete it.", e);
        }
    }

    /** Writes the record. */
    public void write(Path file) {
        try {
            AtomicFiles.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("digests are always JSON", e);
        }
    }

    /**
     * Why a folder is not what this record describes.
     *
     * @param currentKey what it would be made from now
     * @return a part of a sentence, or empty if it is
     */
    public Optional<String> differs(String currentKey, Path folder) {
        if (!key.equals(currentKey)) {
            return Optional.of("the model, the recipe, its text, the device or the plugin is another one");
        }
        if (!Files.isDirectory(folder)) {
            return Optional.of(folder + " is gone");
        }
        Map<String, String> present = of(key, folder).files();
        TreeSet<String> names = new TreeSet<>(files.keySet());
        names.addAll(present.keySet());
        return names.stream()
                .filter(name -> !present.getOrDefault(name, "missing").equals(files.getOrDefault(name, "unknown")))
                .findFirst()
                .map(name ->
                        folder.resolve(name) + (present.containsKey(name) ? " is not as it was written" : " is gone"));
    }
}
