package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against PyTorch in double precision, token by token (src/test/fixtures/train/make_counterfactual_fixtures.py). */
@Tag("native")
class CounterfactualTeacherTest {

    @TempDir
    private Path directory;

    private ModelDirectory model;

    @Test
    void lossesAndGradientsAreThoseOfAutograd() {
        JsonNode expected = load("counterfactual");
        int[][] windows = TrainingFixture.windows(expected.get("windows"));
        Map<int[], CounterfactualWindow> counterfactuals = counterfactuals(windows, expected);
        List<Integer> blocks = blocks(expected);
        assertThat(expected.get("cases")).hasSize(4);
        try (NDManager manager = Torch.open(Device.CPU)) {
            Weights teacher = Weights.frozen(model, manager);
            Weights student = teacher.copyOfBlocks(blocks, manager);
            for (JsonNode each : expected.get("cases")) {
                DistillationSettings settings = settings(each, 1, 1, 1, 1, Precision.FLOAT32);
                DistillationObjective.Differentiated result = new DistillationObjective(
                                teacher,
                                student,
                                blocks,
                                settings,
                                Optional.of(teacher(expected, each, counterfactuals)))
                        .differentiate(windows, 1, manager);
                double value = each.get("value").doubleValue();
                assertThat(result.terms().weighted(settings.loss()))
                        .as(each.get("loss").toString())
                        .isCloseTo(value, within(3e-5 * value));
                DistillationObjective.Differentiated plain = new DistillationObjective(
                                teacher, student, blocks, settings)
                        .differentiate(windows, 1, manager);
                assertThat(plain.terms().weighted(settings.loss())).isNotCloseTo(value, within(1e-3 * value));
                result.gradients()
                        .forEach((name, gradient) -> assertThat(TrainingFixture.relativeDifference(
                                        gradient.toFloatArray(),
                                        TrainingFixture.floats(
                                                each.get("gradients").get(name))))
                                .as(name)
                                .isLessThan(2e-3));
            }
        }
    }

    @Test
    void stepsAreThoseOfAHandWrittenPyTorchLoop() {
        JsonNode expected = load("counterfactual-training");
        JsonNode written = expected.get("settings");
        int steps = written.get("steps").intValue();
        Map<int[], CounterfactualWindow> counterfactuals = new IdentityHashMap<>();
        DistillationSettings settings = settings(
                written,
                steps,
                written.get("batchSize").intValue(),
                2,
                written.get("learningRate").doubleValue(),
                Precision.FLOAT32);
        try (Distiller distiller = Distiller.open(
                model,
                model,
                blocks(expected),
                settings,
                Optional.of(teacher(expected, expected, counterfactuals)),
                Device.CPU,
                line -> {})) {
            for (JsonNode step : expected.get("steps")) {
                List<int[][]> batches = new ArrayList<>();
                for (JsonNode batch : step.get("batches")) {
                    int[][] windows = TrainingFixture.windows(batch.get("windows"));
                    counterfactuals.putAll(counterfactuals(windows, batch));
                    batches.add(windows);
                }
                assertThat(distiller.step(batches).loss())
                        .isCloseTo(step.get("loss").doubleValue(), within(1e-4));
            }
            expected.get("weights")
                    .properties()
                    .forEach(tensor -> assertThat(distiller.weight(tensor.getKey()))
                            .as(tensor.getKey())
                            .containsExactly(TrainingFixture.floats(tensor.getValue()), within((float)
                                    (steps * settings.learningRate() * 1e-3 + 3e-7))));
        }
    }

