package io.github.fairnessgate.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link GenerationBatch} does, in one run of {@link GenerationGraph#generate}: for devices to which every step
 * would have to carry logits and caches. The chance is the same, so the texts are, as far as the device computes the
 * same probabilities.
 */
final class LoopedBatch {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final ModelDirectory model;
    private final EvaluationPrecision precision;
    private final Gpt2Config config;
    private final List<Integer> stops;
    private final List<Prompt> prompts;
    private final Sampling sampling;
    private final int length;
    private final int steps;

    /** @param prompts of one {@link GenerationBatch#paddedLength} */
    LoopedBatch(ModelDirectory model, EvaluationPrecision precision, List<Prompt> prompts, Sampling sampling) {
        this.model = model;
        this.precision = precision;
        this.config = model.config();
        this.stops = model.specialTokens().stops();
        this.prompts = prompts;
        this.sampling = sampling;
        this.length = GenerationBatch.paddedLength(prompts.get(0).tokens().length, config.positions());
        this.steps = prompts.stream().mapToInt(this::limit).max().orElseThrow();
    }

    /** The most new tokens after a prompt. */
    private int limit(Prompt prompt) {
        return Math.min(sampling.maxNewTokens(), config.positions() - prompt.tokens().length);
    }

    /**
     * What a run gives.
     *
     * @param texts the new tokens of every continuation of every prompt
     * @param steps how many steps were taken
     */
    record Generated(List<List<int[]>> texts, int steps) {}

    Generated run(OrtSession session) throws OrtException {
        try (Inputs inputs = new Inputs();
                OrtSession.Result result = session.run(inputs.tensors)) {
            LongBuffer tokens = ((OnnxTensor) result.get(GenerationGraph.TOKENS).orElseThrow()).getLongBuffer();
            DoubleBuffer masses =
                    ((OnnxTensor) result.get(GenerationGraph.MASSES).orElseThrow()).getDoubleBuffer();
            List<List<int[]>> texts = new ArrayList<>();
            for (int p = 0; p < prompts.size(); p++) {
                List<int[]> ofPrompt = new ArrayList<>();
                for (int s = 0; s < sampling.continuations(); s++) {
                    ofPrompt.add(continuation(p, s, tokens, masses));
                }
                texts.add(List.copyOf(ofPrompt));
            }
            return new Generated(List.copyOf(texts), tokens.limit() / (prompts.size() * sampling.continuations()));
        }
    }

    private int[] continuation(int prompt, int sample, LongBuffer tokens, DoubleBuffer masses) {
        int[] text = new int[limit(prompts.get(prompt))];
        for (int step = 0; step < text.length; step++) {
            int place = (step * prompts.size() + prompt) * sampling.continuations() + sample;
            requireProbabilities(masses.get(place), prompts.get(prompt));
            text[step] = (int) tokens.get(place);
            if (stops.contains(text[step])) {
                return Arrays.copyOf(text, step);
            }
        }
        return text;
    }

    private void requireProbabilities(double mass, Prompt prompt) {
        if (!(mass > 0.5 && mass < 2)) {
            throw GenerationBatch.noProbabilities(model, prompt);
        }
    }

    /** Owns the tensors. */
    private final class Inputs implements AutoCloseable {

        private final Map<String, OnnxTensorLike> tensors = new HashMap<>();

        Inputs() throws OrtException {
            try {
                putPrompts();
                putChance();
                putEmptyCaches();
            } catch (OrtException | RuntimeException e) {
                close();
                throw e;
            }
        }

        private void putPrompts() throws OrtException {
            LongBuffer ids = Sessions.longs((long) prompts.size() * length);
            LongBuffer rows = Sessions.longs(prompts.size());
            LongBuffer lengths = Sessions.longs(prompts.size());
            for (int p = 0; p < prompts.size(); p++) {
                int[] tokens = prompts.get(p).tokens();
                for (int i = 0; i < tokens.length; i++) {
                    ids.put(p * length + i, tokens[i]);
                }
                rows.put(p, (long) p * length + tokens.length - 1);
                lengths.put(p, tokens.length);
            }
            put(Gpt2Graph.INPUT_IDS, ids, prompts.size(), length);
            put(Gpt2Graph.ROWS, rows, prompts.size());
            put(GenerationGraph.LENGTHS, lengths, prompts.size());
            put(
                    GenerationGraph.SHAPE,
                    Sessions.longs(3)
                            .put(0, prompts.size())
                            .put(1, sampling.continuations())
                            .put(2, config.vocabulary()),
                    3);
            put(GenerationGraph.LATER_STEPS, Sessions.longs(1).put(0, steps - 1));
        }

        private void putChance() throws OrtException {
            LongBuffer keys = Sessions.longs((long) steps * prompts.size() * sampling.continuations());
            List<CommonRandomNumbers> chances = prompts.stream()
                    .map(prompt -> new CommonRandomNumbers(sampling.seed(), prompt.id()))
                    .toList();
            for (int step = 0; step < steps; step++) {
                for (CommonRandomNumbers chance : chances) {
                    for (int s = 0; s < sampling.continuations(); s++) {
                        keys.put(chance.key(s, step));
                    }
                }
            }
            put(GenerationGraph.NOISE_KEYS, keys.flip(), steps, prompts.size(), sampling.continuations());
            tensors.put(
                    GenerationGraph.TOP_P,
                    OnnxTensor.createTensor(environment, doubles(1).put(0, sampling.topP()), new long[] {1}));
            tensors.put(
                    GenerationGraph.TEMPERATURE,
                    OnnxTensor.createTensor(
                            environment, Sessions.floats(1).put(0, (float) sampling.temperature()), new long[] {1}));
        }

        private void putEmptyCaches() throws OrtException {
            for (int layer = 0; layer < config.layers(); layer++) {
                long[] shape = {prompts.size(), config.heads(layer), sampling.continuations(), 0, config.headSize()};
                tensors.put(GenerationGraph.pastKeys(layer), nothing(shape));
                tensors.put(GenerationGraph.pastValues(layer), nothing(shape));
            }
        }

        private OnnxTensor nothing(long... shape) throws OrtException {
            return precision == EvaluationPrecision.FLOAT32
                    ? OnnxTensor.createTensor(environment, Sessions.floats(0), shape)
                    : OnnxTensor.createTensor(environment, ShortBuffer.allocate(0), shape, OnnxJavaType.FLOAT16);
        }

        private void put(String name, LongBuffer values, long... shape) throws OrtException {
            tensors.put(name, OnnxTensor.createTensor(environment, values, shape));
        }

        @Override
        public void close() {
            tensors.values().forEach(OnnxTensorLike::close);
        }
    }

    private static DoubleBuffer doubles(long count) {
        return ByteBuffer.allocateDirect(Math.toIntExact(count * Double.BYTES))
                .order(ByteOrder.nativeOrder())
                .asDoubleBuffer();
    }

    /**
     * Bytes for one continuation: its keys and values before and after a step, and what sampling keeps of the
     * vocabulary, mostly in 64 bits.
     */
    static long rowBytes(Gpt2Config config, Sampling sampling) {
        return GenerationBatch.cacheBytes(config, sampling) + 64L * config.vocabulary();
    }
}
