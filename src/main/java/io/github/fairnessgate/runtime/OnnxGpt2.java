package io.github.fairnessgate.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.Tokenizer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * A GPT-2 on ONNX Runtime. Log-probabilities are computed inside the graph, logits never leave it.
 * On one CPU the results do not depend on how sequences are batched or ordered, to the last bit.
 */
public final class OnnxGpt2 implements LanguageModel {

    /** Tokens of a batch, padding included: large enough for the matrix product, small enough for the cache. */
    private static final int BATCH_TOKENS = 1024;

    private final ModelDirectory model;
    private final Tokenizer tokenizer;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Generator generator;

    private OnnxGpt2(ModelDirectory model, Tokenizer tokenizer, OrtEnvironment environment, OrtSession session, Generator generator) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.environment = environment;
        this.session = session;
        this.generator = generator;
    }

    /** @throws InvalidInputException if ONNX Runtime cannot run this model on this device */
    public static OnnxGpt2 open(ModelDirectory model, Device device) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = Sessions.options(model.path(), device)) {
            OrtSession session = environment.createSession(Gpt2Graph.scores(model, model.path()), options);
            return new OnnxGpt2(model, Tokenizer.open(model), environment, session, new Generator(model, device));
        } catch (OrtException e) {
            throw new InvalidInputException("ONNX Runtime cannot load " + model.path() + " on device '" + device.id()
                    + "': " + e.getMessage(), e);
        }
    }

    @Override
    public int[] encode(String text) {
        return tokenizer.encode(text);
    }

    @Override
    public String decode(int[] tokens) {
        return tokenizer.decode(tokens);
    }

    @Override
    public int endOfText() {
        return tokenizer.endOfText();
    }

    @Override
    public int positions() {
        return model.config().positions();
    }

    @Override
    public List<float[]> logProbabilities(List<Request> requests, LongConsumer progress) {
        requests.forEach(request -> Vocabulary.require(model, request.tokens(), "a text to score"));
        float[][] results = new float[requests.size()][];
        long done = 0;
        for (List<Integer> batch : batches(requests)) {
            List<Request> members = batch.stream().map(requests::get).toList();
            List<float[]> scored = run(members);
            for (int i = 0; i < batch.size(); i++) {
                results[batch.get(i)] = scored.get(i);
            }
            done += batch.size();
            progress.accept(done);
        }
        return List.of(results);
    }

    /** Request indices, sequences of like length together, so that little is padded. */
    private static List<List<Integer>> batches(List<Request> requests) {
        List<Integer> byLength = IntStream.range(0, requests.size()).boxed()
                .sorted(Comparator.comparingInt((Integer i) -> requests.get(i).inputs()).reversed())
                .toList();
        List<List<Integer>> batches = new ArrayList<>();
        for (int start = 0; start < byLength.size();) {
            int longest = requests.get(byLength.get(start)).inputs();
            int end = Math.min(byLength.size(), start + Math.max(1, BATCH_TOKENS / longest));
            batches.add(byLength.subList(start, end));
            start = end;
        }
        return batches;
    }

    private List<float[]> run(List<Request> batch) {
        int length = batch.get(0).inputs();
        if (length > model.config().positions()) {
            throw new IllegalArgumentException("a sequence of " + length + " tokens exceeds the model's "
                    + model.config().positions() + " positions");
        }
        int rows = batch.stream().mapToInt(Request::scored).sum();
        LongBuffer ids = Sessions.longs((long) batch.size() * length);
        LongBuffer rowIndices = Sessions.longs(rows);
        LongBuffer targets = Sessions.longs(rows);
        for (int b = 0; b < batch.size(); b++) {
            Request request = batch.get(b);
            for (int i = 0; i < request.inputs(); i++) {
                ids.put(b * length + i, request.tokens()[i]);
            }
            for (int i = request.from(); i < request.tokens().length; i++) {
                rowIndices.put((long) b * length + i - 1);
                targets.put(request.tokens()[i]);
            }
        }
        float[] flat = run(ids, new long[] {batch.size(), length}, rowIndices.flip(), targets.flip(), rows);
        List<float[]> results = new ArrayList<>();
        int next = 0;
        for (Request request : batch) {
            float[] own = java.util.Arrays.copyOfRange(flat, next, next + request.scored());
            requireNumbers(own, request);
            results.add(own);
            next += request.scored();
        }
        return results;
    }

    private float[] run(LongBuffer ids, long[] shape, LongBuffer rows, LongBuffer targets, int count) {
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids, shape);
                OnnxTensor rowTensor = OnnxTensor.createTensor(environment, rows, new long[] {count});
                OnnxTensor targetTensor = OnnxTensor.createTensor(environment, targets, new long[] {count});
                OrtSession.Result result = session.run(Map.of(
                        Gpt2Graph.INPUT_IDS, idTensor, Gpt2Graph.ROWS, rowTensor, Gpt2Graph.TARGETS, targetTensor))) {
            FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] copy = new float[count];
            values.get(copy);
            return copy;
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed while scoring " + shape[0] + " sequences of "
                    + shape[1] + " tokens with " + model.path() + ": " + e.getMessage(), e);
        }
    }

    private void requireNumbers(float[] logProbabilities, Request request) {
        for (int i = 0; i < logProbabilities.length; i++) {
            if (!Float.isFinite(logProbabilities[i])) {
                throw new InvalidInputException("The model " + model.path() + " gives the log-probability "
                        + logProbabilities[i] + " to token " + request.tokens()[request.from() + i] + " at position "
                        + (request.from() + i) + " of a text; every token needs a finite one. "
                        + "Its weights are damaged or overflow: check them, or keep the stage that made them in float32.");
            }
        }
    }

    @Override
    public List<List<int[]>> generate(List<Prompt> prompts, Sampling sampling, LongConsumer progress) {
        return generator.generate(prompts, sampling, progress);
    }

    @Override
    public void close() {
        tokenizer.close();
        generator.close();
        Sessions.close(session);
    }
}
