package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forward pass and the gradients of every tensor are those of PyTorch's autograd. */
class GradientsTest {

    private static final double TOLERANCE = 1e-4;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gradients-gelu-tanh", "gradients-gelu-erf", "gradients-pruned-heads"})
    void logitsAndLossAreThoseOfTransformers(String name) {
        TrainingFixture fixture = TrainingFixture.load(name, directory);
        int[][] windows = TrainingFixture.windows(fixture.expected().get("windows"));
        try (FrozenGpt2 model = FrozenGpt2.open(fixture.model(), Device.CPU)) {
            assertThat(model.loss(windows)).isCloseTo(fixture.expected().get("loss").doubleValue(), within(1e-5));
            float[] logits = concatenated(Arrays.stream(windows).map(model::logits).toList());
            assertThat(TrainingFixture.relativeDifference(logits, TrainingFixture.floats(fixture.expected().get("logits"))))
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
            List<Integer> blocks = IntStream.range(0, weights.config().layers()).boxed().toList();
            DistillationSettings crossEntropyOnly = new DistillationSettings(1, 0, new LossWeights(0, 1, 0, 0, 0, 0, 0), false, 1, 1, 2, 1,
                    DistillationSettings.Schedule.CONSTANT, 0, 1, 1);
            DistillationObjective crossEntropyAlone =
                    new DistillationObjective(weights, weights.copyOfBlocks(blocks, manager), blocks, crossEntropyOnly);
            DistillationObjective.Differentiated result =
                    crossEntropyAlone.differentiate(TrainingFixture.windows(fixture.expected().get("windows")), manager);
            assertThat(result.terms().crossEntropy()).isCloseTo(fixture.expected().get("loss").doubleValue(), within(1e-5));
            assertThat(result.gradients()).hasSize(expected.size());
            result.gradients().forEach((tensor, gradient) -> assertThat(TrainingFixture.relativeDifference(
                    gradient.toFloatArray(), TrainingFixture.floats(expected.get(tensor)))).as(tensor).isLessThan(TOLERANCE));
        }
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
