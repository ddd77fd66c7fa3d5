package io.github.fairnessgate.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.Advice;
import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.compress.Compression;
import io.github.fairnessgate.compress.CompressionKey;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.Estimate;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.evaluate.Contrast;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.HarmedModel;
import io.github.fairnessgate.evaluate.Shards;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.NativeLibraries;
import io.github.fairnessgate.file.PrivateCopy;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.Gpt2Graph;
import io.github.fairnessgate.spark.ShardTask;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The forked process that does what needs native code. Takes the request file as its only argument, says
 * {@link WorkerEvent}s on standard output, logs on standard error, and ends as soon as its standard input closes,
 * because then nobody waits for it any more.
 */
public final class WorkerMain {

    /** Folder of the device locks. */
    static final String LOCKS_PROPERTY = "fairness.worker.locks";

    /** Bytes below which the folder that native libraries are unpacked to may have been too small for them. */
    private static final long LITTLE_ROOM = 50_000_000;

    private final PrintStream protocol;
    private final StandardInput input;

    private WorkerMain(PrintStream protocol, StandardInput input) {
        this.protocol = protocol;
        this.input = input;
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream protocol = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        int status = new WorkerMain(protocol, StandardInput.watched()).serve(Path.of(arguments[0]));
        if (status != 0) {
            // Without shutdown hooks, for the reason that -Xrs has in WorkerProcess: other threads may still run
            // sessions.
            System.err.flush();
            Runtime.getRuntime().halt(status);
        }
        System.exit(status);
    }

    private int serve(Path requestFile) {
        Progress progress = new EventProgress();
        try {
            WorkerRequest request = Json.MAPPER.readValue(requestFile.toFile(), WorkerRequest.class);
            if (request instanceof WorkerRequest.Diagnose diagnose) {
                write(
                        Path.of(diagnose.output()),
                        Diagnosis.of(
                                ModelDirectory.open(Path.of(diagnose.model())),
                                diagnose.device(),
                                Optional.ofNullable(diagnose.scorer())));
            } else if (request instanceof WorkerRequest.Serve shards) {
                answer(shards);
            } else {
                try (DeviceLock lock = DeviceLock.acquire(
                        Path.of(System.getProperty(LOCKS_PROPERTY)),
                        DeviceLock.name(request.device(), Gpus.listed()),
                        DeviceShare.of(request),
                        progress)) {
                    perform(request, progress);
                }
            }
            say(new WorkerEvent.Finished(peakMemory()));
            return 0;
        } catch (UnfitException e) {
            e.printStackTrace();
            say(new WorkerEvent.Unfit(e.getMessage()));
        } catch (InvalidInputException e) {
            e.printStackTrace();
            say(new WorkerEvent.Failed(true, e.getMessage()));
        } catch (Throwable e) {
            e.printStackTrace();
            Optional<String> obstacle = NativeLibraries.areMissing(e)
                    ? Optional.ofNullable(System.getenv(NativeLibraries.FOLDER))
                            .map(Path::of)
                            .flatMap(NativeLibraries::obstacle)
                    : Optional.empty();
            if (obstacle.isPresent()) {
                say(new WorkerEvent.Failed(true, obstacle.get()));
                return 1;
            }
            File temporary = new File(System.getProperty("java.io.tmpdir"));
            say(new WorkerEvent.Failed(
                    false,
                    Reason.unexpected("the worker", Advice.MORE_MEMORY, e)
                            + whereLittleIsFree(temporary, temporary.getUsableSpace())));
        }
        return 1;
    }

    /** Until standard input ends, and the process with it. */
    private void answer(WorkerRequest.Serve request) throws IOException, InterruptedException {
        try (ShardServer server = new ShardServer(request, Progress.NONE)) {
            while (true) {
                server.answer(ShardTask.parse(input.next()));
                say(new WorkerEvent.Finished(peakMemory()));
            }
        } catch (UnfitException e) {
            throw new InvalidInputException(e.getMessage(), e); // executors tell only input from what is unexpected
        }
    }

    /**
     * The end of a sentence: where there is no room to unpack them, native libraries only say that they are not there.
     */
    static String whereLittleIsFree(File folder, long free) {
        return free < LITTLE_ROOM
                ? "; only " + Bytes.text(free) + " are free in " + folder + ", which may be why: make room, or set "
                        + Parameters.OUTPUT_DIRECTORY
                : "";
    }