    /** As GPUs do whose memory is short; the counterfactuals follow their windows. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void aBatchThatIsReadInPartsHasTheSameLoss(Precision precision) {
        JsonNode expected = load("counterfactual");
        int[][] windows = TrainingFixture.windows(expected.get("windows"));
        Map<int[], CounterfactualWindow> counterfactuals = counterfactuals(windows, expected);
        JsonNode first = expected.get("cases").get(0);
        DistillationSettings settings = settings(first, 4, 4, 1, 1e-3, precision);
        FittingBatch parts = new FittingBatch(line -> {});
        parts.continueWith(1);
        try (Distiller whole = open(expected, first, settings, counterfactuals, new FittingBatch(line -> {}));
                Distiller inParts = open(expected, first, settings, counterfactuals, parts)) {
            double tolerance = precision == Precision.FLOAT32 ? 1e-5 : 1e-2;
            double loss = whole.step(List.<int[][]>of(windows)).loss();
            assertThat(loss)
                    .isCloseTo(first.get("value").doubleValue(), within(precision == Precision.FLOAT32 ? 1e-4 : 0.05));
            assertThat(inParts.step(List.<int[][]>of(windows)).loss()).isCloseTo(loss, within(tolerance));
            assertThat(inParts.validationLoss(windows)).isCloseTo(whole.validationLoss(windows), within(tolerance));
        }
    }

    /** Nothing of one window may be combined with another one's. */
    @Test
    void aWindowWithoutACounterfactualIsAFault() {
        JsonNode expected = load("counterfactual");
        int[][] windows = TrainingFixture.windows(expected.get("windows"));
        JsonNode first = expected.get("cases").get(0);
        try (Distiller distiller = open(
                expected,
                first,
                settings(first, 1, 4, 1, 1e-3, Precision.FLOAT32),
                new IdentityHashMap<>(),
                new FittingBatch(line -> {}))) {
            assertThatThrownBy(() -> distiller.step(List.<int[][]>of(windows)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private JsonNode load(String name) {
        TrainingFixture fixture = TrainingFixture.load(name, directory);
        model = fixture.model();
        return fixture.expected();
    }

    private Distiller open(
            JsonNode expected,
            JsonNode each,
            DistillationSettings settings,
            Map<int[], CounterfactualWindow> counterfactuals,
            FittingBatch fitting) {
        return Distiller.open(
                model,
                model,
                blocks(expected),
                settings,
                Optional.of(teacher(expected, each, counterfactuals)),
                Device.CPU,
                fitting);
    }

    private static List<Integer> blocks(JsonNode expected) {
        List<Integer> blocks = new ArrayList<>();
        expected.get("blocks").forEach(block -> blocks.add(block.intValue()));
        return blocks;
    }

    private static Map<int[], CounterfactualWindow> counterfactuals(int[][] windows, JsonNode expected) {
        int[][] others = TrainingFixture.windows(expected.get("others"));
        int[][] aligned = TrainingFixture.windows(expected.get("aligned"));
        Map<int[], CounterfactualWindow> counterfactuals = new IdentityHashMap<>();
        for (int window = 0; window < windows.length; window++) {
            counterfactuals.put(windows[window], new CounterfactualWindow(others[window], aligned[window]));
        }
        return counterfactuals;
    }

    private static CounterfactualTeacher teacher(
            JsonNode expected, JsonNode each, Map<int[], CounterfactualWindow> counterfactuals) {
        Map<Integer, Set<Integer>> counterparts = new HashMap<>();
        expected.get("counterparts").properties().forEach(token -> {
            Set<Integer> others = new TreeSet<>();
            token.getValue().forEach(other -> others.add(other.intValue()));
            counterparts.put(Integer.valueOf(token.getKey()), others);
        });
        return new CounterfactualTeacher(
                TeacherCombination.valueOf(each.get("combination").asText().toUpperCase(Locale.ROOT)),
                TokenSwaps.of(counterparts),
                counterfactuals);
    }

    private static DistillationSettings settings(
            JsonNode json, int steps, int batchSize, int accumulation, double learningRate, Precision precision) {
        return new DistillationSettings(
                json.get("temperature").doubleValue(),
                json.path("topK").asInt(0),
                TrainingFixture.lossWeights(json.get("loss")),
                false,
                steps,
                batchSize,
                10,
                learningRate,
                DistillationSettings.Schedule.CONSTANT,
                0,
                1e6,
                accumulation,
                precision);
    }
}
