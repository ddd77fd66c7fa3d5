package io.github.fairnessgate.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Generates continuations batch by batch. Every batch runs on one thread, in ONNX Runtime too, and batches run side by
 * side: so nothing that is computed can depend on the number of threads, and none waits for another within a step.
 */
final class Generator implements AutoCloseable {

    /** Continuations of a batch: enough for the matrix products to reach their full speed. */
    private static final int BATCH_ROWS = 256;

    private static final long PATIENCE_DAYS = 365;

    private final ModelDirectory model;
    private final Device device;
    private final EvaluationPrecision precision;
    private final Decoding decoding;
    private final int threads;
    private final long memory;
    private final Halving halving;
    private OrtSession prefill;
    private OrtSession decode;
    private OrtSession room;
    private OrtSession loop;
    private Placement placement;

    /** Where the steps of a continuation are taken. */
    enum Decoding {
        /** One run of a graph a step, with the sampling in Java: fastest on a CPU. */
        STEPPED,
        /** One run for all steps, with the sampling in the graph: nothing goes over the bus of a GPU but tokens. */
        LOOPED
    }

    /** @param halving for a device whose memory runs out */
    Generator(ModelDirectory model, Device device, EvaluationPrecision precision, Halving halving) {
        this(
                model,
                device,
                precision,
                device == Device.CPU && precision == EvaluationPrecision.FLOAT32 ? Decoding.STEPPED : Decoding.LOOPED,
                device == Device.CPU ? Runtime.getRuntime().availableProcessors() : 1,
                LanguageModel.MOST_GENERATING,
                halving);
    }

    /**
     * @param precision of the layers' products; float16 only where steps are taken in the graph
     * @param threads that run batches at the same time
     * @param memory bytes that their batches may take together, as far as one prompt at a time allows
     */
    Generator(
            ModelDirectory model,
            Device device,
            EvaluationPrecision precision,
            Decoding decoding,
            int threads,
            long memory,
            Halving halving) {
        this.model = model;
        this.device = device;
        this.precision = precision;
        this.decoding = decoding;
        this.threads = threads;
        this.memory = memory;
        this.halving = halving;
    }

    /** As {@link LanguageModel#generate}. */
    List<List<int[]>> generate(List<Prompt> prompts, Sampling sampling, LongConsumer progress) {
        return generate(prompts, sampling, progress, (prompt, texts) -> {});
    }

    /**
     * As {@link LanguageModel#generate}.
     *
     * @param finished is told of every prompt's continuations as soon as they are there, by one thread at a time
     */
    List<List<int[]>> generate(
            List<Prompt> prompts, Sampling sampling, LongConsumer progress, BiConsumer<Prompt, List<int[]>> finished) {
        requireUsable(prompts);
        if (prompts.isEmpty()) {
            return List.of();
        }
        openSessions();
        int workers = workers(sampling);
        List<List<Integer>> batches = batches(prompts, promptsPerBatch(prompts.size(), sampling, workers));
        ExecutorService executor = Executors.newFixedThreadPool(Math.min(workers, batches.size()));
        try {
            return inParallel(
                    executor, Math.min(workers, batches.size()), batches, prompts, sampling, progress, finished);
        } finally {
            end(executor);
        }
    }

    private void requireUsable(List<Prompt> prompts) {
        int longest = model.config().positions() - 1;
        Set<String> ids = new HashSet<>();
        for (Prompt prompt : prompts) {
            if (prompt.tokens().length > longest) {
                throw new IllegalArgumentException("the prompt \"" + prompt.id() + "\" has " + prompt.tokens().length
                        + " tokens, which leaves no room in the model's "
                        + model.config().positions() + " positions");
            }
            if (!ids.add(prompt.id())) {
                throw new IllegalArgumentException(
                        "two prompts have the id \"" + prompt.id() + "\", so chance would treat them alike");
            }
            Vocabulary.require(model, prompt.tokens(), "the prompt \"" + prompt.id() + "\"");
        }
    }

    /** Threads whose batches fit into memory even with one prompt each; at least one. */
    private int workers(Sampling sampling) {
        long onePrompt = GenerationBatch.rows(1, sampling.continuations()) * rowBytes(sampling);
        return (int) Math.max(1, Math.min(threads, memory / onePrompt));
    }

    private int promptsPerBatch(int prompts, Sampling sampling, int workers) {
        long rows = Math.min(BATCH_ROWS, memory / workers / rowBytes(sampling));
        int fitting = (int) Math.max(1, rows / GenerationBatch.rows(1, sampling.continuations()));
        int share = (prompts + workers - 1) / workers;
        return Math.min(fitting, share);
    }

    private long rowBytes(Sampling sampling) {
        return decoding == Decoding.STEPPED
                ? GenerationBatch.rowBytes(model.config(), sampling)
                : LoopedBatch.rowBytes(model.config(), sampling);
    }

    /** Indices of prompts, only such together as are padded to the same length; the longest first. */
    private List<List<Integer>> batches(List<Prompt> prompts, int promptsPerBatch) {
        Map<Integer, List<Integer>> byLength = IntStream.range(0, prompts.size())
                .boxed()
                .collect(Collectors.groupingBy(
                        i -> GenerationBatch.paddedLength(
                                prompts.get(i).tokens().length, model.config().positions()),
                        () -> new TreeMap<Integer, List<Integer>>(Comparator.reverseOrder()),
                        Collectors.toList()));
        List<List<Integer>> batches = new ArrayList<>();
        for (List<Integer> alike : byLength.values()) {
            for (int start = 0; start < alike.size(); start += promptsPerBatch) {
                batches.add(alike.subList(start, Math.min(alike.size(), start + promptsPerBatch)));
            }
        }
        return batches;
    }

