package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.Device;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The nodes beside {@link NucleusSampler}, for the same distributions to the last bit: the same token for every key.
 */
@Tag("native")
class NucleusNodesTest {

    private static final int VOCABULARY = 5003;
    private static final int ROWS = 6;
    private static final int DRAWS = 300;

    @TempDir
    Path folder;

    private enum Shape {
        /** Many tokens of like probability. */
        FLAT(0.1),
        /** As of a language model. */
        USUAL(3),
        /** One token has nearly all. */
        PEAKED(30),
        /** Probabilities down to the smallest float. */
        EXTREME(200);

        private final double spread;

        Shape(double spread) {
            this.spread = spread;
        }

        float[] distribution(Random random) {
            double[] logits = random.doubles(VOCABULARY, 0, 1)
                    .map(u -> spread * Math.log(u / (1 - u)))
                    .toArray();
            return softmax(logits);
        }
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void everyTokenIsTheOneOfTheSampler(Shape shape) throws Exception {
        Random random = new Random(shape.ordinal());
        float[][] distributions = new float[ROWS][];
        Arrays.setAll(distributions, row -> shape.distribution(random));
        assertSame(distributions, random);
    }

    @ParameterizedTest
    @EnumSource(
            value = Shape.class,
            names = {"FLAT", "USUAL"})
    void tokensOfEqualProbabilityAreChosenAsTheSamplerChoosesThem(Shape shape) throws Exception {
        Random random = new Random(7);
        float[][] distributions = new float[ROWS][];
        Arrays.setAll(distributions, row -> {
            double[] few = random.doubles(11, -shape.spread, shape.spread).toArray();
            return softmax(random.ints(VOCABULARY, 0, few.length)
                    .mapToDouble(i -> few[i])
                    .toArray());
        });
        assertSame(distributions, random);
    }

    private void assertSame(float[][] distributions, Random random) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[][] keys = new long[ROWS][];
        Arrays.setAll(keys, row -> random.longs(DRAWS).map(key -> key | 1).toArray());
        try (OrtSession.SessionOptions options = Sessions.options(folder, Device.CPU);
                OrtSession session = environment.createSession(graph(), options)) {
            for (double topP : new double[] {1e-9, 0.01, 0.3, 0.5, 0.9, 0.95, 0.999, 1}) {
                try (OnnxTensor probabilities = OnnxTensor.createTensor(
                                environment, flat(distributions), new long[] {ROWS, 1, VOCABULARY});
                        OnnxTensor chances = OnnxTensor.createTensor(environment, keys);
                        OnnxTensor mass = OnnxTensor.createTensor(environment, new double[] {topP});
                        OrtSession.Result result =
                                session.run(Map.of("probabilities", probabilities, "keys", chances, "top_p", mass))) {
                    LongBuffer tokens = ((OnnxTensor) result.get(0)).getLongBuffer();
                    DoubleBuffer masses = ((OnnxTensor) result.get(1)).getDoubleBuffer();
                    assertTokens(distributions, keys, topP, tokens, masses);
                }
            }
        }
    }

    private static void assertTokens(
            float[][] distributions, long[][] keys, double topP, LongBuffer tokens, DoubleBuffer masses) {
        for (int row = 0; row < ROWS; row++) {
            NucleusSampler sampler = new NucleusSampler(VOCABULARY, topP);
            assertThat(sampler.read(FloatBuffer.wrap(distributions[row]), 0)).isTrue();
            for (int draw = 0; draw < DRAWS; draw++) {
                assertThat(tokens.get(row * DRAWS + draw))
                        .as("top-p %s, row %s, key %s", topP, row, keys[row][draw])
                        .isEqualTo(sampler.draw(keys[row][draw]));
                assertThat(masses.get(row * DRAWS + draw)).isBetween(0.999, 1.001);
            }
        }
    }

    private byte[] graph() {
        OnnxGraphBuilder graph = new OnnxGraphBuilder(folder);
        graph.floats("probabilities", "prompts", "distributions", VOCABULARY);
        graph.integers("keys", "prompts", "continuations");
        graph.doubles("top_p", 1);
        NucleusNodes.Drawn drawn = new NucleusNodes(graph, VOCABULARY).draw("probabilities", "keys", "top_p");
        graph.integersOutput(drawn.tokens(), "prompts", "continuations");
        graph.doublesOutput(drawn.masses(), "prompts", "continuations");
        return graph.serialize("nucleus");
    }

    private static FloatBuffer flat(float[][] distributions) {
        FloatBuffer all = Sessions.floats((long) ROWS * VOCABULARY);
        for (float[] distribution : distributions) {
            all.put(distribution);
        }
        return all.flip();
    }

    private static float[] softmax(double[] logits) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        double total =
                Arrays.stream(logits).map(logit -> Math.exp(logit - largest)).sum();
        float[] probabilities = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = (float) (Math.exp(logits[i] - largest) / total);
        }
        return probabilities;
    }
}
