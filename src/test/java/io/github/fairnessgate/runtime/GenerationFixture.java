package io.github.fairnessgate.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/** What transformers says about sampling; {@code src/test/fixtures/runtime/make_generation.py} wrote it. */
final class GenerationFixture {

    private static final Path FOLDER = Path.of("src/test/resources/fixtures/runtime");

    private GenerationFixture() {}

    static JsonNode part(String name) {
        return read("generation.json").get(name);
    }

    static JsonNode read(String file) {
        try {
            return Json.MAPPER.readTree(FOLDER.resolve(file).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }

    static double[] doubles(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }
}
