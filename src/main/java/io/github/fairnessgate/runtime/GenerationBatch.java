package io.github.fairnessgate.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.Advice;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Some prompts and all their continuations, which take every step together. Prompts of a batch are padded to one
 * length. That length has to follow from each prompt alone ({@link #paddedLength}): the order in which the attention's
 * sums are added up depends on it, and with it the last bits of a probability.
 */
final class GenerationBatch {

    /** Prompts are padded to a multiple of this many tokens, so that prompts of like length share a batch. */
    private static final int LENGTH_STEP = 16;
    /** Tokens by which the caches of continuations grow at a time. */
    static final int ROOM_STEP = 8;
    /**
     * A product with a single row takes another path in ONNX Runtime, with other last bits; so there are always two.
     */
    private static final int FEWEST_ROWS = 2;

    private final ModelDirectory model;
    private final OrtSession prefill;
    private final OrtSession decode;
    private final OrtSession room;
    private final List<Prompt> prompts;
    private final Sampling sampling;
    private final FloatBuffer probabilities;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final NucleusSampler sampler;
    private final List<CommonRandomNumbers> chances;
    private final Continuation[][] continuations;

    /**
     * @param room of {@link GenerationGraph#room} for {@link #ROOM_STEP} tokens
     * @param prompts of one {@link #paddedLength}
     * @param probabilities direct memory for {@link #rows} distributions
     */
    GenerationBatch(
            ModelDirectory model,
            OrtSession prefill,
            OrtSession decode,
            OrtSession room,
            List<Prompt> prompts,
            Sampling sampling,
            FloatBuffer probabilities) {
        this.model = model;
        this.prefill = prefill;
        this.decode = decode;
        this.room = room;
        this.prompts = prompts;
        this.sampling = sampling;
        this.probabilities = probabilities;
        this.sampler = new NucleusSampler(model.config().vocabulary(), sampling.topP());
        this.chances = prompts.stream()
                .map(prompt -> new CommonRandomNumbers(sampling.seed(), prompt.id()))
                .toList();
        this.continuations = new Continuation[prompts.size()][sampling.continuations()];
        for (int p = 0; p < prompts.size(); p++) {
            int left = model.config().positions() - prompts.get(p).tokens().length;
            for (int s = 0; s < sampling.continuations(); s++) {
                continuations[p][s] = new Continuation(Math.min(sampling.maxNewTokens(), left));
            }
        }
    }

    /** The length that a prompt of {@code tokens} is padded to, at most {@code positions}. */
    static int paddedLength(int tokens, int positions) {
        int steps = (tokens + LENGTH_STEP - 1) / LENGTH_STEP;
        return Math.min(positions, steps * LENGTH_STEP);
    }

    /** The distributions that one step of a batch computes. */
    static int rows(int prompts, int continuations) {
        return Math.max(FEWEST_ROWS, prompts * columns(continuations));
    }

    /**
     * Bytes for one continuation: its keys and values before and after they grow; logits and probabilities, theirs and
     * ours.
     */
    static long rowBytes(Gpt2Config config, Sampling sampling) {
        return cacheBytes(config, sampling) + 3L * Float.BYTES * config.vocabulary();
    }

    /** Bytes of the keys and values of one continuation, before and after they grow. */
    static long cacheBytes(Gpt2Config config, Sampling sampling) {
        long width = IntStream.range(0, config.layers())
                .mapToLong(layer -> (long) config.heads(layer) * config.headSize())
                .sum();
        long tokens = Math.min(sampling.maxNewTokens(), config.positions());
        return 2 * 2 * width * (tokens + ROOM_STEP) * Float.BYTES;
    }

    /** The new tokens of every continuation of every prompt. */
    List<List<int[]>> run() throws OrtException {
        try (OnnxTensor temperature = temperature();
                OnnxTensor lengths = lengths();
                OrtSession.Result promptCache = readPrompts(temperature)) {
            sampleFirstTokens();
            continueFrom(promptCache, lengths, temperature);
            return Arrays.stream(continuations)
                    .map(ofPrompt ->
                            Arrays.stream(ofPrompt).map(Continuation::tokens).toList())
                    .toList();
        }
    }

    /**
     * Computes the next-token distribution of every prompt, into the first {@link #prompts} rows, and their keys and
     * values.
     */
    private OrtSession.Result readPrompts(OnnxTensor temperature) throws OrtException {
        int length = paddedLength(prompts.get(0).tokens().length, model.config().positions());
        int rows = Math.max(FEWEST_ROWS, prompts.size());
        LongBuffer ids = Sessions.longs((long) prompts.size() * length);
        LongBuffer last = Sessions.longs(rows);
        for (int p = 0; p < prompts.size(); p++) {
            int[] tokens = prompts.get(p).tokens();
            for (int i = 0; i < tokens.length; i++) {
                ids.put(p * length + i, tokens[i]);
            }
            last.put(p, (long) p * length + tokens.length - 1);
        }
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids, new long[] {prompts.size(), length});
                OnnxTensor rowTensor = OnnxTensor.createTensor(environment, last, new long[] {rows});
                OnnxTensor output = output(rows)) {
            return prefill.run(
                    Map.of(
                            Gpt2Graph.INPUT_IDS,
                            idTensor,
                            Gpt2Graph.ROWS,
                            rowTensor,
                            GenerationGraph.TEMPERATURE,
                            temperature),
                    cacheNames(GenerationGraph::promptKeys, GenerationGraph::promptValues),
                    Map.of(GenerationGraph.PROBABILITIES, output));
        }
    }

    /** All continuations of a prompt start from the same distribution. */
    private void sampleFirstTokens() {
        for (int p = 0; p < prompts.size(); p++) {
            readDistribution(p, p);
            for (int s = 0; s < sampling.continuations(); s++) {
                continuations[p][s].add(
                        sampler.draw(chances.get(p).key(s, 0)),
                        model.specialTokens().stops());
            }
        }
    }

    private void continueFrom(OrtSession.Result promptCache, OnnxTensor lengths, OnnxTensor temperature)
            throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        inputs.put(GenerationGraph.LENGTHS, lengths);
        inputs.put(GenerationGraph.TEMPERATURE, temperature);
        for (int layer = 0; layer < layers(); layer++) {
            inputs.put(GenerationGraph.promptKeys(layer), tensor(promptCache, GenerationGraph.promptKeys(layer)));
            inputs.put(GenerationGraph.promptValues(layer), tensor(promptCache, GenerationGraph.promptValues(layer)));
        }
        try (OnnxTensor output = output(prompts.size() * columns());
                OwnCache cache = new OwnCache()) {
            for (int step = 1; !allEnded(); step++) {
                cache.makeRoom(step);
                readTokens(inputs, step, cache, output);
                sampleTokens(step);
            }
        }
    }

    /** Lets every continuation read its last token; fills the distributions of the next. */
    private void readTokens(Map<String, OnnxTensor> inputs, int step, OwnCache cache, OnnxTensor output)
            throws OrtException {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("generation was interrupted");
        }
        LongBuffer ids = Sessions.longs((long) prompts.size() * columns());
        LongBuffer positions = Sessions.longs(prompts.size());
        for (int p = 0; p < prompts.size(); p++) {
            for (int column = 0; column < columns(); column++) {
                ids.put(continuations[p][Math.min(column, sampling.continuations() - 1)].lastToken());
            }
            // a prompt whose continuations have all ended goes on being computed, at a position that exists
            positions.put(Math.min(
                            prompts.get(p).tokens().length + step,
                            model.config().positions())
                    - 1L);
        }
        try (OnnxTensor idTensor =
                        OnnxTensor.createTensor(environment, ids.flip(), new long[] {prompts.size(), columns()});
                OnnxTensor positionTensor =
                        OnnxTensor.createTensor(environment, positions.flip(), new long[] {prompts.size()})) {
            inputs.put(Gpt2Graph.INPUT_IDS, idTensor);
            inputs.put(Gpt2Graph.POSITIONS, positionTensor);
            inputs.putAll(cache.past);
            Map<String, OnnxTensor> outputs = new HashMap<>(cache.present);
            outputs.put(GenerationGraph.PROBABILITIES, output);
            decode.run(inputs, Set.of(), outputs).close();
        }
    }

    private void sampleTokens(int step) {
        for (int p = 0; p < prompts.size(); p++) {
            for (int s = 0; s < sampling.continuations(); s++) {
                if (!continuations[p][s].ended()) {
                    readDistribution(p * columns() + s, p);
                    continuations[p][s].add(
                            sampler.draw(chances.get(p).key(s, step)),
                            model.specialTokens().stops());
                }
            }
        }
    }

    private void readDistribution(int row, int prompt) {
        if (!sampler.read(probabilities, row * model.config().vocabulary())) {
            throw noProbabilities(model, prompts.get(prompt));
        }
    }

    static UnfitException noProbabilities(ModelDirectory model, Prompt prompt) {
        return new UnfitException(
                "The model " + model.path() + " gives no probabilities for the next token after the prompt \""
                        + prompt.id() + "\" (a number among them is not finite). Its weights are damaged or overflow: "
                        + Advice.CHECK_WEIGHTS + ".");
    }

    private boolean allEnded() {
        return Arrays.stream(continuations).flatMap(Arrays::stream).allMatch(Continuation::ended);
    }

    private int layers() {
        return model.config().layers();
    }

    /** Continuations of a prompt as they are computed; one more than asked for if only one is. */
    private int columns() {
        return columns(sampling.continuations());
    }

    private static int columns(int continuations) {
        return Math.max(FEWEST_ROWS, continuations);
    }

    private Set<String> cacheNames(IntFunction<String> keys, IntFunction<String> values) {
        return IntStream.range(0, layers())
                .boxed()
                .flatMap(layer -> Stream.of(keys.apply(layer), values.apply(layer)))
                .collect(Collectors.toSet());
    }

    /** The first {@code rows} distributions of the shared memory, as an output for ONNX Runtime to fill. */
    private OnnxTensor output(int rows) throws OrtException {
        int vocabulary = model.config().vocabulary();
        return OnnxTensor.createTensor(
                environment, probabilities.slice(0, rows * vocabulary), new long[] {rows, vocabulary});
    }

    private OnnxTensor lengths() throws OrtException {
        LongBuffer lengths = Sessions.longs(prompts.size());
        prompts.forEach(prompt -> lengths.put(prompt.tokens().length));
        return OnnxTensor.createTensor(environment, lengths.flip(), new long[] {prompts.size()});
    }

    private OnnxTensor temperature() throws OrtException {
        FloatBuffer temperature = Sessions.floats(1).put(0, (float) sampling.temperature());
        return OnnxTensor.createTensor(environment, temperature, new long[] {1});
    }

    private static OnnxTensor tensor(OrtSession.Result result, String name) {
        return (OnnxTensor) result.get(name).orElseThrow();
    }

    /**
     * Keys and values of the tokens that the continuations have read, with room for more: a step writes into the memory
     * that it reads.
     */
    private final class OwnCache implements AutoCloseable {

        private final Map<String, OnnxTensor> past = new HashMap<>();
        /** The same tensors, by the names of outputs. */
        private final Map<String, OnnxTensor> present = new HashMap<>();

        private int tokens;
        private Runnable release = () -> past.values().forEach(OnnxTensor::close);

        OwnCache() throws OrtException {
            for (int layer = 0; layer < layers(); layer++) {
                long[] shape = {
                    prompts.size(),
                    model.config().heads(layer),
                    columns(),
                    0,
                    model.config().headSize()
                };
                past.put(
                        GenerationGraph.pastKeys(layer),
                        OnnxTensor.createTensor(environment, Sessions.floats(0), shape));
                past.put(
                        GenerationGraph.pastValues(layer),
                        OnnxTensor.createTensor(environment, Sessions.floats(0), shape));
            }
        }

        /** Makes room for so many tokens. */
        void makeRoom(int needed) throws OrtException {
            while (tokens < needed) {
                OrtSession.Result larger = room.run(past);
                release.run();
                release = larger::close;
                tokens += ROOM_STEP;
                for (int layer = 0; layer < layers(); layer++) {
                    use(
                            tensor(larger, GenerationGraph.presentKeys(layer)),
                            GenerationGraph.pastKeys(layer),
                            GenerationGraph.presentKeys(layer));
                    use(
                            tensor(larger, GenerationGraph.presentValues(layer)),
                            GenerationGraph.pastValues(layer),
                            GenerationGraph.presentValues(layer));
                }
            }
        }

        private void use(OnnxTensor tensor, String before, String after) {
            past.put(before, tensor);
            present.put(after, tensor);
        }

        @Override
        public void close() {
            release.run();
        }
    }

    /** The tokens that were sampled after a prompt, until one that ends a text, or the limit. */
    private static final class Continuation {

        private final int[] tokens;
        private int length;
        private boolean metStop;

        Continuation(int limit) {
            tokens = new int[limit];
        }

        void add(int token, List<Integer> stops) {
            if (stops.contains(token)) {
                metStop = true;
            } else {
                tokens[length++] = token;
            }
        }

        boolean ended() {
            return metStop || length == tokens.length;
        }

        /** What the model reads next; anything once the continuation has ended. */
        int lastToken() {
            return length == 0 ? 0 : tokens[length - 1];
        }

        int[] tokens() {
            return Arrays.copyOf(tokens, length);
        }
    }
}
