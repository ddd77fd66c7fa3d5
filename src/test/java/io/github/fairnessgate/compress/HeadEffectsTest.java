package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.PartMask.Part;
import io.github.fairnessgate.train.TrainingFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against PyTorch (src/test/fixtures/train/make_importance_fixtures.py). */
@Tag("native")
class HeadEffectsTest {

    @TempDir
    private Path directory;

    @Test
    void effectsOfEveryHeadAndTheCriticalOnesArePyTorchs() {
        TrainingFixture fixture = TrainingFixture.load("importance", directory);
        JsonNode expected = fixture.expected().get("fairness");
        int[][] windows = TrainingFixture.windows(fixture.expected().get("windows"));
        List<int[]> sequences = new ArrayList<>();
        expected.get("pairs").forEach(pair -> sequences.addAll(List.of(TrainingFixture.windows(pair))));
        List<String> clusters = IntStream.range(0, expected.get("pairs").size())
                .mapToObj(Integer::toString)
                .toList();
        PairSentences sentences = new PairSentences(sequences, clusters);
        try (FrozenGpt2 model = FrozenGpt2.open(fixture.model(), Device.CPU)) {
            PartMask all = PartMask.all(PartKind.HEADS, model.config());
            List<Integer> done = new ArrayList<>();
            HeadEffects absolute = HeadEffects.measure(model, windows, sentences, Bias.ABSOLUTE, all, done::add);
            HeadEffects signed = HeadEffects.measure(model, windows, sentences, Bias.SIGNED, all, head -> {});
            assertThat(done).hasSize(12).endsWith(12);
            assertThat(absolute.bias()).isCloseTo(expected.get("bias").doubleValue(), within(1e-4));
            for (Part head : all.parts()) {
                assertThat(absolute.lossIncrease(head)).isCloseTo(at(expected.get("lossIncrease"), head), within(1e-5));
                assertThat(absolute.biasChange(head)).isCloseTo(at(expected.get("biasChange"), head), within(1e-4));
                assertThat(signed.biasChange(head)).isCloseTo(at(expected.get("signedBiasChange"), head), within(1e-4));
            }
            Set<Part> critical =
                    absolute.critical((int) Math.round(expected.get("critical").doubleValue() * 12));
            assertThat(critical.stream()
                            .map(head -> 4 * head.layer() + head.index())
                            .sorted()
                            .toList())
                    .isEqualTo(IntStream.range(0, expected.get("criticalHeads").size())
                            .mapToObj(i -> expected.get("criticalHeads").get(i).intValue())
                            .toList());
        }
    }

    private static double at(JsonNode values, Part head) {
        return values.get(head.layer()).get(head.index()).doubleValue();
    }

    @Test
    void magnitudesAreThoseOfTheDefinition() {
        TrainingFixture fixture = TrainingFixture.load("importance", directory);
        assertMagnitudes(Magnitudes.ofHeads(fixture.model()), fixture.expected().get("headMagnitude"));
        assertMagnitudes(
                Magnitudes.ofNeurons(fixture.model()), fixture.expected().get("neuronMagnitude"));
    }

    private static void assertMagnitudes(double[][] actual, JsonNode expected) {
        for (int layer = 0; layer < actual.length; layer++) {
            assertThat(actual[layer]).hasSize(expected.get(layer).size());
            for (int part = 0; part < actual[layer].length; part++) {
                assertThat(actual[layer][part])
                        .isCloseTo(expected.get(layer).get(part).doubleValue(), within(1e-5));
            }
        }
    }
}
