package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.ComputationFixture;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.PartMask.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models without neurons or blocks; transformers' are made by src/test/fixtures/compress/make_pruning_fixture.py. */
@Tag("native")
class PartRemovalTest {

    private static final int SHORT = 8;
    private static final int VOCABULARY = 257;

    @TempDir
    private Path directory;

    @Test
    void aModelWithoutNeuronsHasTheLogitsThatTransformersGets() throws IOException {
        JsonNode neurons = expected().get("neurons");
        List<List<Integer>> mask = IntStream.range(0, 3)
                .mapToObj(layer -> ints(neurons.get("kept").get(layer)))
                .toList();
        ModelDirectory pruned = write("pruned", (model, output) -> NeuronRemoval.write(model, mask, output));
        assertThat(pruned.config().innerSize()).isEqualTo(40);
        assertIsTransformers(pruned, neurons.get("logits"));
    }

    @Test
    void aModelWithoutBlocksHasTheLogitsThatTransformersGets() throws IOException {
        JsonNode blocks = expected().get("blocks");
        ModelDirectory pruned =
                write("pruned", (model, output) -> BlockRemoval.write(model, ints(blocks.get("kept")), output));
        assertThat(pruned.config().layers()).isEqualTo(2);
        assertIsTransformers(pruned, blocks.get("logits"));
    }

    @Test
    void removedNeuronsAreZeroedNeuronsAndMaskedOnes() throws IOException {
        List<List<Integer>> mask = List.of(List.of(0, 5, 9), List.of(1, 2, 63), List.of(7, 30, 31));
        ModelDirectory pruned = write("pruned", (model, output) -> NeuronRemoval.write(model, mask, output));
        ModelDirectory zeroed = write("zeroed", (model, output) -> zero(model, mask, output));
        int[] window = window();
        assertThat(logits(zeroed, window)).containsExactly(logits(pruned, window), within(1e-5f));
        try (FrozenGpt2 model = FrozenGpt2.open(source(), Device.CPU);
                FrozenGpt2 without = FrozenGpt2.open(pruned, Device.CPU)) {
            PartMask all = PartMask.all(PartKind.NEURONS, model.config());
            List<Part> gone = all.parts().stream()
                    .filter(part -> !mask.get(part.layer()).contains(part.index()))
                    .toList();
            assertThat(model.loss(new int[][] {window}, all.without(gone)))
                    .isCloseTo(without.loss(new int[][] {window}), within(1e-5));
            assertThat(model.loss(new int[][] {window})).isNotCloseTo(without.loss(new int[][] {window}), within(1e-3));
        }
    }

    /** A block attends by its number; one that gets another number keeps what it computed. */
    @Test
    void blocksThatMoveUpAttendAsBefore() throws IOException {
        JsonNode byLayer = ComputationFixture.cases()
                .filter(each -> each.get("settings").has("scale_attn_by_inverse_layer_idx"))
                .findFirst()
                .orElseThrow();
        ModelDirectory model = ComputationFixture.write(byLayer, directory.resolve("by layer"));
        ModelDirectory pruned = write("pruned", (other, output) -> BlockRemoval.write(model, List.of(0, 2), output));
        int[][] windows = ComputationFixture.windows(byLayer);
        try (FrozenGpt2 whole = FrozenGpt2.open(model, Device.CPU);
                FrozenGpt2 without = FrozenGpt2.open(pruned, Device.CPU)) {
            double masked = whole.loss(
                    windows, PartMask.all(PartKind.BLOCKS, model.config()).without(List.of(new Part(1, 0))));
            assertThat(without.loss(windows)).isCloseTo(masked, within(1e-5));
        }
    }