    private List<List<int[]>> inParallel(
            ExecutorService executor,
            int workers,
            List<List<Integer>> batches,
            List<Prompt> prompts,
            Sampling sampling,
            LongConsumer progress,
            BiConsumer<Prompt, List<int[]>> finished) {
        BlockingQueue<FloatBuffer> distributions = distributions(workers, batches, sampling);
        CompletionService<List<Integer>> tasks = new ExecutorCompletionService<>(executor);
        List<List<int[]>> results = new ArrayList<>(Collections.nCopies(prompts.size(), null));
        for (List<Integer> batch : batches) {
            tasks.submit(() -> {
                List<List<int[]>> texts = run(batch.stream().map(prompts::get).toList(), sampling, distributions);
                for (int i = 0; i < batch.size(); i++) {
                    results.set(batch.get(i), texts.get(i)); // every task has its own places
                }
                return batch;
            });
        }
        long done = 0;
        for (int i = 0; i < batches.size(); i++) {
            List<Integer> batch = next(tasks);
            batch.forEach(prompt -> finished.accept(prompts.get(prompt), results.get(prompt)));
            done += batch.size();
            progress.accept(done);
        }
        return List.copyOf(results);
    }

    /** Memory outside the heap for the distributions of each worker's batch. */
    private BlockingQueue<FloatBuffer> distributions(int workers, List<List<Integer>> batches, Sampling sampling) {
        int prompts = batches.stream().mapToInt(List::size).max().orElseThrow();
        long rows = decoding == Decoding.STEPPED ? GenerationBatch.rows(prompts, sampling.continuations()) : 0;
        BlockingQueue<FloatBuffer> buffers = new ArrayBlockingQueue<>(workers);
        for (int i = 0; i < workers; i++) {
            buffers.add(Sessions.floats(rows * model.config().vocabulary()));
        }
        return buffers;
    }

    private List<List<int[]>> run(List<Prompt> batch, Sampling sampling, BlockingQueue<FloatBuffer> distributions) {
        FloatBuffer own = distributions.remove(); // there are as many as threads
        try {
            return halving.run(
                    batch,
                    part -> decoding == Decoding.STEPPED
                            ? new GenerationBatch(model, prefill, decode, room, part, sampling, own).run()
                            : looped(part, sampling));
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "ONNX Runtime failed while generating from " + batch.size() + " prompts with " + model.path() + ": "
                            + e.getMessage(),
                    e);
        } finally {
            distributions.add(own);
        }
    }

    private List<List<int[]>> looped(List<Prompt> prompts, Sampling sampling) throws OrtException {
        List<List<int[]>> texts =
                new LoopedBatch(model, precision, prompts, sampling).run(loop).texts();
        placement.check(loop);
        return texts;
    }

    private static List<Integer> next(CompletionService<List<Integer>> tasks) {
        try {
            return tasks.take().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("generation was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException("generation failed: " + e.getCause(), e.getCause());
        }
    }

    /**
     * Sessions and buffers may be closed only when no task uses them any more; a step of the model cannot be
     * interrupted.
     */
    private static void end(ExecutorService executor) {
        executor.shutdownNow();
        boolean interrupted = false;
        while (!executor.isTerminated()) {
            try {
                executor.awaitTermination(PATIENCE_DAYS, TimeUnit.DAYS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void openSessions() {
        if (decode != null || loop != null) {
            return;
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions once = Sessions.options(model.path(), device, 1);
                OrtSession.SessionOptions often = Sessions.options(model.path(), device, 1)) {
            if (decoding == Decoding.LOOPED) {
                placement = Placement.watch(often, device);
                loop = environment.createSession(GenerationGraph.generate(model, model.path(), precision), often);
                return;
            }
            if (!model.roundsActivations()) {
                // Packed weights are a second copy of them, which a graph that runs once for twenty steps of the other
                // does not earn. Products of whole
                // numbers earn it: the copy is small, and without it ONNX Runtime makes floats of the weights, leaves
                // activations as they are, and
                // takes up to a hundred times as long.
                once.addConfigEntry("session.disable_prepacking", "1");
            }
            prefill = environment.createSession(GenerationGraph.prefill(model, model.path()), once);
            room = environment.createSession(
                    GenerationGraph.room(model, model.path(), GenerationBatch.ROOM_STEP), once);
            decode = environment.createSession(GenerationGraph.decode(model, model.path()), often);
        } catch (OrtException e) {
            close();
            throw new InvalidInputException(
                    "ONNX Runtime cannot load " + model.path() + " on device '" + device.id() + "' to generate text: "
                            + Reason.of(e) + "; check that its files are whole, and that the machine has room for it.",
                    e);
        }
    }

    @Override
    public void close() {
        if (prefill != null) {
            Sessions.close(prefill);
            prefill = null;
        }
        if (room != null) {
            Sessions.close(room);
            room = null;
        }
        if (decode != null) {
            Sessions.close(decode);
            decode = null;
        }
        if (loop != null) {
            Sessions.close(loop);
            loop = null;
        }
    }
}
