package io.github.fairnessgate.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.Advice;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.ShippedSize;
import io.github.fairnessgate.model.SpecialTokens;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.runtime.PrefixRows.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * A GPT-2 on ONNX Runtime. Log-probabilities are computed inside the graph, logits never leave it. A beginning that
 * several requests of a call share is computed once ({@link PrefixRows}).
 *
 * <p>On one CPU, what a sequence gets depends to the last bit on the sequences that share its row alone, and those
 * follow from the set of requests; neither their order nor the batches matter. A place further along in a row changes
 * the order in which attention adds up, and so the last bits: by at most 1e-5, which is tested against runs of one
 * sequence. Sequences that have no token in common at their beginning, such as most windows of a long text, get the
 * same bits as alone; so does every sequence of a model that rounds activations, which shares no row.
 */
public final class OnnxGpt2 implements LanguageModel {

    /** Tokens of a batch, padding included: large enough for the matrix product, small enough for the cache. */
    static final int BATCH_TOKENS = 512;

    private static final int FINGERPRINT_SEQUENCES = 16;
    private static final int FINGERPRINT_TOKENS = 24;

    private final ModelDirectory model;
    private final Tokenizer tokenizer;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Generator generator;
    private final Scoring scoring;
    private final Halving halving;
    private final Placement placement;
    private String fingerprint;

