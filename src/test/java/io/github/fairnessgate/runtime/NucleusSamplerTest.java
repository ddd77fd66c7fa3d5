package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NucleusSamplerTest {

    /** Half of what a probability may be off, for each of the two ends of a token's interval. */
    private static final double EDGE = 5e-7;
    private static final JsonNode FIXTURES = GenerationFixture.part("logits");
    private static final JsonNode REFERENCE = GenerationFixture.read("reference.json").get("cases");

    static IntStream fixtures() {
        return IntStream.range(0, FIXTURES.size());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void tokensOfTheNucleusAndTheirProbabilitiesAreThoseOfTransformers(int fixture) {
        assertIntervals(sampler(FIXTURES.get(fixture)), FIXTURES.get(fixture), EDGE);
    }

    /** Every token is drawn from just above the lower to just below the upper end of its interval in the cumulative distribution. */
    static void assertIntervals(NucleusSampler sampler, JsonNode expected, double edge) {
        int[] tokens = GenerationFixture.ints(expected.get("tokens"));
        double[] probabilities = GenerationFixture.doubles(expected.get("probabilities"));
        double below = 0;
        for (int i = 0; i < tokens.length; i++) {
            double above = below + probabilities[i];
            if (probabilities[i] > 2 * edge) {
                assertThat(sampler.draw(below + edge)).isEqualTo(tokens[i]);
                assertThat(sampler.draw(above - edge)).isEqualTo(tokens[i]);
            }
            below = above;
        }
        assertThat(below).isCloseTo(1, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void hundredThousandDrawsFollowTheProbabilitiesOfTransformers(int fixture) {
        JsonNode expected = FIXTURES.get(fixture);
        int[] counts = draws(sampler(expected), GenerationFixture.ints(expected.get("tokens")), 100_000);
        assertThat(ChiSquare.pValue(counts, GenerationFixture.doubles(expected.get("probabilities")))).isBetween(0.001, 0.999);
    }

    /** How often each of the tokens was drawn; any other token is an error. */
    static int[] draws(NucleusSampler sampler, int[] tokens, int count) {
        int[] counts = new int[tokens.length];
        CommonRandomNumbers chance = new CommonRandomNumbers(20220121, "chi-square");
        for (int i = 0; i < count; i++) {
            int index = Arrays.binarySearch(tokens, sampler.draw(chance.uniform(i, 0)));
            assertThat(index).isNotNegative();
            counts[index]++;
        }
        return counts;
    }

    @Test
    void nucleusIsTheSmallestSetThatReachesTheMass() {
        float[] probabilities = {0.125f, 0.5f, 0.25f, 0.125f};
        assertThat(drawn(sampler(probabilities, 0.5))).containsExactly(1);
        assertThat(drawn(sampler(probabilities, 0.5001))).containsExactly(1, 2);
        assertThat(drawn(sampler(probabilities, 0.75))).containsExactly(1, 2);
        assertThat(drawn(sampler(probabilities, 0.7501))).containsExactly(1, 2, 3);
        assertThat(drawn(sampler(probabilities, 0.8751))).containsExactly(0, 1, 2, 3);
    }

    @Test
    void ofEquallyLikelyTokensAtTheBorderThoseWithTheHigherIdsStay() {
        float[] probabilities = {0.25f, 0.25f, 0.25f, 0.25f};
        assertThat(drawn(sampler(probabilities, 0.25))).containsExactly(3);
        assertThat(drawn(sampler(probabilities, 0.5))).containsExactly(2, 3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-12, 0.1, 0.3999})
    void smallMassLeavesTheMostLikelyToken(double topP) {
        assertThat(drawn(sampler(new float[] {0.3f, 0.4f, 0.2f, 0.1f}, topP))).containsExactly(1);
    }

    @Test
    void wholeMassKeepsEveryTokenThatHasAny() {
        float[] probabilities = {0f, 0.5f, Float.MIN_VALUE, 0.5f, 0f};
        NucleusSampler sampler = sampler(probabilities, 1);
        assertThat(sampler.draw(0)).isEqualTo(1);
        assertThat(sampler.draw(Math.nextDown(1.0))).isEqualTo(3);
    }

    @Test
    void samplerForgetsTheDistributionBefore() {
        NucleusSampler sampler = new NucleusSampler(3, 0.9);
        FloatBuffer rows = FloatBuffer.wrap(new float[] {0.1f, 0.1f, 0.8f, 0.8f, 0.1f, 0.1f});
        sampler.read(rows, 0);
        assertThat(sampler.draw(0.5)).isEqualTo(2);
        sampler.read(rows, 3);
        assertThat(sampler.draw(0.5)).isZero();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -0.1f})
    void numbersThatAreNoDistributionAreRefused(float number) {
        assertThat(new NucleusSampler(3, 0.9).read(FloatBuffer.wrap(new float[] {0.5f, number, 0.5f}), 0)).isFalse();
        assertThat(new NucleusSampler(2, 0.9).read(FloatBuffer.wrap(new float[2]), 0)).isFalse();
    }

    private static NucleusSampler sampler(float[] probabilities, double topP) {
        NucleusSampler sampler = new NucleusSampler(probabilities.length, topP);
        assertThat(sampler.read(FloatBuffer.wrap(probabilities), 0)).isTrue();
        return sampler;
    }

    private static int[] drawn(NucleusSampler sampler) {
        return IntStream.range(0, 1000).map(i -> sampler.draw((i + 0.5) / 1000)).distinct().sorted().toArray();
    }

    private static NucleusSampler sampler(JsonNode fixture) {
        JsonNode logits = fixture.has("logits") ? fixture.get("logits") : lastLogits(REFERENCE.get(fixture.get("case").asInt()));
        double temperature = fixture.get("temperature").asDouble();
        return sampler(softmax(Arrays.stream(GenerationFixture.doubles(logits)).map(logit -> logit / temperature).toArray()),
                fixture.get("topP").asDouble());
    }

    private static JsonNode lastLogits(JsonNode referenceCase) {
        JsonNode positions = referenceCase.get("logits");
        return positions.get(positions.size() - 1);
    }

    private static float[] softmax(double[] logits) {
        double highest = Arrays.stream(logits).max().orElseThrow();
        double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - highest)).sum();
        float[] probabilities = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = (float) (Math.exp(logits[i] - highest) / sum);
        }
        return probabilities;
    }
}
