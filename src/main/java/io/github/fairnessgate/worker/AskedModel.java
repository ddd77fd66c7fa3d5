package io.github.fairnessgate.worker;

import io.github.fairnessgate.Advice;
import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.evaluate.Shards;
import io.github.fairnessgate.evaluate.Suite;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.file.PrivateCopy;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An open model with the suites that it is put to: a copy that nobody else writes to, so that what was digested is what
 * is measured.
 */
final class AskedModel implements AutoCloseable {

    /** Bytes of a JVM with ONNX Runtime, before there is a model. */
    private static final long RUNTIME = 150_000_000;

    private final WorkerRequest.Evaluate request;
    private final PrivateCopy copy;
    private final ModelDirectory directory;
    private final List<Suite> suites;
    private final Provenance provenance;
    private final OnnxGpt2 model;

    private AskedModel(
            WorkerRequest.Evaluate request,
            PrivateCopy copy,
            ModelDirectory directory,
            List<Suite> suites,
            OnnxGpt2 model) {
        this.request = request;
        this.copy = copy;
        this.directory = directory;
        this.suites = suites;
        this.provenance = Provenance.of(
                request.digest(),
                request.model(),
                request.device(),
                request.precision(),
                new TreeMap<>(request.versions()));
        this.model = model;
    }

    /**
     * Opens the model; the caller closes it.
     *
     * @throws InvalidInputException if it is not the one that the request names, or cannot be measured here
     */
    static AskedModel open(WorkerRequest.Evaluate request, Progress progress) {
        ModelDirectory original = ModelDirectory.open(Path.of(request.model()));
        requireMemory(original, request.device());
        PrivateCopy copy = original.copy();
        try {
            return copy.use(() -> open(request, copy, progress));
        } catch (RuntimeException | Error e) {
            copy.close();
            throw e;
        }
    }

    private static AskedModel open(WorkerRequest.Evaluate request, PrivateCopy copy, Progress progress) {
        ModelDirectory directory = ModelDirectory.open(copy.folder());
        directory.requireFinite();
        requireDigest(directory, request.digest(), request.model());
        tellPrecision(request, directory, progress);
        List<Suite> suites = request.suites().stream().map(Suites::create).toList();
        return new AskedModel(
                request,
                copy,
                directory,
                suites,
                OnnxGpt2.open(directory, request.device(), request.precision(), progress));
    }

    private static void tellPrecision(WorkerRequest.Evaluate request, ModelDirectory directory, Progress progress) {
        if (request.device() == Device.CPU && request.precision() == EvaluationPrecision.FLOAT16) {
            progress.info("float16 is made for GPUs: a CPU computes in float32 and rounds, which takes longer than "
                    + "float32 alone");
        }
        if (request.device() == Device.CUDA && directory.roundsActivations()) {
            progress.info("On a GPU, " + request.model()
                    + " is measured with float32 activations, because ONNX Runtime rounds them to int8 on a CPU only:"
                    + " " + Advice.COMPUTE_ON_CPU + " if the model will run on a CPU");
        }
    }

    private static void requireMemory(ModelDirectory model, Device device) {
        if (device == Device.CPU) {
            Machine.here().availableMemory().ifPresent(available -> requireMemory(model, available));
        }
    }

    /** By a lower bound: the weights in float32, once. */
    static void requireMemory(ModelDirectory model, long available) {
        long needed = leastMemory(model);
        if (available < needed) {
            throw new InvalidInputException("Evaluating " + model.path() + " takes at least " + Bytes.text(needed)
                    + " of memory, but only " + Bytes.text(available)
                    + " are available; end other programs, raise the limit of the container, or take a smaller model.");
        }
    }

    /** Bytes that a worker takes at least, beside its heap: the weights in float32, once. */
    static long leastMemory(ModelDirectory model) {
        return RUNTIME + Float.BYTES * model.parameters();
    }

    /** @param named how the user knows the original of the copy */
    static void requireDigest(ModelDirectory copy, String expected, String named) {
        String digest = copy.digest();
        if (!digest.equals(expected)) {
            throw new InvalidInputException("The model " + named + " changed while the build ran (its SHA-256 was "
                    + expected + " and is " + digest + "): run it again when nothing else writes to the model.");
        }
    }

    /**
     * Puts the model to all suites.
     *
     * @param cache has what an earlier run was answered, and gets what this one is
     * @param shards have the answers of suites that were answered elsewhere
     */
    Evaluation evaluate(EvaluationCache cache, Optional<Shards> shards, Progress progress) {
        return copy.use(() -> {
            Evaluation evaluation = Evaluator.evaluate(model, suites, provenance, cache, shards, progress);
            requireStill();
            return evaluation;
        });
    }

    /**
     * Answers one shard of the questions.
     *
     * @param cache has what an earlier run of the shard was answered, and gets what this one is
     * @param output an existing folder that receives the answers
     */
    void answer(Shard shard, EvaluationCache cache, Path output, Progress progress) {
        copy.run(() -> {
            Evaluator.answer(model, suites, provenance, shard, cache, output, progress);
            requireStill();
        });
    }

    /** Sessions are opened while suites run. */
    private void requireStill() {
        requireDigest(directory, request.digest(), request.model());
    }

    @Override
    public void close() {
        try {
            model.close();
        } finally {
            copy.close();
        }
    }
}
