package io.github.fairnessgate.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.PickledModels;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the plugin makes of folders of models, for src/test/fixtures/models/conformance.py, which runs it; not a part of
 * the build.
 */
@Tag("native")
class Conformance {

    @TempDir
    private Path cache;

    @Test
    void results() throws IOException {
        Path folder = Path.of(System.getProperty("conformance.folder"));
        JsonNode texts = Json.MAPPER.readTree(folder.resolve("texts.json").toFile());
        ObjectNode results = Json.MAPPER.createObjectNode();
        try (Stream<Path> variants = Files.list(folder)) {
            for (Path variant : variants.filter(Files::isDirectory).sorted().toList()) {
                results.set(variant.getFileName().toString(), result(variant, texts));
            }
        }
        Json.MAPPER.writeValue(
                folder.resolve("plugin.json").toFile(),
                Json.MAPPER.createObjectNode().set("results", results));
    }

    private ObjectNode result(Path variant, JsonNode texts) {
        ObjectNode result = Json.MAPPER.createObjectNode();
        try {
            ModelDirectory model =
                    PickledModels.open(variant, cache, true, Progress.NONE).directory();
            ArrayNode warnings = result.putArray("warnings");
            model.tokenizer().disagreements().forEach(warnings::add);
            model.weightTraits().disagreements().forEach(warnings::add);
            if (!model.weightTraits().wrapper().isEmpty()) {
                warnings.add(model.weightTraits().wrapper());
            }
            try (LanguageModel language = OnnxGpt2.open(model, Device.CPU)) {
                ArrayNode scored = result.putArray("texts");
                texts.forEach(text -> scored.add(scored(language, text.asText())));
            }
            return result;
        } catch (InvalidInputException e) {
            return Json.MAPPER.createObjectNode().put("error", e.getMessage().replace(variant.toString(), "FOLDER"));
        }
    }

    private static ObjectNode scored(LanguageModel model, String text) {
        int[] ids = model.encode(text);
        int first = model.specialTokens().beginning();
        ObjectNode result = Json.MAPPER.createObjectNode().put("first", first);
        result.set("ids", Json.MAPPER.valueToTree(ids));
        if (ids.length > 0) {
            int[] tokens = Stream.concat(Stream.of(first), Arrays.stream(ids).boxed())
                    .mapToInt(Integer::intValue)
                    .toArray();
            result.set(
                    "scores",
                    Json.MAPPER.valueToTree(model.logProbabilities(List.of(new Request(tokens, 1)), done -> {})
                            .get(0)));
        } else {
            result.putArray("scores");
        }
        return result;
    }
}
