package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.train.FrozenGpt2.HeadImportance;
import io.github.fairnessgate.train.PartMask.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against PyTorch (src/test/fixtures/train/make_importance_fixtures.py). */
@Tag("native")
class ImportanceTest {

    @TempDir
    private Path directory;

    @Test
    void importanceOfHeadsIsThatOfTheDefinitionsWithAndWithoutMaskedHeads() {
        withFixture((model, expected) -> {
            int[][] windows = TrainingFixture.windows(expected.get("windows"));
            for (JsonNode aCase : expected.get("heads")) {
                PartMask mask = mask(PartKind.HEADS, model, aCase.get("kept"));
                assertClose(model.headImportance(windows, mask, HeadImportance.MICHEL), aCase.get("michel"));
                assertClose(
                        model.headImportance(windows, mask, HeadImportance.TAYLOR_POSITION),
                        masked(aCase.get("taylorPosition"), mask));
                assertThat(model.loss(windows, mask))
                        .isCloseTo(aCase.get("loss").doubleValue(), within(1e-5));
            }
        });
    }

    @Test
    void importanceOfNeuronsIsThatOfTheDefinitionWithAndWithoutMaskedNeurons() {
        withFixture((model, expected) -> {
            int[][] windows = TrainingFixture.windows(expected.get("windows"));
            for (JsonNode aCase : expected.get("neurons")) {
                PartMask mask = mask(PartKind.NEURONS, model, aCase.get("kept"));
                assertClose(model.neuronImportance(windows, mask), masked(aCase.get("importance"), mask));
            }
        });
    }

    @Test
    void influenceOfBlocksAndTheLossWithoutThemAreThoseOfTheDefinition() {
        withFixture((model, expected) -> {
            int[][] windows = TrainingFixture.windows(expected.get("windows"));
            for (JsonNode aCase : expected.get("blocks")) {
                List<Part> skipped = new ArrayList<>();
                aCase.get("skipped").forEach(block -> skipped.add(new Part(block.intValue(), 0)));
                PartMask mask = PartMask.all(PartKind.BLOCKS, model.config()).without(skipped);
                double[] influence = model.blockInfluence(windows, mask);
                for (int layer = 0; layer < influence.length; layer++) {
                    assertThat(influence[layer])
                            .isCloseTo(aCase.get("influence").get(layer).doubleValue(), within(1e-5));
                }
                assertThat(model.loss(windows, mask))
                        .isCloseTo(aCase.get("loss").doubleValue(), within(1e-5));
            }
        });
    }

