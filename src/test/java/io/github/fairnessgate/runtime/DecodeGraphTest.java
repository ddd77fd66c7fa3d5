package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.Activation;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.tensor.DType;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The prefill and decode graphs against the graph that reads whole sequences, and against transformers. */
@Tag("native")
class DecodeGraphTest {

    private static final double TOLERANCE = 1e-5;
    private static final double TEMPERATURE = 0.8;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Random random = new Random(3);

    @TempDir
    Path folder;

    static Stream<Named<TinyModels>> models() {
        TinyModels pruned = TinyModels.builder()
                .layers(3)
                .heads(4)
                .embedding(32)
                .prunedHeads(List.of(List.of(1), List.of(), List.of(0, 2, 3)));
        return Stream.of(
                Named.of("all heads", TinyModels.builder()),
                Named.of("another number of heads in every layer", pruned),
                Named.of("float16", TinyModels.builder().dtype(DType.F16)),
                Named.of("bfloat16", TinyModels.builder().dtype(DType.BF16)),
                Named.of(
                        "output embedding of its own",
                        TinyModels.builder().tied(false).activation(Activation.GELU_ERF)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyStepGivesTheProbabilitiesOfReadingTheWholeSequence(TinyModels tiny) throws Exception {
        ModelDirectory model = tiny.write(folder);
        int[][] prompts = {tokens(7), tokens(1), tokens(16)};
        int continuations = 4;
        int steps = 6;
        int[][][] sequences = new int[prompts.length][continuations][];
        for (int p = 0; p < prompts.length; p++) {
            Arrays.fill(sequences[p], prompts[p]);
        }
        try (OrtSession prefill = open(model, GenerationGraph.prefill(model, model.path()));
                OrtSession decode = open(model, GenerationGraph.decode(model, model.path()));
                OrtSession whole = open(model, Gpt2Graph.logits(model, model.path()));
                OrtSession.Result promptCache = readPrompts(prefill, prompts, 16)) {
            for (int p = 0; p < prompts.length; p++) {
                assertClose(row(model, promptCache, p), wholeSequence(model, whole, prompts[p]));
            }
            Map<String, OnnxTensor> caches = unreadCaches(model, prompts.length, continuations, steps + 2);
            for (int step = 0; step < steps; step++) {
                appendRandomTokens(sequences);
                OrtSession.Result result = readTokens(decode, model, sequences, prompts, promptCache, caches);
                for (int p = 0; p < prompts.length; p++) {
                    for (int s = 0; s < continuations; s++) {
                        assertClose(
                                row(model, result, p * continuations + s),
                                wholeSequence(model, whole, sequences[p][s]));
                    }
                }
            }
        }
    }

    @Test
    void nucleusOfTheReferenceModelIsThatOfTransformers() throws Exception {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        try (OrtSession prefill = open(model, GenerationGraph.prefill(model, model.path()))) {
            for (JsonNode prompt : GenerationFixture.part("prompts")) {
                NucleusSampler sampler = samplerAfter(prefill, model, prompt);
                NucleusSamplerTest.assertNucleusAndDraws(sampler, prompt);
                int[] counts = NucleusSamplerTest.draws(sampler, GenerationFixture.ints(prompt.get("tokens")), 100_000);
                assertThat(ChiSquare.pValue(counts, GenerationFixture.doubles(prompt.get("probabilities"))))
                        .isBetween(0.001, 0.999);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void distributionsDoNotDependOnTheBatchToTheLastBit(int continuations) throws Exception {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        Sampling sampling = new Sampling(4, continuations, GenerationBatch.ROOM_STEP + 4, 0.9, 1);
        List<Prompt> prompts = IntStream.range(1, 9)
                .mapToObj(i -> new Prompt("prompt " + i, tokens(i * 2)))
                .toList();
        try (OrtSession prefill = open(model, GenerationGraph.prefill(model, model.path()));
                OrtSession decode = open(model, GenerationGraph.decode(model, model.path()));
                OrtSession room = open(model, GenerationGraph.room(model, model.path(), GenerationBatch.ROOM_STEP))) {
            float[] together = lastDistributions(model, prefill, decode, room, prompts, sampling);
            int length = together.length / prompts.size();
            for (int p = 0; p < prompts.size(); p++) {
                float[] alone = lastDistributions(model, prefill, decode, room, prompts.subList(p, p + 1), sampling);
                assertThat(alone).isEqualTo(Arrays.copyOfRange(together, p * length, (p + 1) * length));
            }
        }
    }

    /** What the last step of a batch computed, of all rows. */
    private static float[] lastDistributions(
            ModelDirectory model,
            OrtSession prefill,
            OrtSession decode,
            OrtSession room,
            List<Prompt> prompts,
            Sampling sampling)
            throws OrtException {
        FloatBuffer memory = Sessions.floats((long) GenerationBatch.rows(prompts.size(), sampling.continuations())
                * model.config().vocabulary());
        List<List<int[]>> texts = new GenerationBatch(model, prefill, decode, room, prompts, sampling, memory).run();
        assertThat(texts)
                .as("every prompt has a text that goes on to the last step")
                .allMatch(ofPrompt -> ofPrompt.stream().anyMatch(text -> text.length == sampling.maxNewTokens()));
        float[] all = new float[memory.capacity()];
        memory.get(0, all);
        return all;
    }

    private NucleusSampler samplerAfter(OrtSession prefill, ModelDirectory model, JsonNode prompt) throws OrtException {
        int[] tokens = GenerationFixture.ints(prompt.get("ids"));
        try (OrtSession.Result result = readPrompts(
                prefill,
                new int[][] {tokens},
                tokens.length,
                prompt.get("temperature").asDouble())) {
            NucleusSampler sampler = new NucleusSampler(
                    model.config().vocabulary(), prompt.get("topP").asDouble());
            assertThat(sampler.read(FloatBuffer.wrap(row(model, result, 0)), 0)).isTrue();
            return sampler;
        }
    }

    private OrtSession open(ModelDirectory model, byte[] graph) throws OrtException {
        try (OrtSession.SessionOptions options = Sessions.options(model.path(), Device.CPU)) {
            return environment.createSession(graph, options);
        }
    }

    private OrtSession.Result readPrompts(OrtSession prefill, int[][] prompts, int length) throws OrtException {
        return readPrompts(prefill, prompts, length, TEMPERATURE);
    }

    private OrtSession.Result readPrompts(OrtSession prefill, int[][] prompts, int length, double temperature)
            throws OrtException {
        long[][] ids = new long[prompts.length][length];
        long[] last = new long[prompts.length];
        for (int p = 0; p < prompts.length; p++) {
            Arrays.fill(ids[p], 99); // padding that would show if it were seen
            for (int i = 0; i < prompts[p].length; i++) {
                ids[p][i] = prompts[p][i];
            }
            last[p] = (long) p * length + prompts[p].length - 1;
        }
        return prefill.run(Map.of(
                Gpt2Graph.INPUT_IDS, OnnxTensor.createTensor(environment, ids),
                Gpt2Graph.ROWS, OnnxTensor.createTensor(environment, last),
                GenerationGraph.TEMPERATURE, OnnxTensor.createTensor(environment, new float[] {(float) temperature})));
    }

    /** Room for so many tokens, filled with numbers that would show if they were seen. */
    private Map<String, OnnxTensor> unreadCaches(ModelDirectory model, int prompts, int continuations, int tokens)
            throws OrtException {
        Map<String, OnnxTensor> caches = new HashMap<>();
        for (int layer = 0; layer < model.config().layers(); layer++) {
            for (String name : List.of(GenerationGraph.pastKeys(layer), GenerationGraph.pastValues(layer))) {
                FloatBuffer numbers = Sessions.floats((long) prompts
                        * model.config().heads(layer)
                        * continuations
                        * tokens
                        * model.config().headSize());
                for (int i = 0; i < numbers.capacity(); i++) {
                    numbers.put(i, 50 * (float) random.nextGaussian());
                }
                caches.put(name, OnnxTensor.createTensor(environment, numbers, new long[] {
                    prompts,
                    model.config().heads(layer),
                    continuations,
                    tokens,
                    model.config().headSize()
                }));
            }
        }
        return caches;
    }

    private OrtSession.Result readTokens(
            OrtSession decode,
            ModelDirectory model,
            int[][][] sequences,
            int[][] prompts,
            OrtSession.Result promptCache,
            Map<String, OnnxTensor> caches)
            throws OrtException {
        long[][] last = new long[prompts.length][];
        long[] positions = new long[prompts.length];
        long[] lengths = new long[prompts.length];
        for (int p = 0; p < prompts.length; p++) {
            last[p] = Arrays.stream(sequences[p])
                    .mapToLong(sequence -> sequence[sequence.length - 1])
                    .toArray();
            positions[p] = sequences[p][0].length - 1;
            lengths[p] = prompts[p].length;
        }
        Map<String, OnnxTensor> inputs = new HashMap<>(caches);
        Map<String, OnnxTensor> written = new HashMap<>();
        for (int layer = 0; layer < model.config().layers(); layer++) {
            inputs.put(GenerationGraph.promptKeys(layer), (OnnxTensor)
                    promptCache.get(GenerationGraph.promptKeys(layer)).orElseThrow());
            inputs.put(GenerationGraph.promptValues(layer), (OnnxTensor)
                    promptCache.get(GenerationGraph.promptValues(layer)).orElseThrow());
            written.put(GenerationGraph.presentKeys(layer), caches.get(GenerationGraph.pastKeys(layer)));
            written.put(GenerationGraph.presentValues(layer), caches.get(GenerationGraph.pastValues(layer)));
        }
        inputs.put(Gpt2Graph.INPUT_IDS, OnnxTensor.createTensor(environment, last));
        inputs.put(Gpt2Graph.POSITIONS, OnnxTensor.createTensor(environment, positions));
        inputs.put(GenerationGraph.LENGTHS, OnnxTensor.createTensor(environment, lengths));
        inputs.put(
                GenerationGraph.TEMPERATURE, OnnxTensor.createTensor(environment, new float[] {(float) TEMPERATURE}));
        return decode.run(inputs, Set.of(GenerationGraph.PROBABILITIES), written);
    }

    private void appendRandomTokens(int[][][] sequences) {
        for (int[][] ofPrompt : sequences) {
            for (int s = 0; s < ofPrompt.length; s++) {
                ofPrompt[s] = Arrays.copyOf(ofPrompt[s], ofPrompt[s].length + 1);
                ofPrompt[s][ofPrompt[s].length - 1] = random.nextInt(257);
            }
        }
    }

    private int[] tokens(int count) {
        return random.ints(count, 0, 257).toArray();
    }

    private static float[] row(ModelDirectory model, OrtSession.Result result, int row) {
        float[] probabilities = new float[model.config().vocabulary()];
        ((OnnxTensor) result.get(GenerationGraph.PROBABILITIES).orElseThrow())
                .getFloatBuffer()
                .get(row * probabilities.length, probabilities);
        return probabilities;
    }

    /** Next-token probabilities in double precision from the logits of the last position. */
    private double[] wholeSequence(ModelDirectory model, OrtSession whole, int[] tokens) throws OrtException {
        long[][] ids = {Arrays.stream(tokens).asLongStream().toArray()};
        try (OrtSession.Result result =
                whole.run(Map.of(Gpt2Graph.INPUT_IDS, OnnxTensor.createTensor(environment, ids)))) {
            float[] logits = new float[model.config().vocabulary()];
            ((OnnxTensor) result.get(0)).getFloatBuffer().get((tokens.length - 1) * logits.length, logits);
            double[] weights = new double[logits.length];
            double sum = 0;
            for (int i = 0; i < logits.length; i++) {
                weights[i] = Math.exp(logits[i] / TEMPERATURE);
                sum += weights[i];
            }
            double total = sum;
            return Arrays.stream(weights).map(weight -> weight / total).toArray();
        }
    }

    private static void assertClose(float[] actual, double[] expected) {
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(TOLERANCE));
            assertThat(Math.log(actual[i])).isCloseTo(Math.log(expected[i]), within(10 * TOLERANCE));
        }
    }
}
