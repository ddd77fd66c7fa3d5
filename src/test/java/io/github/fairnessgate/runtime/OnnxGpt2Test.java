package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.FloatTensor;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class OnnxGpt2Test {

    @TempDir
    Path folder;

    /** The reference is the whole graph's logits, one sequence a run: no tree, no packing, no padding. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void sharedBeginningsChangeNothingBeyondRounding(int seed) throws Exception {
        ModelDirectory files = TinyModels.builder()
                .embedding(32)
                .heads(4)
                .positions(48)
                .seed(seed)
                .write(folder.resolve("model"));
        try (LanguageModel model = OnnxGpt2.open(files, Device.CPU)) {
            assertCloseToPlain(
                    files,
                    model,
                    relatedRequests(model.positions(), files.config().vocabulary(), 120, seed));
        }
    }

    @Test
    void sharedBeginningsChangeNothingBeyondRoundingInTheReferenceModel() throws Exception {
        ModelDirectory files = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        try (LanguageModel model = OnnxGpt2.open(files, Device.CPU)) {
            assertCloseToPlain(files, model, relatedRequests(40, files.config().vocabulary(), 40, 4));
            assertCloseToPlain(
                    files,
                    model,
                    relatedRequests(model.positions(), files.config().vocabulary(), 3, 5));
        }
    }

    @Test
    void theSameRequestsGiveTheSameBitsInAnyOrder() throws Exception {
        try (LanguageModel model = tinyModel()) {
            List<Request> requests = relatedRequests(model.positions(), 257, 300, 6);
            List<float[]> results = model.logProbabilities(requests, done -> {});
            List<Request> reversed = new ArrayList<>(requests);
            Collections.reverse(reversed);
            List<float[]> backwards = model.logProbabilities(reversed, done -> {});
            for (int i = 0; i < requests.size(); i++) {
                assertThat(backwards.get(requests.size() - 1 - i)).isEqualTo(results.get(i));
            }
        }
    }

    @Test
    void equalSequencesOfACallGetTheSameBits() throws Exception {
        try (LanguageModel model = tinyModel()) {
            List<Request> requests = relatedRequests(model.positions(), 257, 300, 7);
            List<Request> withCopies = new ArrayList<>(requests);
            requests.forEach(
                    request -> withCopies.add(new Request(request.tokens().clone(), request.from())));
            List<float[]> results = model.logProbabilities(withCopies, done -> {});
            for (int i = 0; i < requests.size(); i++) {
                assertThat(results.get(requests.size() + i)).isEqualTo(results.get(i));
            }
        }
    }

    @Test
    void requestsWithNothingInCommonDoNotChangeABit() throws Exception {
        try (LanguageModel model = tinyModel()) {
            List<Request> requests = new ArrayList<>();
            Random random = new Random(8);
            for (int first = 0; first < 200; first++) {
                int[] tokens = random.ints(3 + random.nextInt(model.positions() - 2), 0, 257)
                        .toArray();
                tokens[0] = first;
                requests.add(new Request(tokens, 1));
            }
            List<float[]> together = model.logProbabilities(requests, done -> {});
            for (int i = 0; i < requests.size(); i++) {
                assertThat(model.logProbabilities(List.of(requests.get(i)), done -> {})
                                .get(0))
                        .isEqualTo(together.get(i));
            }
        }
    }

    @Test
    void probabilitiesOfAllTokensSumToOne() throws Exception {
        try (LanguageModel model = tinyModel()) {
            List<Request> everyToken = new ArrayList<>();
            for (int token = 0; token <= 256; token++) {
                everyToken.add(new Request(new int[] {5, 77, token}, 2));
            }
            double sum = model.logProbabilities(everyToken, done -> {}).stream()
                    .mapToDouble(p -> Math.exp(p[0]))
                    .sum();
            assertThat(sum).isCloseTo(1, Offset.offset(1e-5));
        }
    }

    @Test
    void progressEndsAtTheNumberOfRequests() throws Exception {
        try (LanguageModel model = tinyModel()) {
            List<Long> seen = new ArrayList<>();
            model.logProbabilities(randomRequests(model, 90), seen::add);
            assertThat(seen).isSorted().endsWith(90L);
        }
    }

    @Test
    void weightsThatOverflowAreAnErrorThatNamesTheModelAndNotAProbability() throws Exception {
        ModelDirectory overflowing = overflowingModel();
        try (LanguageModel model = OnnxGpt2.open(overflowing, Device.CPU)) {
            assertThatThrownBy(() -> model.logProbabilities(List.of(new Request(new int[] {1, 2, 3}, 1)), done -> {}))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(overflowing.path().toString())
                    .hasMessageContaining("log-probability");
        }
    }

    @Test
    void weightsOfEightBytesGiveTheNumbersOfFourBytes() {
        Request request = new Request(new int[] {256, 5, 99, 20, 7}, 1);
        try (LanguageModel eight = OnnxGpt2.open(
                        TinyModels.builder().dtype(DType.F64).tied(false).write(folder.resolve("eight")), Device.CPU);
                LanguageModel four =
                        OnnxGpt2.open(TinyModels.builder().tied(false).write(folder.resolve("four")), Device.CPU)) {
            assertThat(eight.logProbabilities(List.of(request), done -> {}).get(0))
                    .isEqualTo(
                            four.logProbabilities(List.of(request), done -> {}).get(0));
        }
    }

    private LanguageModel tinyModel() throws Exception {
        return OnnxGpt2.open(TinyModels.builder().write(folder.resolve("model")), Device.CPU);
    }

    /** Finite weights, infinite activations. */
    private ModelDirectory overflowingModel() {
        TinyModels tiny = TinyModels.builder();
        Path directory = tiny.write(folder.resolve("overflowing")).path();
        Map<String, FloatTensor> weights = new LinkedHashMap<>();
        tiny.weights().forEach((name, tensor) -> weights.put(name, huge(tensor)));
        SafetensorsWriter.write(directory.resolve("model.safetensors"), weights, DType.F32);
        return ModelDirectory.open(directory);
    }

    private static FloatTensor huge(FloatTensor tensor) {
        float[] values = new float[tensor.data().length];
        Arrays.fill(values, 1e30f);
        return new FloatTensor(tensor.shape(), values);
    }

    private static void assertCloseToPlain(ModelDirectory files, LanguageModel model, List<Request> requests)
            throws OrtException {
        List<float[]> results = model.logProbabilities(requests, done -> {});
        try (PlainScores plain = new PlainScores(files)) {
            for (int i = 0; i < requests.size(); i++) {
                double[] expected = plain.of(requests.get(i));
                assertThat(results.get(i)).hasSize(expected.length);
                for (int t = 0; t < expected.length; t++) {
                    assertThat((double) results.get(i)[t]).isCloseTo(expected[t], Offset.offset(1e-5));
                }
            }
        }
    }

    private static List<Request> randomRequests(LanguageModel model, int count) {
        return relatedRequests(model.positions(), 257, count, 7);
    }

    /**
     * Random sequences: new ones, one token long or as long as can be read; beginnings and copies of others, and others
     * with a new end.
     */
    private static List<Request> relatedRequests(int positions, int vocabulary, int count, long seed) {
        Random random = new Random(seed);
        List<Request> requests = new ArrayList<>();
        requests.add(request(random, random.ints(2, 0, vocabulary).toArray()));
        requests.add(request(random, random.ints(positions + 1, 0, vocabulary).toArray()));
        while (requests.size() < count) {
            int[] other = requests.get(random.nextInt(requests.size())).tokens();
            int[] tokens = switch (random.nextInt(4)) {
                case 0 ->
                    random.ints(2 + random.nextInt(positions), 0, vocabulary).toArray();
                case 1 -> Arrays.copyOf(other, 2 + random.nextInt(other.length - 1));
                case 2 -> other.clone();
                default -> withNewEnd(other, random, vocabulary);
            };
            requests.add(request(random, tokens));
        }
        return requests;
    }

    private static int[] withNewEnd(int[] tokens, Random random, int vocabulary) {
        int[] changed = tokens.clone();
        for (int i = random.nextInt(tokens.length); i < tokens.length; i++) {
            changed[i] = random.nextInt(vocabulary);
        }
        return changed;
    }

    private static Request request(Random random, int[] tokens) {
        return new Request(tokens, 1 + random.nextInt(tokens.length - 1));
    }

    /** Log-probabilities in double precision from the logits of the graph that is shipped, a sequence at a time. */
    private static final class PlainScores implements AutoCloseable {

        private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
        private final OrtSession session;
        private final int vocabulary;

        PlainScores(ModelDirectory model) throws OrtException {
            try (OrtSession.SessionOptions options = Sessions.options(model.path(), Device.CPU)) {
                session = environment.createSession(Gpt2Graph.logits(model, model.path()), options);
            }
            vocabulary = model.config().vocabulary();
        }

        double[] of(Request request) throws OrtException {
            long[][] ids = {
                Arrays.stream(request.tokens(), 0, request.inputs())
                        .asLongStream()
                        .toArray()
            };
            try (OnnxTensor input = OnnxTensor.createTensor(environment, ids);
                    OrtSession.Result result = session.run(Map.of(Gpt2Graph.INPUT_IDS, input))) {
                FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
                return IntStream.range(request.from(), request.tokens().length)
                        .mapToDouble(i -> logProbability(logits, i - 1, request.tokens()[i]))
                        .toArray();
            }
        }

        private double logProbability(FloatBuffer logits, int position, int token) {
            double sum = 0;
            for (int i = 0; i < vocabulary; i++) {
                sum += Math.exp(logits.get(position * vocabulary + i));
            }
            return logits.get(position * vocabulary + token) - Math.log(sum);
        }

        @Override
        public void close() {
            Sessions.close(session);
        }
    }
}