    private OnnxGpt2(
            ModelDirectory model,
            Tokenizer tokenizer,
            OrtEnvironment environment,
            OrtSession session,
            Generator generator,
            Scoring scoring,
            Halving halving,
            Placement placement) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.environment = environment;
        this.session = session;
        this.generator = generator;
        this.scoring = scoring;
        this.halving = halving;
        this.placement = placement;
    }

    /** How a batch is run: with a session. */
    @FunctionalInterface
    interface Scoring {
        List<float[]> run(ScoringBatch batch, OrtSession session) throws OrtException;
    }

    /** {@link #open(ModelDirectory, Device, Progress)} that tells nothing. */
    public static OnnxGpt2 open(ModelDirectory model, Device device) {
        return open(model, device, Progress.NONE);
    }

    /**
     * @param progress is told if batches have to be smaller because the memory of a GPU is not enough
     * @throws InvalidInputException if ONNX Runtime cannot run this model on this device
     */
    public static OnnxGpt2 open(ModelDirectory model, Device device, Progress progress) {
        return open(model, device, EvaluationPrecision.FLOAT32, progress);
    }

    /**
     * @param precision of the layers' products; in float16, text is generated as on a GPU whatever the device is
     * @param progress is told if batches have to be smaller because the memory of a GPU is not enough
     * @throws InvalidInputException if ONNX Runtime cannot run this model on this device
     */
    public static OnnxGpt2 open(ModelDirectory model, Device device, EvaluationPrecision precision, Progress progress) {
        return open(model, device, precision, progress, ScoringBatch::run);
    }

    static OnnxGpt2 open(
            ModelDirectory model, Device device, EvaluationPrecision precision, Progress progress, Scoring scoring) {
        Halving halving = new Halving(progress::info);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = Sessions.options(model.path(), device)) {
            Placement placement = Placement.watch(options, device);
            OrtSession session =
                    environment.createSession(Gpt2Graph.scores(model, model.path(), device, precision), options);
            return new OnnxGpt2(
                    model,
                    Tokenizer.open(model),
                    environment,
                    session,
                    new Generator(model, device, precision, halving),
                    scoring,
                    halving,
                    placement);
        } catch (OrtException e) {
            throw new InvalidInputException(
                    "ONNX Runtime cannot load " + model.path() + " on device '" + device.id() + "': " + Reason.of(e)
                            + "; check that its files are whole, and that the machine has room for it.",
                    e);
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
    public ShippedSize size() {
        return ShippedSize.of(model);
    }

    @Override
    public SpecialTokens specialTokens() {
        return tokenizer.specialTokens();
    }

    @Override
    public int positions() {
        return model.config().positions();
    }

    /** Tokens that can be drawn. */
    int vocabulary() {
        return model.config().vocabulary();
    }

    @Override
    public List<float[]> logProbabilities(List<Request> requests, LongConsumer progress) {
        float[][] results = new float[requests.size()][];
        score(rows(requests), requests, results, row -> {}, progress);
        return List.of(results);
    }

    /**
     * What tells processors apart that compute other last digits: SHA-256 of the log-probabilities of some fixed
     * sequences, in hexadecimal. Computed once.
     */
    public String fingerprint() {
        if (fingerprint == null) {
            fingerprint = computeFingerprint();
        }
        return fingerprint;
    }

    private String computeFingerprint() {
        int vocabulary = model.config().vocabulary();
        int length = Math.min(FINGERPRINT_TOKENS, positions());
        List<Request> requests = IntStream.range(0, FINGERPRINT_SEQUENCES)
                .mapToObj(i -> new Request(
                        IntStream.rangeClosed(0, length)
                                .map(j -> (int) ((7_919L * i + 104_729L * j) % vocabulary))
                                .toArray(),
                        1))
                .toList();
        return Digests.sha256(Question.scores(logProbabilities(requests, done -> {})));
    }

    /** A view of this model that computes only what is not known yet; this model stays the one to close. */
    public LanguageModel remembering(Answers answers) {
        return new RememberingModel(this, answers);
    }

    /**
     * The rows in which requests are computed, those of like length together, so that little is padded; the longest
     * first.
     */
    List<Row> rows(List<Request> requests) {
        requests.forEach(this::requireReadable);
        return PrefixRows.of(requests, sharedTokens()).stream()
                .sorted(Comparator.comparingInt(Row::tokens).reversed())
                .toList();
    }

    /**
     * Computes rows batch by batch.
     *
     * @param rows in the order of {@link #rows}
     * @param results receives the log-probabilities of every request of the rows, in its place
     * @param finished is told of every row as soon as its results are there
     * @param progress receives how many requests are done
     */
    void score(
            List<Row> rows, List<Request> requests, float[][] results, Consumer<Row> finished, LongConsumer progress) {
        long done = 0;
        for (List<Row> batch : batches(rows)) {
            done += score(batch, requests, results);
            batch.forEach(finished);
            progress.accept(done);
        }
    }

    /**
     * The most tokens of a row that several requests share. None where the model rounds activations to whole numbers:
     * there the last bits of a sum decide which way a number is rounded, and a text would get another score, by some
     * hundredths of a nat, beside other texts.
     */
    private int sharedTokens() {
        return model.roundsActivations() ? 0 : BATCH_TOKENS;
    }

    private void requireReadable(Request request) {
        if (request.inputs() > positions()) {
            throw new IllegalArgumentException(
                    "a sequence of " + request.inputs() + " tokens exceeds the model's " + positions() + " positions");
        }
        Vocabulary.require(model, request.tokens(), "a text to score");
    }

    private static List<List<Row>> batches(List<Row> byLength) {
        List<List<Row>> batches = new ArrayList<>();
        for (int start = 0; start < byLength.size(); ) {
            int end = Math.min(
                    byLength.size(),
                    start + Math.max(1, BATCH_TOKENS / byLength.get(start).tokens()));
            batches.add(byLength.subList(start, end));
            start = end;
        }
        return batches;
    }

    /** Puts the results of a batch into their places; returns how many requests it answers. */
    private int score(List<Row> batch, List<Request> requests, float[][] results) {
        List<Integer> indices =
                batch.stream().flatMap(row -> row.requests().stream()).toList();
        List<PrefixTree> trees = batch.stream()
                .map(row -> new PrefixTree(
                        row.requests().stream().map(requests::get).toList()))
                .toList();
        List<float[]> scored = run(trees);
        for (int i = 0; i < indices.size(); i++) {
            requireNumbers(scored.get(i), requests.get(indices.get(i)));
            results[indices.get(i)] = scored.get(i);
        }
        return indices.size();
    }

    /** Of every request of every tree. */
    private List<float[]> run(List<PrefixTree> trees) {
        try {
            List<float[]> results = halving.run(trees, part -> scoring.run(new ScoringBatch(part), session));
            placement.check(session);
            return results;
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime failed while scoring with " + model.path() + ": " + e.getMessage(), e);
        }
    }

    private void requireNumbers(float[] logProbabilities, Request request) {
        for (int i = 0; i < logProbabilities.length; i++) {
            if (!Float.isFinite(logProbabilities[i])) {
                throw new UnfitException("The model " + model.path() + " gives the log-probability "
                        + logProbabilities[i] + " to token " + request.tokens()[request.from() + i] + " at position "
                        + (request.from() + i) + " of a text; every token needs a finite one. "
                        + "Its weights are damaged or overflow: " + Advice.CHECK_WEIGHTS + ".");
            }
        }
    }

    @Override
    public List<List<int[]>> generate(List<Prompt> prompts, Sampling sampling, LongConsumer progress) {
        return generate(prompts, sampling, progress, (prompt, texts) -> {});
    }

    /** @param finished is told of every prompt's continuations as soon as they are there, by one thread at a time */
    List<List<int[]>> generate(
            List<Prompt> prompts, Sampling sampling, LongConsumer progress, BiConsumer<Prompt, List<int[]>> finished) {
        return generator.generate(prompts, sampling, progress, finished);
    }

    @Override
    public void close() {
        tokenizer.close();
        generator.close();
        Sessions.close(session);
    }
}