    private static void perform(WorkerRequest request, Progress progress) {
        if (request instanceof WorkerRequest.Evaluate evaluate) {
            evaluate(evaluate, progress);
        } else if (request instanceof WorkerRequest.Compress compress) {
            withCopy(compress.model(), model -> compress(compress, model, progress));
        } else if (request instanceof WorkerRequest.Measure measure) {
            withCopy(
                    measure.before(),
                    before -> withCopy(measure.after(), after -> {
                        AskedModel.requireDigest(before, measure.beforeDigest(), measure.before());
                        AskedModel.requireDigest(after, measure.afterDigest(), measure.after());
                        write(
                                Path.of(measure.output()),
                                SpeedRounds.measure(before, after, measure.device(), measure.rounds(), progress));
                    }));
        } else if (request instanceof WorkerRequest.Write write) {
            withCopy(write.model(), model -> {
                AskedModel.requireDigest(model, write.digest(), write.model());
                SpeedRounds.write(model, write.device());
            });
        } else if (request instanceof WorkerRequest.Harm harm) {
            withCopy(harm.model(), model -> harm(harm, model, progress));
        } else {
            throw new IllegalArgumentException(
                    "unknown request " + request.getClass().getName());
        }
    }

    /**
     * Has work done with a copy of a model that nobody else writes to: what is digested is what is used, whatever
     * becomes of the original.
     */
    private static void withCopy(String model, Consumer<ModelDirectory> work) {
        try (PrivateCopy copy = ModelDirectory.open(Path.of(model)).copy()) {
            copy.run(() -> work.accept(ModelDirectory.open(copy.folder())));
        }
    }

    private static void harm(WorkerRequest.Harm request, ModelDirectory model, Progress progress) {
        Evaluation baseline = EvaluationFiles.read(Path.of(request.baseline()), WorkerRequest.Evaluate.ROLE);
        AskedModel.requireDigest(model, baseline.provenance().model(), request.model());
        List<Contrast> contrasts = Contrast.of(baseline, Set.copyOf(request.signed())).stream()
                .filter(contrast -> request.suites().contains(contrast.suite()))
                .toList();
        int raised = HarmedModel.write(model, contrasts, request.nats(), Path.of(request.output()));
        progress.info("Harmed the baseline on purpose: the logits of " + raised + " tokens are raised by up to "
                + request.nats() + " nats");
    }

    private static void evaluate(WorkerRequest.Evaluate request, Progress progress) {
        try (AskedModel model = AskedModel.open(request, progress)) {
            WorkerRequest.Answering answering = request.answering();
            EvaluationCache cache =
                    answering.cache() == null ? EvaluationCache.off() : new EvaluationCache(Path.of(answering.cache()));
            Path output = Path.of(request.output());
            if (answering.part() != null) {
                model.answer(answering.part(), cache, output, progress);
                return;
            }
            Optional<Shards> shards =
                    Optional.ofNullable(answering.shards()).map(Path::of).map(Shards::in);
            EvaluationFiles.write(output, WorkerRequest.Evaluate.ROLE, model.evaluate(cache, shards, progress));
        }
    }

    private static void compress(WorkerRequest.Compress request, ModelDirectory model, Progress progress) {
        Map<String, Path> artifacts = request.artifacts().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, artifact -> Path.of(artifact.getValue())));
        Recipe read = RecipeReader.read(request.recipe(), Path.of(request.baseDirectory()))
                .withArtifacts(artifacts);
        Recipe recipe = read.withSeed(request.seed());
        Compressor.requireKey(
                request.key(),
                CompressionKey.of(model.digest(), recipe, request.device(), request.versions()),
                model,
                recipe);
        if (request.device() == Device.CPU) {
            Machine.here()
                    .availableMemory()
                    .ifPresent(available -> Estimate.requireMemory(recipe, model.config(), available));
        }
        Compression compression = Compressor.run(
                model,
                recipe,
                request.key(),
                Path.of(request.output()),
                Path.of(request.checkpoints()),
                request.device(),
                request.versions(),
                progress,
                WorkerMain::writeGraph);
        write(Path.of(request.times()), compression.times());
    }

    private static void write(Path file, Object value) {
        try {
            AtomicFiles.write(file, Json.MAPPER.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of numbers can always be written as JSON", e);
        }
    }

    static void writeGraph(Path directory) {
        AtomicFiles.write(directory.resolve("model.onnx"), Gpt2Graph.logits(ModelDirectory.open(directory), directory));
    }

    private synchronized void say(WorkerEvent event) {
        try {
            protocol.println(Json.MAPPER.writerFor(WorkerEvent.class).writeValueAsString(event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("events can always be written as JSON", e);
        }
    }

    /** The kernel's high-water mark of resident memory, in bytes. */
    private static long peakMemory() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    /** Thins steps out to what a reader can see: four a second, and the last. */
    private final class EventProgress implements Progress {

        private static final long INTERVAL_NANOS = 250_000_000;

        private long last = System.nanoTime() - INTERVAL_NANOS;

        @Override
        public synchronized void step(String task, long done, long total) {
            long now = System.nanoTime();
            if (done == total || now - last >= INTERVAL_NANOS) {
                last = now;
                say(new WorkerEvent.Step(task, done, total));
            }
        }

        @Override
        public void info(String message) {
            say(new WorkerEvent.Info(message));
        }
    }
}
