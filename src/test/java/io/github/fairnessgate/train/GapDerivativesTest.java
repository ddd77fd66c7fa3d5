package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.BlockQuantization;
import io.github.fairnessgate.tensor.Weight;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against PyTorch (src/test/fixtures/train/make_gap_fixture.py). */
@Tag("native")
class GapDerivativesTest {

    @TempDir
    private Path directory;

    @Test
    void whatAChangeAddsToTheGapOfAPairIsAutogradsWithSentencesOfAnyLength() throws IOException {
        JsonNode expected = expected();
        ModelDirectory model = TrainingFixture.load("importance", directory).model();
        List<String> names = new ArrayList<>();
        expected.get("names").forEach(name -> names.add(name.textValue()));
        int blockSize = expected.get("blockSize").intValue();
        try (GapDerivatives derivatives = GapDerivatives.open(
                model, new LinkedHashSet<>(names), name -> change(model.tensor(name), blockSize), Device.CPU)) {
            int pairsOfTwoLengths = 0;
            for (int pair = 0; pair < expected.get("tokens").size(); pair++) {
                int[][] tokens = TrainingFixture.windows(expected.get("tokens").get(pair));
                pairsOfTwoLengths += tokens[0].length == tokens[1].length ? 0 : 1;
                Map<String, Double> added = derivatives.of(tokens[0], tokens[1]);
                assertThat(added.keySet()).containsExactlyElementsOf(names);
                for (int matrix = 0; matrix < names.size(); matrix++) {
                    assertThat(added.get(names.get(matrix)))
                            .as(names.get(matrix) + " of pair " + pair)
                            .isCloseTo(
                                    expected.get("added").get(pair).get(matrix).doubleValue(), within(2e-6));
                }
            }
            assertThat(pairsOfTwoLengths).isPositive();
        }
    }

    @Test
    void aSentenceComparedWithItselfHasNoGapToMove() {
        ModelDirectory model = TrainingFixture.load("importance", directory).model();
        String name = "h.1.mlp.c_fc.weight";
        int[] sentence = {256, 3, 4, 5};
        try (GapDerivatives derivatives =
                GapDerivatives.open(model, Set.of(name), ignored -> change(model.tensor(name), 16), Device.CPU)) {
            assertThat(derivatives.of(sentence, sentence).get(name)).isCloseTo(0, within(1e-6));
        }
    }

    /** What 4 bits instead of 8 add. */
    private static float[] change(Weight weight, int blockSize) {
        float[] four = rounded(weight, 4, blockSize);
        float[] eight = rounded(weight, 8, blockSize);
        for (int i = 0; i < four.length; i++) {
            four[i] -= eight[i];
        }
        return four;
    }

    private static float[] rounded(Weight weight, int bits, int blockSize) {
        BlockQuantization blocks = new BlockQuantization(bits, blockSize, Activations.FLOAT32);
        int inputs = (int) weight.shape()[0];
        int outputs = (int) weight.shape()[1];
        return blocks.dequantize(blocks.quantize(weight.toFloats(), inputs, outputs), inputs, outputs);
    }

    private static JsonNode expected() throws IOException {
        try (InputStream in = GapDerivativesTest.class.getResourceAsStream("/fixtures/train/gaps.json")) {
            return Json.MAPPER.readTree(in);
        }
    }
}
