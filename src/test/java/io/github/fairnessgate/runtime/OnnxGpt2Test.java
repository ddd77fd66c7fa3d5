package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.DType;
import io.github.fairnessgate.artifact.FloatTensor;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.SafetensorsWriter;
import io.github.fairnessgate.artifact.TinyModels;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxGpt2Test {

    @TempDir
    Path folder;

    @Test
    void resultsDoNotDependOnBatchingOrOrderToTheLastBit() throws Exception {
        try (LanguageModel model = tinyModel()) {
            List<Request> requests = randomRequests(model, 200);
            List<float[]> together = model.logProbabilities(requests, done -> { });
            List<Request> reversed = new ArrayList<>(requests);
            Collections.reverse(reversed);
            List<float[]> backwards = model.logProbabilities(reversed, done -> { });
            for (int i = 0; i < requests.size(); i++) {
                assertThat(backwards.get(requests.size() - 1 - i)).isEqualTo(together.get(i));
                assertThat(model.logProbabilities(List.of(requests.get(i)), done -> { }).get(0)).isEqualTo(together.get(i));
            }
        }
    }

    @Test
    void probabilitiesOfAllTokensSumToOne() throws Exception {
        try (LanguageModel model = tinyModel()) {
            List<Request> everyToken = new ArrayList<>();
            for (int token = 0; token <= 256; token++) {
                everyToken.add(new Request(new int[] {5, 77, token}, 2));
            }
            double sum = model.logProbabilities(everyToken, done -> { }).stream().mapToDouble(p -> Math.exp(p[0])).sum();
            assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    @Test
    void progressEndsAtTheNumberOfRequests() throws Exception {
        try (LanguageModel model = tinyModel()) {
            List<Long> seen = new ArrayList<>();
            model.logProbabilities(randomRequests(model, 90), seen::add);
            assertThat(seen).isSorted().endsWith(90L);
        }
    }

    @Test
    void weightsThatOverflowAreAnErrorThatNamesTheModelAndNotAProbability() throws Exception {
        ModelDirectory overflowing = overflowingModel();
        try (LanguageModel model = OnnxGpt2.open(overflowing, Device.CPU)) {
            assertThatThrownBy(() -> model.logProbabilities(List.of(new Request(new int[] {1, 2, 3}, 1)), done -> { }))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(overflowing.path().toString()).hasMessageContaining("log-probability");
        }
    }

    private LanguageModel tinyModel() throws Exception {
        return OnnxGpt2.open(TinyModels.builder().write(folder.resolve("model")), Device.CPU);
    }

    /** Finite weights, infinite activations. */
    private ModelDirectory overflowingModel() {
        TinyModels tiny = TinyModels.builder();
        Path directory = tiny.write(folder.resolve("overflowing")).path();
        Map<String, FloatTensor> weights = new LinkedHashMap<>();
        tiny.weights().forEach((name, tensor) -> weights.put(name, huge(tensor)));
        SafetensorsWriter.write(directory.resolve("model.safetensors"), weights, DType.F32);
        return ModelDirectory.open(directory);
    }

    private static FloatTensor huge(FloatTensor tensor) {
        float[] values = new float[tensor.data().length];
        Arrays.fill(values, 1e30f);
        return new FloatTensor(tensor.shape(), values);
    }

    private static List<Request> randomRequests(LanguageModel model, int count) {
        Random random = new Random(7);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] tokens = random.ints(2 + random.nextInt(model.positions() - 1), 0, 257).toArray();
            requests.add(new Request(tokens, 1 + random.nextInt(tokens.length - 1)));
        }
        return requests;
    }
}
