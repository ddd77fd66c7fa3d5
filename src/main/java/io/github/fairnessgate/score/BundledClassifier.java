package io.github.fairnessgate.score;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.BundledFile;
import io.github.fairnessgate.file.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The files of the contextual scorer, as they lie in the plugin's jar. Needs no native code. */
final class BundledClassifier {

    private static final String FOLDER = "contextual/";
    private static final String GRAPH = "model.onnx";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String CONFIG = "config.json";

    /** Everything that decides a score. */
    private static final List<String> FILES = List.of(GRAPH, TOKENIZER, CONFIG, "plain-text.tsv");

    private BundledClassifier() {}

    static byte[] graph() {
        return resource(GRAPH);
    }

    static byte[] tokenizer() {
        return resource(TOKENIZER);
    }

    /** Labels, in the order of the outputs; and how many tokens are read. */
    static ClassifierConfig config() {
        try {
            JsonNode config = Json.MAPPER.readTree(resource(CONFIG));
            List<String> labels = new ArrayList<>();
            for (int i = 0; i < config.path("id2label").size(); i++) {
                labels.add(config.path("id2label").path(Integer.toString(i)).asText());
            }
            return new ClassifierConfig(
                    List.copyOf(labels),
                    true,
                    config.path("max_position_embeddings").asInt());
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled file " + CONFIG + " cannot be read", e);
        }
    }

    /**
     * The label as it is written, whatever the case.
     *
     * @throws InvalidInputException if there is no such label
     */
    static String label(String name) {
        List<String> labels = config().labels();
        return labels.stream()
                .filter(name::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("The scorer '" + ContextualScorer.ID + "' has no label '"
                        + name + "'; name one of " + labels + "."));
    }

    /** SHA-256 over the files and the label that is read. */
    static String digest(String label) {
        StringBuilder lines = new StringBuilder();
        FILES.forEach(file -> lines.append(file)
                .append(' ')
                .append(Digests.sha256(resource(file)))
                .append('\n'));
        lines.append("ngram ").append(NgramScorer.bundledDigest()).append('\n');
        return Digests.sha256(lines.append("label ").append(label).toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] resource(String name) {
        return BundledFile.bytes(BundledClassifier.class, FOLDER + name);
    }
}
