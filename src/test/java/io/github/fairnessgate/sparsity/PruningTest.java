package io.github.fairnessgate.sparsity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PruningTest {

    private static final Share HALF = new Share(new BigDecimal("0.5"));

    @Test
    void everyMethodGivesTheMasksAndWeightsOfNumPy() {
        int cases = 0;
        for (JsonNode layer : Layers.read("layers.json")) {
            LinearWeights weights = Layers.weights(layer);
            double[] products = Layers.products(layer);
            for (JsonNode expected : layer.get("cases")) {
                float[] pruned =
                        prune(weights, products.clone(), layer.get("positions").intValue(), expected);
                float[] values = Layers.floats(expected.get("values"));
                String name = layer.get("name").textValue() + " " + expected.get("method") + " "
                        + expected.get("target") + " " + expected.path("blockSize");
                assertThat(zeros(pruned)).as(name).isEqualTo(zeros(values));
                assertThat(pruned).as(name).containsExactly(values, within(1e-5f));
                cases++;
            }
        }
        assertThat(cases).isEqualTo(3 * 4 * 5);
    }

    private static float[] prune(LinearWeights weights, double[] products, int positions, JsonNode expected) {
        Target target = Layers.target(expected.get("target"));
        return switch (expected.get("method").textValue()) {
            case "magnitude" -> Magnitude.prune(weights, target);
            case "wanda" -> Wanda.prune(weights, Layers.diagonal(products), target);
            default ->
                new SparseGpt(
                                expected.get("damping").doubleValue(),
                                expected.get("blockSize").intValue())
                        .prune(weights, products, positions, target);
        };
    }

    private static boolean[] zeros(float[] values) {
        boolean[] zeros = new boolean[values.length];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = values[i] == 0;
        }
        return zeros;
    }

    @Test
    void sparseGptComesNearTheBestOfAllMasksAndMagnitudeDoesNot() {
        JsonNode layer = Layers.read("exhaustive.json");
        LinearWeights weights = Layers.weights(layer);
        double[] products = Layers.products(layer);
        double least = 0;
        for (JsonNode error : layer.get("leastErrors")) {
            least += error.doubleValue();
        }
        double sparseGpt = error(
                weights,
                new SparseGpt(0.01, 128).prune(weights, products.clone(), 60, Pattern.FOUR_OF_EIGHT),
                products);
        double wanda = error(weights, Wanda.prune(weights, Layers.diagonal(products), Pattern.FOUR_OF_EIGHT), products);
        double magnitude = error(weights, Magnitude.prune(weights, Pattern.FOUR_OF_EIGHT), products);
        assertThat(sparseGpt).isBetween(least, 1.25 * least);
        assertThat(wanda).isGreaterThan(sparseGpt);
        assertThat(magnitude).isGreaterThan(3 * sparseGpt);
    }

    private static double error(LinearWeights weights, float[] pruned, double[] products) {
        double sum = 0;
        for (int output = 0; output < weights.outputs(); output++) {
            sum += Layers.squaredError(weights, pruned, products, output);
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource(Pattern.class)
    void everyGroupOfAPatternHasItsZeros(Pattern pattern) {
        LinearWeights weights = random(64, 300);
        double[] products = products(64);
        for (float[] pruned : List.of(
                Magnitude.prune(weights, pattern),
                Wanda.prune(weights, Layers.diagonal(products), pattern),
                new SparseGpt(0.01, 16).prune(weights, products.clone(), 100, pattern))) {
            for (int output = 0; output < 300; output++) {
                for (int start = 0; start < 64; start += pattern.group()) {
                    int zeros = 0;
                    for (int input = start; input < start + pattern.group(); input++) {
                        zeros += pruned[input * 300 + output] == 0 ? 1 : 0;
                    }
                    assertThat(zeros).isEqualTo(pattern.zeros());
                }
            }
        }
    }

    @Test
    void wandaTakesHalfOfEveryOutputAndMagnitudeHalfOfTheLayer() {
        LinearWeights weights = random(64, 300);
        float[] wanda = Wanda.prune(weights, Layers.diagonal(products(64)), HALF);
        for (int output = 0; output < 300; output++) {
            assertThat(zerosOfOutput(wanda, output)).isEqualTo(32);
        }
        float[] magnitude = Magnitude.prune(weights, HALF);
        assertThat(count(magnitude)).isEqualTo(64 * 150);
        assertThat(zerosOfOutput(magnitude, 0)).isNotEqualTo(zerosOfOutput(magnitude, 1));
    }

    private static int zerosOfOutput(float[] values, int output) {
        int zeros = 0;
        for (int input = 0; input < 64; input++) {
            zeros += values[input * 300 + output] == 0 ? 1 : 0;
        }
        return zeros;
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 48, 128})
    void sparseGptTakesItsShareOfEveryBlock(int blockSize) {
        float[] pruned = new SparseGpt(0.01, blockSize).prune(random(64, 300), products(64), 100, HALF);
        for (int start = 0; start < 64; start += blockSize) {
            int end = Math.min(64, start + blockSize);
            assertThat(count(Arrays.copyOfRange(pruned, start * 300, end * 300)))
                    .isEqualTo((end - start) * 150);
        }
    }

    @Test
    void whatStaysKeepsItsValueUnlessSparseGptMovesIt() {
        LinearWeights weights = random(64, 300);
        float[] wanda = Wanda.prune(weights, Layers.diagonal(products(64)), HALF);
        float[] sparseGpt = new SparseGpt(0.01, 128).prune(weights, products(64), 100, HALF);
        int moved = 0;
        for (int i = 0; i < wanda.length; i++) {
            assertThat(wanda[i] == 0 || wanda[i] == weights.values()[i]).isTrue();
            moved += sparseGpt[i] != 0 && sparseGpt[i] != weights.values()[i] ? 1 : 0;
        }
        assertThat(moved).isGreaterThan(64 * 140);
    }

    @Test
    void amongEqualScoresEarlierInputsGoFirst() {
        LinearWeights equal = new LinearWeights(4, 2, new float[] {1, -1, -1, 1, 1, 1, 1, -1});
        float[] expected = {0, 0, 0, 0, 1, 1, 1, -1};
        assertThat(Magnitude.prune(equal, HALF)).containsExactly(expected);
        assertThat(Magnitude.prune(equal, Pattern.TWO_OF_FOUR)).containsExactly(expected);
        assertThat(Wanda.prune(equal, new double[] {2, 2, 2, 2}, HALF)).containsExactly(expected);
    }

    @Test
    void outputsAreNotComparedWithOneAnotherByWanda() {
        LinearWeights weights = new LinearWeights(2, 2, new float[] {1, 100, 2, 300});
        assertThat(Wanda.prune(weights, new double[] {1, 1}, HALF)).containsExactly(0, 0, 2, 300);
        assertThat(Wanda.prune(weights, new double[] {9, 1}, HALF)).containsExactly(1, 0, 0, 300);
        assertThat(Magnitude.prune(weights, HALF)).containsExactly(0, 100, 0, 300);
    }

    @Test
    void aCutMaySpanManyTensors() {
        Random random = new Random(5);
        List<float[]> parts = List.of(scores(random, 1000), scores(random, 1), scores(random, 300));
        float[] all = new float[1301];
        int place = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, place, part.length);
            place += part.length;
        }
        Arrays.sort(all);
        for (int count : new int[] {0, 1, 650, 1300, 1301}) {
            Cut cut = Cut.lowest(parts, count);
            int taken = 0;
            for (float[] part : parts) {
                for (float score : part) {
                    if (cut.takes(score)) {
                        taken++;
                        assertThat(score).isLessThanOrEqualTo(all[Math.max(0, count - 1)]);
                    }
                }
            }
            assertThat(taken).isEqualTo(count);
        }
    }

    /** With many ties, among them zeros of both signs. */
    private static float[] scores(Random random, int size) {
        float[] scores = new float[size];
        for (int i = 0; i < size; i++) {
            scores[i] = random.nextInt(3) == 0
                    ? random.nextInt(2) * -0f
                    : Math.round(random.nextGaussian() * random.nextGaussian() * 50) / 7f;
            scores[i] = scores[i] < 0 ? -scores[i] : scores[i];
        }
        return scores;
    }

    @Test
    void aScoreThatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> Cut.lowest(List.of(new float[] {1, Float.NaN}), 1))
                .hasMessage("a score of NaN");
        assertThatThrownBy(() -> Wanda.prune(new LinearWeights(1, 1, new float[] {1}), new double[] {Double.NaN}, HALF))
                .hasMessage("a score of NaN");
    }

    @Test
    void dependentInputsWithoutEnoughDampingAreRefused() {
        double[] ones = new double[64 * 64];
        Arrays.fill(ones, 1e6);
        assertThatThrownBy(() -> new SparseGpt(1e-18, 128).prune(random(64, 300), ones, 10, HALF))
                .isInstanceOf(SingularMatrixException.class)
                .hasMessageContaining("pivot");
    }

    private static int count(float[] values) {
        int zeros = 0;
        for (float value : values) {
            zeros += value == 0 ? 1 : 0;
        }
        return zeros;
    }

    private static LinearWeights random(int inputs, int outputs) {
        Random random = new Random(1);
        float[] values = new float[inputs * outputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new LinearWeights(inputs, outputs, values);
    }

    private static double[] products(int inputs) {
        Random random = new Random(2);
        double[] products = new double[inputs * inputs];
        for (int position = 0; position < 100; position++) {
            double common = random.nextGaussian();
            double[] x = new double[inputs];
            Arrays.setAll(x, input -> (common + random.nextGaussian()) * (1 + input % 7));
            for (int i = 0; i < products.length; i++) {
                products[i] += x[i / inputs] * x[i % inputs];
            }
        }
        return products;
    }
}
