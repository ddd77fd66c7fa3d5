package io.github.fairnessgate.compress;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a compression did, and from what: {@code compression.json}. Holds nothing that the next run of the same recipe on the same kind of
 * device would not say again; what was measured with a clock is in {@link CompressionTimes}.
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
        Model input, Model output, List<AchievedStage> stages) {

    /** The file in the compressed model's folder. */
    public static final String FILE = "compression.json";

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
     * @param digest SHA-256 of its bytes
     * @param tokens by the model's tokenizer, {@code <|endoftext|>} between documents included
     */
    public record Text(String name, String digest, int documents, int tokens) {
    }

    /**
     * A model in numbers.
     *
     * @param digest     {@link ModelDirectory#digest()}
     * @param layers     blocks
     * @param heads      heads of each layer
     * @param parameters numbers in all weights, tied ones once
     * @param bytes      of all weights
     */
    public record Model(String digest, int layers, List<Integer> heads, long parameters, long bytes) {

        static Model of(ModelDirectory model) {
            Gpt2Config config = model.config();
            return new Model(model.digest(), config.layers(), IntStream.range(0, config.layers()).map(config::heads).boxed().toList(),
                    model.parameters(), model.weightBytes());
        }
    }

    /**
     * A stage and the model that it left.
     *
     * @param seed    the stage's own
     * @param stage   what it achieved
     * @param output  the model after it
     */
    public record AchievedStage(long seed, StageReport stage, Model output) {
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
