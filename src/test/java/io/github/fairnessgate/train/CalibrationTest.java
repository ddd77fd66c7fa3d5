package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.FloatTensor;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class CalibrationTest {

    private static final List<BlockLinear> ALL = List.of(BlockLinear.values());

    @TempDir
    private Path directory;

    /**
     * Forward hooks on transformers 4.57.1 (src/test/fixtures/sparsity/make_sparsity_fixtures.py); block 1 reads
     * through block 0 as Wanda left it.
     */
    @ParameterizedTest
    @ValueSource(strings = {"gradients-gelu-erf", "gradients-pruned-heads"})
    void inputsAreThoseThatHooksOnTransformersSee(String name) throws IOException {
        ModelDirectory model = TrainingFixture.load(name, directory).model();
        JsonNode fixture = read("model-" + name + ".json");
        JsonNode expected = fixture.get("cases").get(0);
        try (Calibration calibration =
                Calibration.open(model, TrainingFixture.windows(fixture.get("windows")), Device.CPU)) {
            assertThat(calibration.positions()).isEqualTo(9 * 12);
            for (int layer = 0; layer < 2; layer++) {
                assertThat(calibration.layer()).isEqualTo(layer);
                Map<BlockLinear, double[]> products = calibration.products(ALL);
                Map<BlockLinear, double[]> squaredNorms = calibration.squaredNorms(ALL);
                Map<BlockLinear, float[]> pruned = new EnumMap<>(BlockLinear.class);
                for (BlockLinear linear : ALL) {
                    float[] wanted = TrainingFixture.floats(
                            expected.get("products").get(layer).get(linear.id()));
                    assertThat(TrainingFixture.relativeDifference(floats(products.get(linear)), wanted))
                            .as(linear.weight(layer))
                            .isLessThan(1e-4);
                    assertThat(TrainingFixture.relativeDifference(floats(squaredNorms.get(linear)), diagonal(wanted)))
                            .isLessThan(1e-4);
                    pruned.put(
                            linear,
                            TrainingFixture.floats(expected.get("weights").get(linear.weight(layer))));
                }
                if (layer == 0) {
                    calibration.advance(pruned);
                }
            }
            assertThatThrownBy(() -> calibration.advance(Map.of())).isInstanceOf(IllegalStateException.class);
        }
    }

    private static JsonNode read(String file) throws IOException {
        try (InputStream in = CalibrationTest.class.getResourceAsStream("/fixtures/sparsity/" + file)) {
            return Json.MAPPER.readTree(in);
        }
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static float[] diagonal(float[] products) {
        int size = (int) Math.sqrt(products.length);
        float[] diagonal = new float[size];
        for (int i = 0; i < size; i++) {
            diagonal[i] = products[i * size + i];
        }
        return diagonal;
    }

    @Test
    void sumsGrowWithTheTextHoweverItIsBatched() {
        ModelDirectory model = TinyModels.builder()
                .layers(2)
                .heads(4)
                .embedding(16)
                .positions(512)
                .write(directory);
        int[][] windows = new int[5][400];
        Random random = new Random(1);
        for (int[] window : windows) {
            Arrays.setAll(window, position -> random.nextInt(TinyModels.BYTE_VOCABULARY));
        }
        double[] together = secondBlock(model, windows);
        double[] sum = new double[together.length];
        for (int[] window : windows) {
            double[] alone = secondBlock(model, new int[][] {window});
            Arrays.setAll(sum, i -> sum[i] + alone[i]);
        }
        assertThat(TrainingFixture.relativeDifference(floats(together), floats(sum)))
                .isLessThan(1e-5);
    }

    private static double[] secondBlock(ModelDirectory model, int[][] windows) {
        try (Calibration calibration = Calibration.open(model, windows, Device.CPU)) {
            calibration.squaredNorms(ALL);
            calibration.advance(Map.of());
            return calibration.products(List.of(BlockLinear.MLP_OUT)).get(BlockLinear.MLP_OUT);
        }
    }

    /** Had a step kept one of its arrays of positions, [2304, 32] floats, 1,000 steps would keep 295 MB. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void nativeMemoryDoesNotGrowInAThousandSteps() throws IOException, InterruptedException {
        TinyModels.builder().layers(3).heads(4).embedding(32).positions(256).write(directory);
        long[][] lines = TrainingMemory.measure(directory, "calibration", 300, 1000);
        assertThat(lines[1][1]).as("long-lived arrays").isEqualTo(lines[0][1]);
        assertThat(lines[1][0] - lines[0][0])
                .as(Arrays.deepToString(lines) + " resident kB")
                .isLessThan(40_000);
    }

    @Test
    void activationsThatAreNoNumbersAreRefused() {
        TinyModels builder = TinyModels.builder();
        builder.write(directory);
        Map<String, FloatTensor> weights = builder.weights();
        Arrays.fill(weights.get("h.0.attn.c_attn.weight").data(), 3e38f);
        SafetensorsWriter.write(directory.resolve("model.safetensors"), weights, DType.F32);
        try (Calibration calibration =
                Calibration.open(ModelDirectory.open(directory), new int[][] {{1, 2, 3}}, Device.CPU)) {
            assertThatThrownBy(() -> calibration.squaredNorms(ALL))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("The inputs of h.0.")
                    .hasMessageContaining("no longer finite numbers");
        }
    }
}
