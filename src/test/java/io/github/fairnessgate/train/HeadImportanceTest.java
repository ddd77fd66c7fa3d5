package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.TinyModels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadImportanceTest {

    @TempDir
    private Path directory;

    @Test
    void importanceIsThatOfTheDefinitionWithAndWithoutMaskedHeads() {
        TrainingFixture fixture = TrainingFixture.load("importance", directory);
        int[][] windows = TrainingFixture.windows(fixture.expected().get("windows"));
        try (FrozenGpt2 model = FrozenGpt2.open(fixture.model(), Device.CPU)) {
            for (JsonNode expected : fixture.expected().get("cases")) {
                double[][] importance = model.headImportance(windows, kept(expected.get("kept")));
                for (int layer = 0; layer < importance.length; layer++) {
                    for (int head = 0; head < importance[layer].length; head++) {
                        double value = expected.get("importance").get(layer).get(head).doubleValue();
                        assertThat(importance[layer][head]).as("layer %d head %d", layer, head).isCloseTo(value, within(1e-4 * value));
                    }
                }
            }
        }
    }

    private static boolean[][] kept(JsonNode json) {
        boolean[][] kept = new boolean[json.size()][json.get(0).size()];
        for (int layer = 0; layer < kept.length; layer++) {
            for (int head = 0; head < kept[layer].length; head++) {
                kept[layer][head] = json.get(layer).get(head).intValue() == 1;
            }
        }
        return kept;
    }

    @Test
    void importanceDoesNotDependOnTheOrderOrTheGroupingOfExamples() {
        ModelDirectory tiny = TinyModels.builder().layers(2).heads(4).embedding(16).positions(512).write(directory);
        int[][] windows = new int[9][300];
        Random random = new Random(1);
        for (int[] window : windows) {
            Arrays.setAll(window, position -> random.nextInt(TinyModels.BYTE_VOCABULARY));
        }
        List<int[]> shuffled = Arrays.asList(windows.clone());
        Collections.shuffle(shuffled, new Random(2));
        boolean[][] kept = {{true, true, true, true}, {true, true, true, true}};
        try (FrozenGpt2 model = FrozenGpt2.open(tiny, Device.CPU)) {
            double[][] inOrder = model.headImportance(windows, kept);
            double[][] inAnotherOrder = model.headImportance(shuffled.toArray(int[][]::new), kept);
            double[][] oneByOne = meanOfSingleExamples(model, windows, kept);
            for (int layer = 0; layer < 2; layer++) {
                for (int head = 0; head < 4; head++) {
                    assertThat(inAnotherOrder[layer][head]).isCloseTo(inOrder[layer][head], Percentage.withPercentage(0.001));
                    assertThat(oneByOne[layer][head]).isCloseTo(inOrder[layer][head], Percentage.withPercentage(0.001));
                }
            }
        }
    }

    private static double[][] meanOfSingleExamples(FrozenGpt2 model, int[][] windows, boolean[][] kept) {
        double[][] mean = new double[2][4];
        for (int[] window : windows) {
            double[][] one = model.headImportance(new int[][] {window}, kept);
            for (int layer = 0; layer < 2; layer++) {
                for (int head = 0; head < 4; head++) {
                    mean[layer][head] += one[layer][head] / windows.length;
                }
            }
        }
        return mean;
    }
}
