package io.github.fairnessgate.compress;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.AtomicFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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

    /** The key of {@code versions} under which this plugin's own version stands. */
    public static final String PLUGIN = "fairness-maven-plugin";

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

    /** Writes the report as JSON. */
    void write(Path file) {
        try {
            AtomicFiles.write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report of names and numbers is always JSON", e);
        }
    }
}
