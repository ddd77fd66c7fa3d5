package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.model.ComputationFixture;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every activation and every way to scale attention, against transformers 4 and 5. */
@Tag("native")
class ComputationsTest {

    /** Of so small a top-p that the most likely token is drawn. */
    private static final Sampling GREEDY = new Sampling(1, 1, 6, 1e-9, 1);

    @TempDir
    private Path folder;

    static Stream<JsonNode> cases() {
        return ComputationFixture.cases();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void logProbabilitiesAreThoseOfTransformers(JsonNode expected) {
        List<Request> requests = Arrays.stream(ComputationFixture.windows(expected))
                .map(window -> new Request(window, 1))
                .toList();
        try (LanguageModel model = OnnxGpt2.open(ComputationFixture.write(expected, folder), Device.CPU)) {
            List<Float> actual = new ArrayList<>();
            model.logProbabilities(requests, done -> {}).forEach(scores -> {
                for (float score : scores) {
                    actual.add(score);
                }
            });
            assertThat(actual).hasSameSizeAs(expected.get("logProbabilities"));
            for (int i = 0; i < actual.size(); i++) {
                assertThat(actual.get(i))
                        .isCloseTo(expected.get("logProbabilities").get(i).floatValue(), within(2e-5f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theMostLikelyTextIsThatOfTransformers(JsonNode expected) {
        ModelDirectory model = ComputationFixture.write(expected, folder);
        int[][] windows = ComputationFixture.windows(expected);
        List<Prompt> prompts = IntStream.range(0, windows.length)
                .mapToObj(i -> new Prompt("prompt " + i, windows[i]))
                .toList();
        for (Generator.Decoding decoding : Generator.Decoding.values()) {
            Generator generator = new Generator(
                    model, Device.CPU, EvaluationPrecision.FLOAT32, decoding, 1, 1L << 30, new Halving(line -> {}));
            List<List<int[]>> texts = generator.generate(prompts, GREEDY, done -> {});
            generator.close();
            for (int i = 0; i < windows.length; i++) {
                assertThat(texts.get(i).get(0))
                        .as(decoding + " " + i)
                        .containsExactly(
                                ComputationFixture.tokens(expected.get("greedy").get(i)));
            }
        }
    }
}
