package io.github.fairnessgate.compress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a compression did, and from what: {@code compression.json}, whose form is described by
 * {@code compression.schema.json}. Holds nothing that the next run of the same recipe on the same kind of device would
 * not say again; what was measured with a clock is in {@link CompressionTimes}.
 *
 * @param version of this format, 1
 * @param recipe name and digest of the recipe
 * @param seed the recipe's
 * @param text the text that was trained and calibrated on
 * @param device {@code cpu} or {@code cuda}
 * @param versions of what computed it, by name
 * @param input the model before
 * @param output the model after
 * @param stages in order
 */
public record CompressionReport(
        int version,
        Source recipe,
        long seed,
        Text text,
        String device,
        Map<String, String> versions,
        ModelSize input,
        ModelSize output,
        List<AchievedStage> stages) {

    /** The file in the compressed model's folder. */
    public static final String FILE = "compression.json";

    private static final ObjectReader READER =
            Json.MAPPER.readerFor(CompressionReport.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** The key of {@code versions} under which this plugin's own version stands. */
    public static final String PLUGIN = "fairness-maven-plugin";

    public CompressionReport {
        stages = stages == null
                ? null
                : Collections.unmodifiableList(
                        new ArrayList<>(stages)); // JSON may leave it out, which is told when it is read
    }

    /**
     * Where something came from.
     *
     * @param digest SHA-256
     */
    public record Source(String name, String digest) {}

    /**
     * The text.
     *
     * @param sources the files of the text, as the recipe names them
     * @param digest SHA-256 of all bytes of text
     * @param tokens by the model's tokenizer, those between documents included
     */
    public record Text(List<Source> sources, String digest, int documents, int tokens) {

        static Text of(TrainingText text, TokenStream tokens) {
            return new Text(text.sources(), text.digest(), text.documents().size(), tokens.size());
        }
    }

    /**
     * A stage and the model that it left.
     *
     * @param seed the stage's own
     * @param stage what it achieved
     * @param output the model after it
     */
    public record AchievedStage(long seed, StageReport stage, ModelSize output) {}

    /**
     * The report in a compressed model's folder.
     *
     * @throws InvalidInputException if there is none, or if it is not what this version of the plugin writes
     */
    public static CompressionReport read(Path folder) {
        Path file = folder.resolve(FILE);
        return of(tree(file), file);
    }

    /**
     * The report in a model's folder; nothing if there is none, or if it is about another model.
     *
     * @param digest of the model
     * @throws InvalidInputException if there is a file that is not JSON, or if it is about the model and not what this
     *     version of the plugin writes
     */
    public static Optional<CompressionReport> about(Path folder, String digest) {
        Path file = folder.resolve(FILE);
        return Optional.of(file)
                .filter(Files::isRegularFile)
                .map(CompressionReport::tree)
                .filter(report -> report.at("/output/digest").asText().equals(digest))
                .map(report -> of(report, file));
    }

    private static JsonNode tree(Path file) {
        try {
            return Json.MAPPER.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(file + " is not JSON: " + Reason.of(e) + "; compress the model again.", e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    file + " cannot be read: " + Reason.of(e) + "; compress the model again.", e);
        }
    }

    private static CompressionReport of(JsonNode report, Path file) {
        try {
            CompressionReport read = READER.readValue(report);
            read.missing().ifPresent(part -> {
                throw new InvalidInputException(file + " lacks " + part
                        + ", which this version of the plugin writes; compress the model again.");
            });
            return read;
        } catch (IOException e) {
            throw new InvalidInputException(
                    file + " is not what this version of the plugin writes: " + Reason.of(e)
                            + "; compress the model again.",
                    e);
        }
    }

    /**
     * The first part without which nothing can be told of the compression; the rest is for people to read in the file.
     */
    private Optional<String> missing() {
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("recipe", recipe);
        parts.put("recipe.name", recipe == null ? null : recipe.name());
        put(parts, "input", input);
        put(parts, "output", output);
        parts.put("stages", stages);
        for (int i = 0; stages != null && i < stages.size(); i++) {
            AchievedStage achieved = stages.get(i);
            parts.put("stages[" + i + "]", achieved);
            parts.put("stages[" + i + "].stage", achieved == null ? null : achieved.stage());
        }
        return parts.entrySet().stream()
                .filter(part -> part.getValue() == null)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static void put(Map<String, Object> parts, String path, ModelSize size) {
        parts.put(path, size);
        parts.put(path + ".digest", size == null ? null : size.digest());
        parts.put(
                path + ".layers",
                size == null || size.layers() == null || size.layers().contains(null) ? null : size.layers());
    }

    /** Writes the report as JSON. */
    void write(Path file) {
        try {
            AtomicFiles.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report of names and numbers is always JSON", e);
        }
    }
}
