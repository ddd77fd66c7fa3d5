package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * One set of weights under every activation and attention setting of {@code config.json}, and what transformers 4 and 5
 * compute with it in double precision, or in float32 where there is no such form
 * (src/test/fixtures/models/make_computations.py).
 */
public final class ComputationFixture {

    private static final Path FOLDER = Path.of("src/test/resources/fixtures/models/computations");

    private ComputationFixture() {}

    /**
     * One for each setting: {@code settings}, {@code windows}, {@code logProbabilities}, {@code gradients},
     * {@code greedy}, {@code versions}.
     */
    public static Stream<JsonNode> cases() {
        return StreamSupport.stream(
                Fixtures.json(FOLDER.resolve("expected.json")).get("cases").spliterator(), false);
    }

    /** The case of an activation function. */
    public static JsonNode of(String activation) {
        return cases().filter(each -> each.get("settings")
                        .path("activation_function")
                        .asText()
                        .equals(activation))
                .findFirst()
                .orElseThrow();
    }

    /** The model of a case, in an empty folder. */
    public static ModelDirectory write(JsonNode expected, Path folder) {
        Fixtures.copyFolder(FOLDER, folder);
        Fixtures.editJson(
                folder.resolve("config.json"), config -> config.setAll((ObjectNode) expected.get("settings")));
        Path own = folder.resolve(
                expected.get("settings").path("activation_function").asText() + ".safetensors");
        if (Files.exists(own)) {
            Fixtures.write(folder.resolve("model.safetensors"), FileErrors.read(own));
        }
        TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), TinyModels.BYTE_VOCABULARY);
        return ModelDirectory.open(folder);
    }

    public static int[][] windows(JsonNode expected) {
        return StreamSupport.stream(expected.get("windows").spliterator(), false)
                .map(ComputationFixture::tokens)
                .toArray(int[][]::new);
    }

    public static int[] tokens(JsonNode list) {
        return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
    }
}
