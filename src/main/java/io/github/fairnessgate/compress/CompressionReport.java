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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a compression did, and from what: {@code compression.json}, whose form is described by {@code compression.schema.json}. Holds
 * nothing that the next run of the same recipe on the same kind of device would not say again; what was measured with a clock is in
 * {@link CompressionTimes}.
 *
 * @param version  of this format, 1
 * @param recipe   name and digest of the recipe
 * @param seed     the recipe's
 * @param text     the text that was trained and calibrated on
 * @param device   {@code cpu} or {@code cuda}
 * @param versions of what computed it, by name
 * @param input    the model before
 * @param output   the model after
 * @param stages   in order
 */
public record CompressionReport(int version, Source recipe, long seed, Text text, String device, Map<String, String> versions,
        ModelSize input, ModelSize output, List<AchievedStage> stages) {

    /** The file in the compressed model's folder. */
    public static final String FILE = "compression.json";

    private static final ObjectReader READER = Json.MAPPER.readerFor(CompressionReport.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** The key of {@code versions} under which this plugin's own version stands. */
    public static final String PLUGIN = "fairness-maven-plugin";

    public CompressionReport {
        Objects.requireNonNull(recipe, "the recipe is missing");
        Objects.requireNonNull(input, "the model before is missing");
        Objects.requireNonNull(output, "the model after is missing");
        stages = List.copyOf(stages);
    }

    /**
     * Where something came from.
     *
     * @param digest SHA-256
     */
    public record Source(String name, String digest) {
    }

    /**
     * The text.
     *
     * @param sources the files of the text, as the recipe names them
     * @param digest  SHA-256 of all bytes of text
     * @param tokens  by the model's tokenizer, those between documents included
     */
    public record Text(List<Source> sources, String digest, int documents, int tokens) {

        static Text of(TrainingText text, TokenStream tokens) {
            return new Text(text.sources(), text.digest(), text.documents().size(), tokens.size());
        }
    }

    /**
     * A stage and the model that it left.
     *
     * @param seed    the stage's own
     * @param stage   what it achieved
     * @param output  the model after it
     */
    public record AchievedStage(long seed, StageReport stage, ModelSize output) {
    }

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
     * @throws InvalidInputException if there is a file that is not JSON, or if it is about the model and not what this version of the plugin writes
     */
    public static Optional<CompressionReport> about(Path folder, String digest) {
        Path file = folder.resolve(FILE);
        return Optional.of(file).filter(Files::isRegularFile).map(CompressionReport::tree)
                .filter(report -> report.at("/output/digest").asText().equals(digest)).map(report -> of(report, file));
    }

    private static JsonNode tree(Path file) {
        try {
            return Json.MAPPER.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(file + " is not JSON: " + Reason.of(e) + "; compress the model again.", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + Reason.of(e) + "; compress the model again.", e);
        }
    }

    private static CompressionReport of(JsonNode report, Path file) {
        try {
            return READER.readValue(report);
        } catch (IOException e) {
            throw new InvalidInputException(file + " is not what this version of the plugin writes: " + Reason.of(e) + "; compress the model again.", e);
        }
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
