package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.train.FrozenGpt2;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class HeadRemovalTest {

    private static final int[] WINDOW =
            IntStream.range(0, 20).map(i -> (i * 37 + 5) % 257).toArray();

    @TempDir
    private Path directory;

    @Test
    void aPrunedModelAndItsDenseTwinComputeTheSame() throws IOException {
        ModelDirectory model =
                TinyModels.builder().layers(3).heads(4).embedding(16).write(directory.resolve("model"));
        ModelDirectory pruned = prune(model, List.of(List.of(1, 2), List.of(), List.of(0, 1, 3)), "pruned");
        ModelDirectory dense = fill(pruned, "dense");
        assertThat(IntStream.range(0, 3).map(pruned.config()::heads)).containsExactly(2, 4, 1);
        assertThat(IntStream.range(0, 3).map(dense.config()::heads)).containsExactly(4, 4, 4);
        assertThat(logits(dense)).containsExactly(logits(pruned), within(1e-5f));
        assertThat(difference(logits(model), logits(pruned))).isGreaterThan(0.01);
    }

    @Test
    void pruningInTwoStagesIsPruningInOne() throws IOException {
        ModelDirectory model =
                TinyModels.builder().layers(2).heads(4).embedding(16).write(directory.resolve("model"));
        ModelDirectory first = prune(model, List.of(List.of(1), List.of()), "first");
        ModelDirectory second = prune(first, List.of(List.of(1, 3), List.of(0)), "second");
        ModelDirectory atOnce = prune(model, List.of(List.of(1, 3), List.of(0)), "at-once");
        assertThat(second.digest()).isEqualTo(atOnce.digest());
    }

    /**
     * transformers 4.57.1 prunes the same heads of the same model (src/test/fixtures/compress/make_pruning_fixture.py).
     */
    @Test
    void pruningGivesTheLogitsThatTransformersGets() throws IOException {
        JsonNode expected = Json.MAPPER.readTree(resource("expected.json"));
        Path source = Files.createDirectory(directory.resolve("source"));
        for (String file : List.of("config.json", "model.safetensors")) {
            try (InputStream in = resource(file)) {
                Files.copy(in, source.resolve(file));
            }
        }
        TinyModels.writeTokenizer(source.resolve("tokenizer.json"), 257);
        List<List<Integer>> heads = IntStream.range(0, 3)
                .mapToObj(layer -> ints(expected.get("prunedHeads").get(layer)))
                .toList();
        ModelDirectory pruned = prune(ModelDirectory.open(source), heads, "pruned");
        int[] window = ints(expected.get("window")).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        float[] logits = new float[expected.get("logits").size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = expected.get("logits").get(i).floatValue();
        }
        try (FrozenGpt2 model = FrozenGpt2.open(pruned, Device.CPU)) {
            assertThat(model.logits(window)).containsExactly(logits, within(1e-4f));
        }
    }

    private static InputStream resource(String file) {
        return HeadRemovalTest.class.getResourceAsStream("/fixtures/compress/pruning/" + file);
    }

    private static List<Integer> ints(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToObj(i -> array.get(i).intValue())
                .toList();
    }

    private ModelDirectory prune(ModelDirectory model, List<List<Integer>> heads, String name) throws IOException {
        Path output = folder(model.config(), name);
        HeadRemoval.prune(model, heads, output);
        return ModelDirectory.open(output);
    }

    private ModelDirectory fill(ModelDirectory model, String name) throws IOException {
        Path output = folder(model.config(), name);
        HeadRemoval.fill(model, output);
        return ModelDirectory.open(output);
    }

    private Path folder(Gpt2Config config, String name) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(name));
        TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), config.vocabulary());
        return folder;
    }

    private static float[] logits(ModelDirectory model) {
        try (FrozenGpt2 language = FrozenGpt2.open(model, Device.CPU)) {
            return language.logits(WINDOW);
        }
    }

    private static double difference(float[] left, float[] right) {
        return IntStream.range(0, left.length)
                .mapToDouble(i -> Math.abs(left[i] - right[i]))
                .max()
                .orElseThrow();
    }
}
