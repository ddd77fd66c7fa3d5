package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.ComputationFixture;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forward pass and the gradients of every tensor are those of PyTorch's autograd. */
@Tag("native")
class GradientsTest {

    private static final double TOLERANCE = 1e-4;
    /** The gradient of a weight that transformers keeps in bfloat16 is rounded to it. */
    private static final double BFLOAT16 = 0x1p-8;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gradients-gelu-tanh", "gradients-gelu-erf", "gradients-pruned-heads"})
    void logitsAndLossAreThoseOfTransformers(String name) {
        TrainingFixture fixture = TrainingFixture.load(name, directory);
        int[][] windows = TrainingFixture.windows(fixture.expected().get("windows"));
        try (FrozenGpt2 model = FrozenGpt2.open(fixture.model(), Device.CPU)) {
            assertThat(model.loss(windows))
                    .isCloseTo(fixture.expected().get("loss").doubleValue(), within(1e-5));
            float[] logits =
                    concatenated(Arrays.stream(windows).map(model::logits).toList());
            assertThat(TrainingFixture.relativeDifference(
                            logits, TrainingFixture.floats(fixture.expected().get("logits"))))
                    .isLessThan(TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gradients-gelu-tanh", "gradients-gelu-erf", "gradients-pruned-heads"})
    void gradientsOfEveryTensorAreThoseOfAutograd(String name) {
        TrainingFixture fixture = TrainingFixture.load(name, directory);
        JsonNode expected = fixture.expected().get("gradients");
        try (NDManager manager = Torch.open(Device.CPU)) {
            Weights weights = Weights.frozen(fixture.model(), manager);
            List<Integer> blocks =
                    IntStream.range(0, weights.config().layers()).boxed().toList();
            DistillationSettings crossEntropyOnly = new DistillationSettings(
                    1,
                    0,
                    new LossWeights(0, 1, 0, 0, 0, 0, 0),
                    false,
                    1,
                    1,
                    2,
                    1,
                    DistillationSettings.Schedule.CONSTANT,
                    0,
                    1,
                    1,
                    Precision.FLOAT32);
            DistillationObjective crossEntropyAlone =
                    new DistillationObjective(weights, weights.copyOfBlocks(blocks, manager), blocks, crossEntropyOnly);
            DistillationObjective.Differentiated result = crossEntropyAlone.differentiate(
                    TrainingFixture.windows(fixture.expected().get("windows")), 1, manager);
            assertThat(result.terms().crossEntropy())
                    .isCloseTo(fixture.expected().get("loss").doubleValue(), within(1e-5));
            assertThat(result.gradients()).hasSize(expected.size());
            result.gradients()
                    .forEach((tensor, gradient) -> assertThat(TrainingFixture.relativeDifference(
                                    gradient.toFloatArray(), TrainingFixture.floats(expected.get(tensor))))
                            .as(tensor)
                            .isLessThan(TOLERANCE));
        }
    }

    static Stream<JsonNode> computations() {
        return ComputationFixture.cases();
    }

    @ParameterizedTest
    @MethodSource("computations")
    void everyActivationAndAttentionScaleHasTheLossAndTheGradientsOfAutograd(JsonNode expected) {
        ModelDirectory model = ComputationFixture.write(expected, directory);
        int[][] windows = ComputationFixture.windows(expected);
        List<Integer> blocks =
                IntStream.range(0, model.config().layers()).boxed().toList();
        DistillationSettings crossEntropyOnly = new DistillationSettings(
                1,
                0,
                new LossWeights(0, 1, 0, 0, 0, 0, 0),
                false,
                1,
                1,
                2,
                1,
                DistillationSettings.Schedule.CONSTANT,
                0,
                1,
                1,
                Precision.FLOAT32);
        try (NDManager manager = Torch.open(Device.CPU)) {
            Weights weights = Weights.frozen(model, manager);
            DistillationObjective.Differentiated result = new DistillationObjective(
                            weights, weights.copyOfBlocks(blocks, manager), blocks, crossEntropyOnly)
                    .differentiate(windows, 1, manager);
            double mean = IntStream.range(0, expected.get("logProbabilities").size())
                    .mapToDouble(i -> expected.get("logProbabilities").get(i).doubleValue())
                    .average()
                    .orElseThrow();
            assertThat(result.terms().crossEntropy()).isCloseTo(-mean, within(1e-5));
            assertThat(expected.get("gradients")).hasSizeGreaterThanOrEqualTo(2);
            expected.get("gradients")
                    .properties()
                    .forEach(gradient -> assertThat(TrainingFixture.relativeDifference(
                                    result.gradients().get(gradient.getKey()).toFloatArray(),
                                    TrainingFixture.floats(gradient.getValue())))
                            .as(gradient.getKey())
                            .isLessThan(gradient.getKey().contains(".alpha_") ? BFLOAT16 : TOLERANCE));
        }
    }

    @Test
    void whatTransformersDoesNotTrainKeepsItsValue() {
        JsonNode xielu = ComputationFixture.of("xielu");
        ModelDirectory model = ComputationFixture.write(xielu, directory);
        DistillationSettings crossEntropyOnly = new DistillationSettings(
                1,
                0,
                new LossWeights(0, 1, 0, 0, 0, 0, 0),
                false,
                1,
                1,
                3,
                1,
                DistillationSettings.Schedule.CONSTANT,
                0,
                1,
                1,
                Precision.FLOAT32);
        try (Distiller distiller =
                Distiller.open(model, model, List.of(0, 2), crossEntropyOnly, Device.CPU, line -> {})) {
            distiller.step(List.<int[][]>of(ComputationFixture.windows(xielu)));
            assertThat(distiller.weight("h.1.mlp.act.beta"))
                    .containsExactly(model.tensor("h.2.mlp.act.beta").toFloats());
            assertThat(distiller.weight("h.1.mlp.act.eps"))
                    .containsExactly(model.tensor("h.2.mlp.act.eps").toFloats());
            assertThat(distiller.weight("h.1.mlp.act.alpha_n"))
                    .isNotEqualTo(model.tensor("h.2.mlp.act.alpha_n").toFloats());
        }
    }

    /** Each term of the distillation loss alone; the student's three blocks began as 0, 1 and 3 of four. */
    @Test
    void everyTermOfTheDistillationLossHasTheValueAndTheGradientsOfAutograd() {
        TrainingFixture fixture = TrainingFixture.load("objectives", directory);
        List<Integer> blocks = new ArrayList<>();
        fixture.expected().get("blocks").forEach(block -> blocks.add(block.intValue()));
        int[][] windows = TrainingFixture.windows(fixture.expected().get("windows"));
        assertThat(fixture.expected().get("cases")).hasSize(7);
        try (NDManager manager = Torch.open(Device.CPU)) {
            Weights teacher = Weights.frozen(fixture.model(), manager);
            Weights student = teacher.copyOfBlocks(blocks, manager);
            for (JsonNode expected : fixture.expected().get("cases")) {
                DistillationSettings settings = new DistillationSettings(
                        expected.get("temperature").doubleValue(),
                        expected.path("topK").asInt(0),
                        TrainingFixture.lossWeights(expected.get("loss")),
                        false,
                        1,
                        1,
                        2,
                        1,
                        DistillationSettings.Schedule.CONSTANT,
                        0,
                        1,
                        1,
                        Precision.FLOAT32);
                DistillationObjective objective = new DistillationObjective(teacher, student, blocks, settings);
                DistillationObjective.Differentiated result = objective.differentiate(windows, 1, manager);
                String name = settings.loss() + " top " + settings.topK();
                expected.get("terms")
                        .properties()
                        .forEach(term -> assertThat(value(result.terms(), term.getKey()))
                                .as(name)
                                .isCloseTo(
                                        term.getValue().doubleValue(),
                                        within(TOLERANCE * term.getValue().doubleValue())));
                assertThat(objective.terms(windows, manager)).isEqualTo(result.terms());
                assertThat(result.gradients()).hasSize(expected.get("gradients").size());
                double largest = result.gradients().values().stream()
                        .mapToDouble(gradient -> gradient.abs().max().getFloat())
                        .max()
                        .orElseThrow();
                assertThat(largest).as(name).isGreaterThan(1e-3);
                result.gradients()
                        .forEach((tensor, gradient) -> assertGradient(
                                name + " " + tensor,
                                gradient.toFloatArray(),
                                TrainingFixture.floats(expected.get("gradients").get(tensor)),
                                largest));
            }
        }
    }

    /** The same casts in PyTorch; gradients in double precision are further away, so that the casts are there. */
    @Test
    void float16GradientsAreThoseOfAHandWrittenPyTorchStep() {
        TrainingFixture fixture = TrainingFixture.load("distillation-float16", directory);
        JsonNode expected = fixture.expected();
        List<Integer> blocks = List.of(0, 2);
        try (NDManager manager = Torch.open(Device.CPU)) {
            Weights teacher = Weights.frozen(fixture.model(), manager);
            DistillationSettings settings = new DistillationSettings(
                    expected.get("temperature").doubleValue(),
                    0,
                    new LossWeights(0.5, 0.5, 0, 0, 0, 0, 0),
                    false,
                    1,
                    1,
                    2,
                    1,
                    DistillationSettings.Schedule.CONSTANT,
                    0,
                    1,
                    1,
                    Precision.FLOAT16);
            DistillationObjective objective =
                    new DistillationObjective(teacher, teacher.copyOfBlocks(blocks, manager), blocks, settings);
            double lossScale = expected.get("lossScale").doubleValue();
            DistillationObjective.Differentiated result =
                    objective.differentiate(TrainingFixture.windows(expected.get("windows")), lossScale, manager);
            assertThat(result.terms().weighted(settings.loss()))
                    .isCloseTo(expected.get("float16").get("loss").doubleValue(), within(1e-4));
            double toHalf = 0;
            double toDouble = 0;
            for (Map.Entry<String, NDArray> gradient : result.gradients().entrySet()) {
                float[] unscaled = gradient.getValue().div(lossScale).toFloatArray();
                double distance = squaredDistance(
                        unscaled, expected.get("float16").get("gradients").get(gradient.getKey()));
                assertThat(distance).as(gradient.getKey()).isLessThan(1e-6);
                toHalf += distance;
                toDouble += squaredDistance(
                        unscaled, expected.get("float64").get("gradients").get(gradient.getKey()));
            }
            assertThat(toDouble).isGreaterThan(9 * toHalf);
        }
    }

    /** As a share of the squared length of what is expected. */
    private static double squaredDistance(float[] actual, JsonNode expected) {
        float[] wanted = TrainingFixture.floats(expected);
        assertThat(actual).hasSameSizeAs(wanted);
        double distance = 0;
        double length = 0;
        for (int i = 0; i < wanted.length; i++) {
            distance += (actual[i] - wanted[i]) * (actual[i] - wanted[i]);
            length += wanted[i] * wanted[i];
        }
        return distance / length;
    }

    /**
     * A gradient that is nothing but rounding in PyTorch, such as that of a key's bias, is compared with the largest of
     * all tensors.
     */
    private static void assertGradient(String name, float[] actual, float[] expected, double largest) {
        boolean isRounding = IntStream.range(0, expected.length).allMatch(i -> Math.abs(expected[i]) < 1e-12);
        if (isRounding) {
            assertThat(actual).as(name).containsOnly(new float[] {0}, within((float) (largest * 1e-6)));
        } else {
            assertThat(TrainingFixture.relativeDifference(actual, expected))
                    .as(name)
                    .isLessThan(TOLERANCE);
        }
    }

    private static double value(LossTerms terms, String name) {
        return switch (name) {
            case "kl" -> terms.kl();
            case "crossEntropy" -> terms.crossEntropy();
            case "mse" -> terms.mse();
            case "cosine" -> terms.cosine();
            case "reverseKl" -> terms.reverseKl();
            case "hidden" -> terms.hidden();
            case "attention" -> terms.attention();
            default -> throw new AssertionError(name);
        };
    }

    private static float[] concatenated(List<float[]> parts) {
        float[] whole = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
