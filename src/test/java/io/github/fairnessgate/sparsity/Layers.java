package io.github.fairnessgate.sparsity;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;

/** Layers and inputs that NumPy 2.2.6 pruned (src/test/fixtures/sparsity/make_sparsity_fixtures.py). */
final class Layers {

    private Layers() {}

    static JsonNode read(String file) {
        try (InputStream in = Layers.class.getResourceAsStream("/fixtures/sparsity/" + file)) {
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LinearWeights weights(JsonNode layer) {
        return new LinearWeights(
                layer.get("inputs").intValue(), layer.get("outputs").intValue(), floats(layer.get("weights")));
    }

    /** {@code X X^T}. */
    static double[] products(JsonNode layer) {
        int inputs = layer.get("inputs").intValue();
        int positions = layer.get("positions").intValue();
        JsonNode x = layer.get("inputValues");
        double[] products = new double[inputs * inputs];
        for (int i = 0; i < products.length; i++) {
            for (int position = 0; position < positions; position++) {
                products[i] += x.get(i / inputs * positions + position).doubleValue()
                        * x.get(i % inputs * positions + position).doubleValue();
            }
        }
        return products;
    }

    static double[] diagonal(double[] products) {
        int size = (int) Math.sqrt(products.length);
        double[] diagonal = new double[size];
        Arrays.setAll(diagonal, i -> products[i * size + i]);
        return diagonal;
    }

    static Target target(JsonNode target) {
        if (target.isNumber()) {
            return new Share(new BigDecimal(target.asText()));
        }
        return Arrays.stream(Pattern.values())
                .filter(pattern -> pattern.id().equals(target.textValue()))
                .findFirst()
                .orElseThrow();
    }

    static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).floatValue();
        }
        return values;
    }

    /** {@code |(w - q) X|^2} of one output. */
    static double squaredError(LinearWeights weights, float[] pruned, double[] products, int output) {
        double sum = 0;
        for (int i = 0; i < weights.inputs(); i++) {
            for (int j = 0; j < weights.inputs(); j++) {
                sum += difference(weights, pruned, i, output)
                        * products[i * weights.inputs() + j]
                        * difference(weights, pruned, j, output);
            }
        }
        return sum;
    }

    private static double difference(LinearWeights weights, float[] pruned, int input, int output) {
        int place = input * weights.outputs() + output;
        return (double) weights.values()[place] - pruned[place];
    }
}
