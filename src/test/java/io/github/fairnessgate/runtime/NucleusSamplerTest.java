package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NucleusSamplerTest {

    private static final JsonNode FIXTURES = GenerationFixture.part("logits");
    private static final JsonNode REFERENCE =
            GenerationFixture.read("reference.json").get("cases");

    static IntStream fixtures() {
        return IntStream.range(0, FIXTURES.size());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void nucleusAndDrawsAreThoseOfTransformers(int fixture) {
        assertNucleusAndDraws(sampler(FIXTURES.get(fixture)), FIXTURES.get(fixture));
    }

    /** The nucleus is the one of TopPLogitsWarper, and its tokens are drawn that win by Gumbel noise in NumPy. */
    static void assertNucleusAndDraws(NucleusSampler sampler, JsonNode expected) {
        assertThat(sampler.nucleus()).isEqualTo(GenerationFixture.ints(expected.get("tokens")));
        CommonRandomNumbers chance = new CommonRandomNumbers(20220121, "gumbel-max");
        int[] draws = GenerationFixture.ints(expected.get("draws"));
        for (int sample = 0; sample < draws.length; sample++) {
            if (draws[sample] >= 0) {
                assertThat(sampler.draw(chance.key(sample, 0)))
                        .as("sample %s", sample)
                        .isEqualTo(draws[sample]);
            }
        }
        assertThat(Arrays.stream(draws).filter(token -> token < 0).count()).isLessThan(3);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void hundredThousandDrawsFollowTheProbabilitiesOfTransformers(int fixture) {
        JsonNode expected = FIXTURES.get(fixture);
        int[] counts = draws(sampler(expected), GenerationFixture.ints(expected.get("tokens")), 100_000);
        assertThat(ChiSquare.pValue(counts, GenerationFixture.doubles(expected.get("probabilities"))))
                .isBetween(0.001, 0.999);
    }

    /** How often each of the tokens was drawn; any other token is an error. */
    static int[] draws(NucleusSampler sampler, int[] tokens, int count) {
        int[] counts = new int[tokens.length];
        CommonRandomNumbers chance = new CommonRandomNumbers(20220121, "chi-square");
        for (int i = 0; i < count; i++) {
            int index = Arrays.binarySearch(tokens, sampler.draw(chance.key(i, 0)));
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
        assertThat(sampler.nucleus()).containsExactly(1, 2, 3);
        assertThat(drawn(sampler)).containsExactly(1, 3);
    }

    @Test
    void samplerForgetsTheDistributionBefore() {
        NucleusSampler sampler = new NucleusSampler(3, 0.8);
        FloatBuffer rows = FloatBuffer.wrap(new float[] {0.1f, 0.1f, 0.8f, 0.8f, 0.1f, 0.1f});
        sampler.read(rows, 0);
        assertThat(drawn(sampler)).containsExactly(2);
        sampler.read(rows, 3);
        assertThat(drawn(sampler)).containsExactly(0);
    }

    /**
     * Moulton, Jiang: Maximally consistent sampling and the Jaccard index of probability distributions, ICDM 2018: both
     * draw token i with probability 1 / sum over j of max(p_j / p_i, q_j / q_i).
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.5, 2})
    void modelsDrawTheSameTokenAsOftenAsTheirProbabilitiesSay(double change) {
        Random random = new Random(1);
        double[] logits =
                random.doubles(300, 0, 1).map(u -> 2 * Math.log(u / (1 - u))).toArray();
        float[] before = softmax(logits);
        float[] after = softmax(Arrays.stream(logits)
                .map(logit -> logit + change * random.nextGaussian())
                .toArray());
        NucleusSampler baseline = sampler(before, 0.9);
        NucleusSampler candidate = sampler(after, 0.9);
        CommonRandomNumbers chance = new CommonRandomNumbers(20220121, "coupling");
        int draws = 100_000;
        long equal = IntStream.range(0, draws)
                .filter(i -> baseline.draw(chance.key(i, 0)) == candidate.draw(chance.key(i, 0)))
                .count();
        double expected = agreement(renormalized(baseline, before), renormalized(candidate, after));
        assertThat((double) equal / draws)
                .isCloseTo(expected, within(4 * Math.sqrt(expected * (1 - expected) / draws)));
    }

    private static double[] renormalized(NucleusSampler sampler, float[] probabilities) {
        double mass = Arrays.stream(sampler.nucleus())
                .mapToDouble(token -> probabilities[token])
                .sum();
        double[] all = new double[probabilities.length];
        Arrays.stream(sampler.nucleus()).forEach(token -> all[token] = probabilities[token] / mass);
        return all;
    }

    private static double agreement(double[] p, double[] q) {
        return IntStream.range(0, p.length)
                .filter(i -> p[i] > 0 && q[i] > 0)
                .mapToDouble(i -> 1
                        / IntStream.range(0, p.length)
                                .mapToDouble(j -> Math.max(p[j] / p[i], q[j] / q[i]))
                                .sum())
                .sum();
    }

    @Test
    void aTokenDrawnByBothModelsIsDrawnWhereverItStands() {
        float[] probabilities = {0.05f, 0.3f, 0.05f, 0.3f, 0.3f};
        NucleusSampler many = sampler(probabilities, 1);
        NucleusSampler few = sampler(probabilities, 0.9);
        assertThat(few.nucleus()).containsExactly(1, 3, 4);
        CommonRandomNumbers chance = new CommonRandomNumbers(1, "places");
        for (int i = 0; i < 1000; i++) {
            int drawn = many.draw(chance.key(i, 0));
            if (probabilities[drawn] == 0.3f) {
                assertThat(few.draw(chance.key(i, 0))).isEqualTo(drawn);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -0.1f})
    void numbersThatAreNoDistributionAreRefused(float number) {
        assertThat(new NucleusSampler(3, 0.9).read(FloatBuffer.wrap(new float[] {0.5f, number, 0.5f}), 0))
                .isFalse();
        assertThat(new NucleusSampler(2, 0.9).read(FloatBuffer.wrap(new float[2]), 0))
                .isFalse();
    }

    private static NucleusSampler sampler(float[] probabilities, double topP) {
        NucleusSampler sampler = new NucleusSampler(probabilities.length, topP);
        assertThat(sampler.read(FloatBuffer.wrap(probabilities), 0)).isTrue();
        return sampler;
    }

    private static int[] drawn(NucleusSampler sampler) {
        CommonRandomNumbers chance = new CommonRandomNumbers(3, "drawn");
        return IntStream.range(0, 1000)
                .map(i -> sampler.draw(chance.key(i, 0)))
                .distinct()
                .sorted()
                .toArray();
    }

    private static NucleusSampler sampler(JsonNode fixture) {
        JsonNode logits = fixture.has("logits")
                ? fixture.get("logits")
                : lastLogits(REFERENCE.get(fixture.get("case").asInt()));
        double temperature = fixture.get("temperature").asDouble();
        return sampler(
                softmax(Arrays.stream(GenerationFixture.doubles(logits))
                        .map(logit -> logit / temperature)
                        .toArray()),
                fixture.get("topP").asDouble());
    }

    private static JsonNode lastLogits(JsonNode referenceCase) {
        JsonNode positions = referenceCase.get("logits");
        return positions.get(positions.size() - 1);
    }

    private static float[] softmax(double[] logits) {
        double highest = Arrays.stream(logits).max().orElseThrow();
        double sum =
                Arrays.stream(logits).map(logit -> Math.exp(logit - highest)).sum();
        float[] probabilities = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = (float) (Math.exp(logits[i] - highest) / sum);
        }
        return probabilities;
    }
}