    @Test
    void logLikelihoodsOfSequencesOfAnyLengthAreThoseOfPyTorch() {
        withFixture((model, expected) -> {
            JsonNode sequences = expected.get("sequences");
            List<int[]> tokens = List.of(TrainingFixture.windows(sequences.get("tokens")));
            double[] values = model.logLikelihoods(tokens, mask(PartKind.HEADS, model, sequences.get("kept")));
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i])
                        .isCloseTo(sequences.get("logLikelihoods").get(i).doubleValue(), within(1e-4));
            }
        });
    }

    /** Layer 0 does not rank highest on the built-in model, and PyTorch says so too. */
    @Test
    void importanceOnTheBuiltInModelIsPyTorchs() throws IOException {
        JsonNode expected;
        try (InputStream in = ImportanceTest.class.getResourceAsStream("/fixtures/train/reference-importance.json")) {
            expected = Json.MAPPER.readTree(in);
        }
        int[][] windows = TrainingFixture.windows(expected.get("windows"));
        ModelDirectory reference = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", directory));
        try (FrozenGpt2 model = FrozenGpt2.open(reference, Device.CPU)) {
            PartMask all = PartMask.all(PartKind.HEADS, model.config());
            double[][] michel = model.headImportance(windows, all, HeadImportance.MICHEL);
            double[][] taylor = model.headImportance(windows, all, HeadImportance.TAYLOR_POSITION);
            assertClose(michel, expected.get("michel"));
            assertClose(taylor, expected.get("taylorPosition"));
            assertThat(mostImportantLayer(michel)).isEqualTo(4);
            assertThat(mostImportantLayer(taylor)).isEqualTo(1);
        }
    }

    private static int mostImportantLayer(double[][] importance) {
        double[] means = Arrays.stream(importance)
                .mapToDouble(layer -> Arrays.stream(layer).average().orElseThrow())
                .toArray();
        return IntStream.range(0, means.length)
                .reduce((best, layer) -> means[layer] > means[best] ? layer : best)
                .orElseThrow();
    }

    @Test
    void importanceDoesNotDependOnTheOrderOrTheGroupingOfExamples() {
        ModelDirectory tiny = TinyModels.builder()
                .layers(2)
                .heads(4)
                .embedding(16)
                .positions(512)
                .write(directory);
        int[][] windows = new int[9][300];
        Random random = new Random(1);
        for (int[] window : windows) {
            Arrays.setAll(window, position -> random.nextInt(TinyModels.BYTE_VOCABULARY));
        }
        try (FrozenGpt2 model = FrozenGpt2.open(tiny, Device.CPU)) {
            PartMask heads = PartMask.all(PartKind.HEADS, model.config());
            PartMask neurons = PartMask.all(PartKind.NEURONS, model.config());
            PartMask blocks = PartMask.all(PartKind.BLOCKS, model.config());
            assertIndependentOfOrderAndGrouping(
                    windows, examples -> model.headImportance(examples, heads, HeadImportance.MICHEL));
            assertIndependentOfOrderAndGrouping(
                    windows, examples -> model.headImportance(examples, heads, HeadImportance.TAYLOR_POSITION));
            assertIndependentOfOrderAndGrouping(windows, examples -> model.neuronImportance(examples, neurons));
            assertIndependentOfOrderAndGrouping(
                    windows, examples -> new double[][] {model.blockInfluence(examples, blocks)});
        }
    }

    private interface Importance {
        double[][] of(int[][] examples);
    }

    private static void assertIndependentOfOrderAndGrouping(int[][] windows, Importance importance) {
        double[][] inOrder = importance.of(windows);
        List<int[]> shuffled = Arrays.asList(windows.clone());
        Collections.shuffle(shuffled, new Random(2));
        double[][] inAnotherOrder = importance.of(shuffled.toArray(int[][]::new));
        List<double[][]> oneByOne = Arrays.stream(windows)
                .map(window -> importance.of(new int[][] {window}))
                .toList();
        for (int layer = 0; layer < inOrder.length; layer++) {
            for (int part = 0; part < inOrder[layer].length; part++) {
                int[] place = {layer, part};
                double mean = oneByOne.stream()
                        .mapToDouble(one -> one[place[0]][place[1]])
                        .average()
                        .orElseThrow();
                assertThat(inAnotherOrder[layer][part])
                        .isCloseTo(inOrder[layer][part], Percentage.withPercentage(0.001));
                assertThat(mean).isCloseTo(inOrder[layer][part], Percentage.withPercentage(0.001));
            }
        }
    }

    private interface Check {
        void on(FrozenGpt2 model, JsonNode expected);
    }

    private void withFixture(Check check) {
        TrainingFixture fixture = TrainingFixture.load("importance", directory);
        try (FrozenGpt2 model = FrozenGpt2.open(fixture.model(), Device.CPU)) {
            check.on(model, fixture.expected());
        }
    }

    private static PartMask mask(PartKind kind, FrozenGpt2 model, JsonNode json) {
        PartMask all = PartMask.all(kind, model.config());
        return all.without(all.parts().stream()
                .filter(part -> json.get(part.layer()).get(part.index()).intValue() == 0)
                .toList());
    }

    /** What PyTorch has for masked parts is the product of something masked, 0 all the same. */
    private static BiFunction<Integer, Integer, Double> masked(JsonNode values, PartMask mask) {
        return (layer, index) ->
                mask.has(layer, index) ? values.get(layer).get(index).doubleValue() : 0;
    }

    private static void assertClose(double[][] actual, JsonNode expected) {
        assertClose(actual, (layer, index) -> expected.get(layer).get(index).doubleValue());
    }

    private static void assertClose(double[][] actual, BiFunction<Integer, Integer, Double> expected) {
        for (int layer = 0; layer < actual.length; layer++) {
            for (int index = 0; index < actual[layer].length; index++) {
                double value = expected.apply(layer, index);
                assertThat(actual[layer][index])
                        .as("layer %d part %d", layer, index)
                        .isCloseTo(value, within(1e-4 * value + 1e-12));
            }
        }
    }
}
