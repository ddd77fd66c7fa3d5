package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.QuantizedWeights;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.BlockQuantization;
import io.github.fairnessgate.tensor.BlockQuantizedWeight;
import io.github.fairnessgate.tensor.ColumnQuantizedWeight;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import io.github.fairnessgate.tensor.Weight;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Quantized models against PyTorch, which computed the same arithmetic from its formulas;
 * {@code src/test/fixtures/quantization/make_quantization_fixture.py} made the expectations. The model has pruned
 * heads, and no width that a block divides.
 */
@Tag("native")
class QuantizedModelsTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/quantization");
    /**
     * Rounding an activation the other way, because it differs in its last bit, changes a logit of a model of this size
     * by about as much; single products are compared exactly.
     */
    private static final float DYNAMIC_TOLERANCE = 2e-2f;
    /**
     * Of activations in blocks, where more numbers are rounded; rounding them at all changes a logit by 0.014 on
     * average.
     */
    private static final float BLOCKS_TOLERANCE = 8e-2f;

    private static final float TOLERANCE = 1e-4f;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "float16",
                "int8/16",
                "int8/32",
                "int8/128",
                "int4/16",
                "int4/32",
                "int4/64",
                "int8/32/float32",
                "int8-dynamic",
                "int8/16/a8",
                "int8/32/a8",
                "int8/128/a8",
                "int4/32/a8",
                "int8/16/e8",
                "int8/32/e8",
                "int4/32/e8",
                "int8/16/a8/e8",
                "int8/32/a8/e8",
                "int4/32/a8/e8"
            })
    void logitsAreThoseOfTheSameArithmeticInPyTorch(String scheme) throws IOException, OrtException {
        JsonNode expected =
                Json.MAPPER.readTree(FIXTURES.resolve("expected.json").toFile());
        long[][] windows = StreamSupport.stream(expected.get("windows").spliterator(), false)
                .map(QuantizedModelsTest::longs)
                .toArray(long[][]::new);
        FloatBuffer logits = logits(quantized(scheme), windows);
        JsonNode values = expected.at("/schemes").get(scheme).get("logits");
        int vocabulary = 257;
        int every = expected.get("every").intValue();
        int next = 0;
        float largest = 0;
        double sum = 0;
        for (int position = 0; position < logits.remaining() / vocabulary; position++) {
            for (int token = 0; token < vocabulary; token += every) {
                float difference = Math.abs(logits.get(position * vocabulary + token)
                        - values.get(next++).floatValue());
                largest = Math.max(largest, difference);
                sum += difference;
            }
        }
        assertThat(next).isEqualTo(values.size());
        assertThat(largest).isLessThan(tolerance(scheme));
        assertThat(sum / next).isLessThan(tolerance(scheme) / 8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "float16",
                "int8/16",
                "int8/32",
                "int8/128",
                "int4/16",
                "int4/32",
                "int4/64",
                "int8-dynamic",
                "int8/32/a8"
            })
    void weightsChangeAsMuchAsInPyTorch(String scheme) throws IOException {
        JsonNode expected =
                Json.MAPPER.readTree(FIXTURES.resolve("expected.json").toFile());
        ModelDirectory before = fixture();
        ModelDirectory after = quantized(scheme);
        float largest = 0;
        for (Weight weight : before.tensors().values()) {
            float[] was = weight.toFloats();
            float[] is = after.tensor(weight.name()).toFloats();
            for (int i = 0; QuantizedWeights.isLinear(weight.name()) && i < was.length; i++) {
                largest = Math.max(largest, Math.abs(is[i] - was[i]));
            }
        }
        assertThat(largest)
                .isEqualTo(
                        expected.at("/schemes").get(scheme).get("weightError").floatValue());
    }

    /** The packed layout is the one that the operator reads: its product is that with the dequantized weights. */
    @ParameterizedTest
    @CsvSource({"4,16", "4,32", "4,64", "4,128", "8,16", "8,32", "8,64", "8,128"})
    void oneProductIsThatWithTheDequantizedWeight(int bits, int blockSize) throws IOException, OrtException {
        ModelDirectory model = quantized("int" + bits + "/" + blockSize);
        for (String name : List.of("h.0.attn.c_attn.weight", "h.0.attn.c_proj.weight", "h.1.mlp.c_proj.weight")) {
            BlockQuantizedWeight weight = (BlockQuantizedWeight) model.tensor(name);
            for (int rows : new int[] {1, 2, 33}) {
                float[] input = random(rows * (int) weight.shape()[0]);
                assertThat(largestDifference(
                                product(model, weight, input, rows),
                                multiply(input, weight.toFloats(), rows, weight.shape())))
                        .isLessThan(2e-5);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4,16", "4,32", "4,64", "4,128", "8,16", "8,32", "8,64", "8,128"})
    void withInt8ActivationsItIsThatOfRoundedBlocksOfRows(int bits, int blockSize) throws IOException, OrtException {
        ModelDirectory model = quantized("int" + bits + "/" + blockSize + "/a8");
        for (String name : List.of("h.0.attn.c_attn.weight", "h.0.attn.c_proj.weight", "h.1.mlp.c_proj.weight")) {
            BlockQuantizedWeight weight = (BlockQuantizedWeight) model.tensor(name);
            int inputs = (int) weight.shape()[0];
            for (int rows : new int[] {1, 2, 33}) {
                float[] input = random(rows * inputs);
                Arrays.fill(input, 0, Math.min(inputs, blockSize), 0); // a block of zeros
                float[] rounded = new float[input.length];
                for (int row = 0; row < rows; row++) {
                    for (int from = 0; from < inputs; from += blockSize) {
                        round(input, row * inputs + from, row * inputs + Math.min(inputs, from + blockSize), rounded);
                    }
                }
                assertThat(largestDifference(
                                product(model, weight, input, rows),
                                multiply(rounded, weight.toFloats(), rows, weight.shape())))
                        .isLessThan(2e-5);
            }
        }
    }

    private static void round(float[] values, int from, int to, float[] rounded) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        float scale = largest == 0 ? 1 : largest / 127;
        for (int i = from; i < to; i++) {
            rounded[i] = (float) Math.rint(values[i] / scale) * scale;
        }
    }

    @Test
    void aDynamicProductIsThatOfRoundedRowsAndTheDequantizedWeight() throws IOException, OrtException {
        ModelDirectory model = quantized("int8-dynamic");
        Weight weight = model.tensor("h.1.mlp.c_proj.weight");
        float[] input = random(33 * 100);
        Arrays.fill(input, 0, 100, 0); // a row of zeros
        float[] rounded = new float[input.length];
        for (int row = 0; row < 33; row++) {
            float largest = 0;
            for (int i = 0; i < 100; i++) {
                largest = Math.max(largest, Math.abs(input[row * 100 + i]));
            }
            float inverse = 127 / Math.max(largest, 1e-30f);
            for (int i = 0; i < 100; i++) {
                rounded[row * 100 + i] = (float) Math.rint(input[row * 100 + i] * inverse) / inverse;
            }
        }
        assertThat(largestDifference(
                        product(model, weight, input, 33), multiply(rounded, weight.toFloats(), 33, weight.shape())))
                .isLessThan(2e-5);
    }

    @ParameterizedTest
    @EnumSource(Activations.class)
    void anOutputLayerOfItsOwnHasATableOfItsOwn(Activations activations) throws IOException, OrtException {
        ModelDirectory model = TinyModels.builder()
                .tied(false)
                .layers(2)
                .heads(2)
                .embedding(40)
                .write(directory.resolve("untied"));
        Path folder = withoutWeights(model, "untied-quantized");
        BlockQuantization tables = new BlockQuantization(8, 32, activations);
        QuantizedWeights.write(
                model, new BlockQuantization(8, 32, Activations.FLOAT32), Optional.of(tables), DType.F32, folder);
        ModelDirectory quantized = ModelDirectory.open(folder);
        Path dense = withoutWeights(model, "untied-dense");
        ModelDirectory.writeWeights(
                dense, model.config(), name -> quantized.tensor(name).toFloats(), DType.F32);
        long[][] ids = {{3, 50, 120, 7, 256}, {1, 2, 3, 4, 5}};
        float[] expected = floats(logits(ModelDirectory.open(dense), ids));
        assertThat(largestDifference(floats(logits(quantized, ids)), expected))
                .isLessThan(activations == Activations.FLOAT32 ? 1e-5 : 0.15);
        assertThat(largestDifference(floats(logits(model, ids)), expected)).isGreaterThan(1e-4);
    }

    private Path withoutWeights(ModelDirectory model, String name) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        model.config().write(folder.resolve("config.json"));
        TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 257);
        return folder;
    }

    private static float[] floats(FloatBuffer buffer) {
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "float16",
                "int8/32",
                "int4/32",
                "int8-dynamic",
                "int8/32/a8",
                "int4/32/a8/e8",
                "int8/32/e8",
                "int8/16/a8/e8"
            })
    void aTextIsScoredAlikeWhateverIsScoredWithIt(String scheme) throws IOException {
        try (LanguageModel model = OnnxGpt2.open(quantized(scheme), Device.CPU)) {
            Random random = new Random(7);
            List<Request> requests = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                requests.add(new Request(
                        random.ints(2 + random.nextInt(model.positions() - 1), 0, 257)
                                .toArray(),
                        1));
            }
            List<float[]> together = model.logProbabilities(requests, done -> {});
            for (int i = 0; i < requests.size(); i++) {
                float[] alone = model.logProbabilities(List.of(requests.get(i)), done -> {})
                        .get(0);
                assertThat(largestDifference(alone, together.get(i))).isLessThan(1e-5);
            }
        }
    }

    /**
     * Prefill and decode graphs have the same arithmetic as the logits graph: the likeliest token by one is generated
     * by the other.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "float16",
                "int8/32",
                "int4/32",
                "int8-dynamic",
                "int8/32/a8",
                "int4/32/a8/e8",
                "int8/32/e8",
                "int8/16/a8/e8"
            })
    void whatIsGeneratedGreedilyIsTheLikeliestByTheLogits(String scheme) throws IOException, OrtException {
        requireLikeliest(scheme, EvaluationPrecision.FLOAT32, tolerance(scheme));
    }

    private static float tolerance(String scheme) {
        return scheme.equals("int8-dynamic")
                ? DYNAMIC_TOLERANCE
                : scheme.contains("/a8") ? BLOCKS_TOLERANCE : TOLERANCE;
    }

    @ParameterizedTest
    @ValueSource(strings = {"float16", "int8/32", "int4/32"})
    void inFloat16ItIsWithinItsRounding(String scheme) throws IOException, OrtException {
        requireLikeliest(scheme, EvaluationPrecision.FLOAT16, 0.02f);
    }

    private void requireLikeliest(String scheme, EvaluationPrecision precision, float tolerance)
            throws IOException, OrtException {
        ModelDirectory directory = quantized(scheme);
        int[] prompt = {3, 50, 120, 7};
        List<int[]> texts;
        try (LanguageModel model = OnnxGpt2.open(directory, Device.CPU, precision, Progress.NONE)) {
            texts = model.generate(List.of(new Prompt("p", prompt)), new Sampling(1, 1, 8, 1e-9, 1), done -> {})
                    .get(0);
        }
        int[] generated = texts.get(0);
        assertThat(generated).isNotEmpty();
        long[] all = new long[prompt.length + generated.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = i < prompt.length ? prompt[i] : generated[i - prompt.length];
        }
        FloatBuffer logits = logits(directory, new long[][] {all});
        for (int i = 0; i < generated.length; i++) {
            float[] row = new float[257];
            logits.get((prompt.length - 1 + i) * 257, row);
            float best = Float.NEGATIVE_INFINITY;
            for (float value : row) {
                best = Math.max(best, value);
            }
            assertThat(row[generated[i]]).isCloseTo(best, within(tolerance));
        }
    }

    private ModelDirectory fixture() throws IOException {
        Path folder = directory.resolve("model");
        if (!Files.exists(folder)) {
            Files.createDirectory(folder);
            for (String file : List.of("config.json", "model.safetensors")) {
                Files.copy(FIXTURES.resolve(file), folder.resolve(file));
            }
            TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 257);
        }
        return ModelDirectory.open(folder);
    }

    /**
     * The fixture as {@code float16}, {@code int8-dynamic}, or {@code int8} or {@code int4}, a block size and perhaps
     * {@code float32}, {@code a8}, {@code e8}.
     */
    private ModelDirectory quantized(String scheme) throws IOException {
        ModelDirectory model = fixture();
        Path folder = Files.createDirectories(directory.resolve("quantized"));
        Files.copy(model.path().resolve("config.json"), folder.resolve("config.json"));
        Files.copy(model.path().resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        String[] parts = scheme.split("/");
        switch (parts[0]) {
            case "float16" ->
                SafetensorsWriter.write(
                        folder.resolve("model.safetensors"),
                        model.config().tensorShapes(),
                        name -> model.tensor(name).toFloats(),
                        DType.F16);
            case "int8-dynamic" -> QuantizedWeights.writeColumns(model, DType.F16, folder);
            default ->
                QuantizedWeights.write(
                        model,
                        new BlockQuantization(
                                parts[0].equals("int8") ? 8 : 4,
                                Integer.parseInt(parts[1]),
                                scheme.contains("/a8") ? Activations.INT8 : Activations.FLOAT32),
                        tables(scheme, Integer.parseInt(parts[1])),
                        scheme.endsWith("/float32") ? DType.F32 : DType.F16,
                        folder);
        }
        return ModelDirectory.open(folder);
    }

    private static Optional<BlockQuantization> tables(String scheme, int blockSize) {
        return scheme.endsWith("/e8")
                ? Optional.of(new BlockQuantization(
                        8, blockSize, scheme.contains("/a8") ? Activations.INT8 : Activations.FLOAT32))
                : Optional.empty();
    }

    private static float[] product(ModelDirectory model, Weight weight, float[] input, int rows) throws OrtException {
        OnnxGraphBuilder graph = new OnnxGraphBuilder(model.path());
        graph.floats("x", "rows", (int) weight.shape()[0]);
        String product = weight instanceof BlockQuantizedWeight blocks
                ? QuantizedProducts.ofBlocks(graph, "x", blocks)
                : QuantizedProducts.ofColumns(graph, "x", (ColumnQuantizedWeight) weight);
        graph.output(product, "rows", (int) weight.shape()[1]);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = Sessions.options(model.path(), Device.CPU);
                OrtSession session = environment.createSession(graph.serialize("product"), options);
                OnnxTensor x = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(input), new long[] {rows, weight.shape()[0]});
                OrtSession.Result result = session.run(Map.of("x", x))) {
            float[] values = new float[rows * (int) weight.shape()[1]];
            ((OnnxTensor) result.get(0)).getFloatBuffer().get(values);
            return values;
        }
    }

    private static double largestDifference(float[] left, float[] right) {
        assertThat(left).hasSameSizeAs(right);
        double largest = 0;
        for (int i = 0; i < left.length; i++) {
            largest = Math.max(largest, Math.abs((double) left[i] - right[i])); // NaN stays NaN
        }
        return largest;
    }

    private static float[] multiply(float[] left, float[] right, int rows, long[] shape) {
        int inner = (int) shape[0];
        int columns = (int) shape[1];
        float[] product = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double sum = 0;
                for (int i = 0; i < inner; i++) {
                    sum += (double) left[row * inner + i] * right[i * columns + column];
                }
                product[row * columns + column] = (float) sum;
            }
        }
        return product;
    }

    private static float[] random(int size) {
        Random random = new Random(size);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static FloatBuffer logits(ModelDirectory model, long[][] ids) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = Sessions.options(model.path(), Device.CPU);
                OrtSession session = environment.createSession(Gpt2Graph.logits(model, model.path()), options);
                OnnxTensor input = OnnxTensor.createTensor(environment, ids);
                OrtSession.Result result = session.run(Map.of("input_ids", input))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer();
        }
    }

    private static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }
}