    @ParameterizedTest
    @CsvSource({"prelu, weight", "xielu, alpha_p", "xielu, beta"})
    void theWeightsOfAnActivationStayWithItsLayer(String activation, String weight) throws IOException {
        JsonNode expected = ComputationFixture.of(activation);
        ModelDirectory model = ComputationFixture.write(expected, directory.resolve(activation));
        List<List<Integer>> kept = List.of(List.of(0, 5, 9), List.of(1, 2, 31), List.of(7, 30, 20));
        ModelDirectory fewer = write("fewer neurons", (other, output) -> NeuronRemoval.write(model, kept, output));
        ModelDirectory lower =
                write("fewer blocks", (other, output) -> BlockRemoval.write(model, List.of(0, 2), output));
        assertThat(lower.tensor("h.1.mlp.act." + weight).toFloats())
                .containsExactly(model.tensor("h.2.mlp.act." + weight).toFloats());
        int[][] windows = ComputationFixture.windows(expected);
        PartMask neurons = PartMask.all(PartKind.NEURONS, model.config());
        List<Part> gone = neurons.parts().stream()
                .filter(part -> !kept.get(part.layer()).contains(part.index()))
                .toList();
        PartMask blocks = PartMask.all(PartKind.BLOCKS, model.config());
        try (FrozenGpt2 whole = FrozenGpt2.open(model, Device.CPU);
                FrozenGpt2 withFewer = FrozenGpt2.open(fewer, Device.CPU);
                FrozenGpt2 withLower = FrozenGpt2.open(lower, Device.CPU)) {
            assertThat(withFewer.loss(windows)).isCloseTo(whole.loss(windows, neurons.without(gone)), within(1e-5));
            assertThat(withLower.loss(windows))
                    .isCloseTo(whole.loss(windows, blocks.without(List.of(new Part(1, 0)))), within(1e-5));
        }
    }

    private static void zero(ModelDirectory model, List<List<Integer>> mask, Path output) {
        model.config().write(output.resolve("config.json"));
        SafetensorsWriter.write(
                output.resolve("model.safetensors"),
                model.config().tensorShapes(),
                name -> {
                    float[] values = model.tensor(name).toFloats();
                    if (name.endsWith("mlp.c_proj.weight")) {
                        List<Integer> neurons = mask.get(Integer.parseInt(name.split("\\.")[1]));
                        int width = model.config().embedding();
                        IntStream.range(0, model.config().innerSize())
                                .filter(neuron -> !neurons.contains(neuron))
                                .forEach(neuron -> Arrays.fill(values, neuron * width, (neuron + 1) * width, 0));
                    }
                    return values;
                },
                DType.F32);
    }

    private void assertIsTransformers(ModelDirectory pruned, JsonNode expected) throws IOException {
        float[] logits = new float[expected.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = expected.get(i).floatValue();
        }
        int[] window = Arrays.copyOf(window(), SHORT);
        assertThat(logits(pruned, window)).containsExactly(logits, within(1e-4f));
        try (LanguageModel runtime = OnnxGpt2.open(pruned, Device.CPU)) {
            float[] scores = runtime.logProbabilities(List.of(new LanguageModel.Request(window, 1)), done -> {})
                    .get(0);
            for (int position = 0; position + 1 < SHORT; position++) {
                float[] row = Arrays.copyOfRange(logits, position * VOCABULARY, (position + 1) * VOCABULARY);
                double normalizer = Math.log(IntStream.range(0, VOCABULARY)
                        .mapToDouble(token -> Math.exp(row[token]))
                        .sum());
                assertThat((double) scores[position]).isCloseTo(row[window[position + 1]] - normalizer, within(1e-4));
            }
        }
    }

    private ModelDirectory source() throws IOException {
        Path source = directory.resolve("source");
        if (!Files.exists(source)) {
            Files.createDirectory(source);
            for (String file : List.of("config.json", "model.safetensors")) {
                try (InputStream in = resource(file)) {
                    Files.copy(in, source.resolve(file));
                }
            }
            TinyModels.writeTokenizer(source.resolve("tokenizer.json"), VOCABULARY);
        }
        return ModelDirectory.open(source);
    }

    private ModelDirectory write(String name, BiConsumer<ModelDirectory, Path> writer) throws IOException {
        Path output = Files.createDirectory(directory.resolve(name));
        TinyModels.writeTokenizer(output.resolve("tokenizer.json"), VOCABULARY);
        writer.accept(source(), output);
        return ModelDirectory.open(output);
    }

    private static JsonNode expected() throws IOException {
        return Json.MAPPER.readTree(resource("expected.json"));
    }

    private static int[] window() throws IOException {
        return ints(expected().get("window")).stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static InputStream resource(String file) {
        return PartRemovalTest.class.getResourceAsStream("/fixtures/compress/pruning/" + file);
    }

    private static List<Integer> ints(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToObj(i -> array.get(i).intValue())
                .toList();
    }

    private static float[] logits(ModelDirectory model, int[] window) {
        try (FrozenGpt2 language = FrozenGpt2.open(model, Device.CPU)) {
            return language.logits(window);
        }
    }
}
