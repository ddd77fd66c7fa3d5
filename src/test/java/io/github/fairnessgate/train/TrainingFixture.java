package io.github.fairnessgate.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model made by transformers and what PyTorch computed with it in double precision
 * (src/test/fixtures/train/make_training_fixtures.py).
 *
 * @param model the model, copied to a folder with a tokenizer
 * @param expected PyTorch's results
 */
public record TrainingFixture(ModelDirectory model, JsonNode expected) {

    public static TrainingFixture load(String name, Path directory) {
        try {
            for (String file : new String[] {"config.json", "model.safetensors"}) {
                try (InputStream in = resource(name + "/" + file)) {
                    Files.copy(in, directory.resolve(file));
                }
            }
            TinyModels.writeTokenizer(directory.resolve("tokenizer.json"), 257);
            try (InputStream in = resource(name + "/expected.json")) {
                return new TrainingFixture(ModelDirectory.open(directory), Json.MAPPER.readTree(in));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String path) {
        return TrainingFixture.class.getResourceAsStream("/fixtures/train/" + path);
    }

    static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).floatValue();
        }
        return values;
    }

    public static int[][] windows(JsonNode array) {
        int[][] windows = new int[array.size()][];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = new int[array.get(i).size()];
            for (int j = 0; j < windows[i].length; j++) {
                windows[i][j] = array.get(i).get(j).intValue();
            }
        }
        return windows;
    }

    /** A term that is not there has the weight 0. */
    static LossWeights lossWeights(JsonNode loss) {
        return new LossWeights(
                loss.path("ce").asDouble(),
                loss.path("clm").asDouble(),
                loss.path("mse").asDouble(),
                loss.path("cosine").asDouble(),
                loss.path("reverseKl").asDouble(),
                loss.path("hidden").asDouble(),
                loss.path("attention").asDouble());
    }

    /** The largest difference between two vectors, as a share of the largest value that is expected. */
    static double relativeDifference(float[] actual, float[] expected) {
        if (actual.length != expected.length) {
            throw new AssertionError(actual.length + " values instead of " + expected.length);
        }
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            // A NaN must not pass for a small difference.
            difference = Math.max(
                    difference, Double.isNaN(actual[i]) ? Double.POSITIVE_INFINITY : Math.abs(actual[i] - expected[i]));
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        return difference / largest;
    }
}
