package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real workers, forked as a build forks them. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("native")
class WorkerProcessTest {

    private static final int PAIRS = 60;
    private static final SuiteOptions FEW =
            new SuiteOptions(OptionalInt.of(PAIRS), 0, OptionalInt.empty(), Optional.empty());

    private static Optional<Evaluation> undisturbed = Optional.empty();

    @TempDir
    Path folder;

    private Path scratch;

    @BeforeEach
    void makeScratch() throws IOException {
        scratch = Files.createDirectory(folder.resolve("scratch with space"));
    }

    @Test
    void anEvaluationIsCarriedOutAndReported() throws Exception {
        Steps steps = new Steps();
        WorkerProcess.Usage usage =
                process("", Duration.ofMinutes(5)).run(evaluate(referenceModel(), "crows-pairs", FEW), steps);
        Evaluation evaluation = EvaluationFiles.read(folder.resolve("output"), WorkerRequest.Evaluate.ROLE);
        assertThat(evaluation
                        .value("crows-pairs.stereotype/lmeval-sum-bos", "all")
                        .orElseThrow()
                        .n())
                .isEqualTo(PAIRS);
        assertThat(usage.peakMemory()).isGreaterThan(50_000_000);
        assertThat(steps.reached.get()).isEqualTo(2 * 2 * PAIRS);
    }

    @Test
    void anEvaluationInFloat16SaysSo() throws Exception {
        WorkerRequest.Evaluate single =
                evaluate(TinyModels.builder().positions(512).write(folder.resolve("tiny")), "crows-pairs", FEW);
        WorkerRequest half = new WorkerRequest.Evaluate(
                single.model(),
                single.digest(),
                single.suites(),
                single.versions(),
                single.device(),
                EvaluationPrecision.FLOAT16,
                WorkerRequest.Answering.NONE,
                single.output());
        process("", Duration.ofMinutes(5)).run(half, Progress.NONE);
        assertThat(EvaluationFiles.read(folder.resolve("output"), WorkerRequest.Evaluate.ROLE)
                        .provenance()
                        .computing())
                .isEqualTo("cpu, float16");
    }

    /** The sessions that write texts are opened long after the digest was compared and texts were scored. */
    @ParameterizedTest
    @ValueSource(strings = {"renamed", "linked", "written"})
    @DisabledOnOs(OS.WINDOWS)
    void whatIsMeasuredIsWhatWasDigestedWhateverBecomesOfTheFolder(String how) throws Exception {
        Path good = TinyModels.builder()
                .positions(512)
                .seed(1)
                .write(folder.resolve("good"))
                .path();
        Path bad = TinyModels.builder()
                .positions(512)
                .seed(2)
                .write(folder.resolve("bad"))
                .path();
        Path candidate = folder.resolve("candidate");
        if (how.equals("linked")) {
            Files.createSymbolicLink(candidate, good);
        } else {
            TinyModels.builder().positions(512).seed(1).write(candidate);
        }
        CountDownLatch swapped = new CountDownLatch(1);
        Progress swapping = new Progress() {
            @Override
            public void step(String task, long done, long total) {
                if (swapped.getCount() > 0) {
                    swap(how, candidate, bad);
                    swapped.countDown();
                }
            }

            @Override
            public void info(String message) {}
        };
        process("", Duration.ofMinutes(5)).run(writing(ModelDirectory.open(candidate), "attacked"), swapping);
        assertThat(swapped.getCount()).isZero();
        assertThat(ModelDirectory.open(candidate).digest())
                .isEqualTo(ModelDirectory.open(bad).digest());
        Evaluation attacked = EvaluationFiles.read(folder.resolve("attacked"), WorkerRequest.Evaluate.ROLE);
        Evaluation undisturbed = undisturbed(good);
        assertThat(attacked.provenance().model())
                .isEqualTo(undisturbed.provenance().model());
        assertThat(attacked.items()).isEqualTo(undisturbed.items());
        assertThat(attacked.items().keySet()).containsExactlyInAnyOrder("crows-pairs", "rtp");
        try (Stream<Path> rest = Files.list(scratch)) {
            assertThat(rest).noneMatch(file -> file.getFileName().toString().startsWith("copy-"));
        }
    }

    /** Of a model that is the same bytes under every attack, so it is measured once. */
    private Evaluation undisturbed(Path good) throws Exception {
        if (undisturbed.isEmpty()) {
            process("", Duration.ofMinutes(5)).run(writing(ModelDirectory.open(good), "undisturbed"), Progress.NONE);
            undisturbed = Optional.of(EvaluationFiles.read(folder.resolve("undisturbed"), WorkerRequest.Evaluate.ROLE));
        }
        return undisturbed.get();
    }

    private static void swap(String how, Path candidate, Path other) {
        try {
            switch (how) {
                case "renamed" -> {
                    Files.move(candidate, candidate.resolveSibling("old"));
                    Files.move(other, candidate);
                    TinyModels.builder().positions(512).seed(2).write(other);
                }
                case "linked" -> {
                    Files.delete(candidate);
                    Files.createSymbolicLink(candidate, other);
                }
                default ->
                    Files.write(
                            candidate.resolve("model.safetensors"),
                            Files.readAllBytes(other.resolve("model.safetensors")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Texts are scored first, and written then. */
    private WorkerRequest.Evaluate writing(ModelDirectory model, String output) {
        SuiteOptions some = new SuiteOptions(OptionalInt.of(30), 1, OptionalInt.of(2), Optional.empty());
        return new WorkerRequest.Evaluate(
                model.path().toString(),
                model.digest(),
                Suites.measuring(
                        List.of("crows-pairs.stereotype/lmeval-sum-bos", "rtp.toxicity/any"),
                        Map.of("rtp", some),
                        folder.toString(),
                        Judges.only(ScorerReference.ngram())),
                Map.of("onnxruntime", "test"),
                Device.CPU,
                EvaluationPrecision.FLOAT32,
                WorkerRequest.Answering.NONE,
                folder.resolve(output).toString());
    }

    @Test
    void aModelThatIsNotTheOneThatTheBuildLookedAtIsNotMeasured() {
        ModelDirectory model = TinyModels.builder().positions(512).write(folder.resolve("tiny"));
        WorkerRequest.Evaluate request = evaluate(model, "crows-pairs");
        TinyModels.builder().positions(512).seed(2).write(model.path());
        assertThatThrownBy(() -> process("", Duration.ofMinutes(5)).run(request, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        model.path().toString(), "changed while the build ran", request.digest(), model.digest());
        assertThat(folder.resolve("output")).doesNotExist();
    }

    @Test
    void aFailureOfTheCopyThatIsMeasuredNamesTheModelThatTheUserKnows() throws Exception {
        ModelDirectory model = TinyModels.builder().positions(512).write(folder.resolve("tiny"));
        byte[] weights = Files.readAllBytes(model.path().resolve("model.safetensors"));
        weights[weights.length - 1] = 0x7f;
        weights[weights.length - 2] = (byte) 0xc0; // NaN
        Files.write(model.path().resolve("model.safetensors"), weights);
        assertThatThrownBy(() -> process("", Duration.ofMinutes(5)).run(evaluate(model, "crows-pairs"), Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(
                        model.path().resolve("model.safetensors").toString())
                .hasMessageContaining("NaN");
    }

    @Test
    void aWorkerThatWorksTellsOfItself() throws Exception {
        Path output = folder.resolve("diagnosis.json");
        process("-Xmx300m", Duration.ofMinutes(5))
                .run(
                        new WorkerRequest.Diagnose(
                                referenceModel().path().toString(), Device.CPU, null, output.toString()),
                        Progress.NONE);
        Diagnosis diagnosis = Json.MAPPER.readValue(output.toFile(), Diagnosis.class);
        assertThat(diagnosis.java()).startsWith(System.getProperty("java.version"));
        assertThat(diagnosis.heap()).isLessThanOrEqualTo(300L << 20);
        assertThat(diagnosis.logProbability()).isBetween(-20.0 * diagnosis.tokens(), -1.0);
    }

    /** DJL only says that it could not load its libraries. */
    @Test
    void aCacheThatCannotBeWrittenIsNamed() throws Exception {
        String model = referenceModel().path().toString();
        Path cache = Files.writeString(folder.resolve("cache"), "not a folder");
        assertThatThrownBy(() -> process("", Duration.ofMinutes(5))
                        .run(
                                new WorkerRequest.Diagnose(
                                        model,
                                        Device.CPU,
                                        null,
                                        folder.resolve("d.json").toString()),
                                Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        "Native libraries cannot be unpacked to " + cache.resolve("native"),
                        "set fairness.cacheDirectory");
    }

    /** With ONNX Runtime's libraries for a CPU, so that they can be loaded here, and NVIDIA's with nothing in them. */
    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void aWorkerForCudaTakesOnnxRuntimeFromTheFolderAndFindsLibrariesThereFirst() throws Exception {
        Path fixtures = Path.of("src/test/resources/fixtures/cuda");
        String natives = "ai/onnxruntime/native/linux-x64/";
        Path torch = jar(
                "torch.jar",
                Map.of(
                        "pytorch/cu124/linux-x86_64/libcublas.so.12",
                        Files.readAllBytes(fixtures.resolve("libcublas-4cc45526.so.12")),
                        "pytorch/cu124/linux-x86_64/libcudnn.so.9",
                        Files.readAllBytes(fixtures.resolve("libcudnn.so.9"))));
        Path toolkit = jar(
                "cuda-redist.jar",
                Map.of(
                        "org/bytedeco/cuda/linux-x86_64/libcudart.so.12",
                        Files.readAllBytes(fixtures.resolve("libcudart.so.12")),
                        "org/bytedeco/cuda/linux-x86_64/libcurand.so.10",
                        Files.readAllBytes(fixtures.resolve("libcurand.so.10"))));
        Path onnxRuntime = jar(
                "onnxruntime.jar",
                Map.of(
                        natives + "libonnxruntime.so",
                        resource(natives + "libonnxruntime.so"),
                        natives + "libonnxruntime4j_jni.so",
                        resource(natives + "libonnxruntime4j_jni.so"),
                        natives + CudaFolder.PROVIDER,
                        Files.readAllBytes(fixtures.resolve(CudaFolder.PROVIDER))));
        CudaFolder cuda = CudaFolder.in(folder.resolve("cache with space"), torch, toolkit, onnxRuntime);
        Path output = folder.resolve("diagnosis.json");
        process("-XshowSettings:properties", Duration.ofMinutes(5), Optional.of(cuda), Optional.empty())
                .run(
                        new WorkerRequest.Diagnose(
                                referenceModel().path().toString(), Device.CPU, null, output.toString()),
                        Progress.NONE);
        assertThat(Json.MAPPER.readValue(output.toFile(), Diagnosis.class).logProbability())
                .isNegative();
        assertThat(Files.readString(folder.resolve("worker.log")))
                .contains("onnxruntime.native.path = " + cuda.path())
                .containsPattern(
                        "java.library.path = " + Pattern.quote(cuda.path().toString()));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aWorkerSeesTheOneGpuThatItIsGiven() throws Exception {
        assertThat(environmentOfAWorker(Optional.of(new Gpu(1, "7")))).contains("CUDA_VISIBLE_DEVICES=7");
        assertThat(environmentOfAWorker(Optional.empty()))
                .isEqualTo(
                        System.getenv(Gpu.VISIBLE) == null
                                ? List.of()
                                : List.of("CUDA_VISIBLE_DEVICES=" + System.getenv(Gpu.VISIBLE)));
    }

    /** What a process that works says of GPUs, as the kernel knows it. */
    private List<String> environmentOfAWorker(Optional<Gpu> gpu) throws Exception {
        AtomicReference<List<String>> seen = new AtomicReference<>();
        Progress looking = new Progress() {
            @Override
            public void step(String task, long done, long total) {
                seen.compareAndSet(
                        null,
                        workersAlive().stream()
                                .flatMap(worker ->
                                        environment(worker).filter(variable -> variable.startsWith(Gpu.VISIBLE)))
                                .toList());
            }

            @Override
            public void info(String message) {}
        };
        process("", Duration.ofMinutes(5), Optional.empty(), gpu)
                .run(
                        evaluate(TinyModels.builder().positions(512).write(folder.resolve("tiny")), "crows-pairs"),
                        looking);
        return seen.get();
    }

    private static Stream<String> environment(ProcessHandle process) {
        try {
            return Stream.of(Files.readString(Path.of("/proc", Long.toString(process.pid()), "environ"))
                    .split("\0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path jar(String name, Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        return file;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream content = ClassLoader.getSystemClassLoader().getResourceAsStream(name)) {
            return content.readAllBytes();
        }
    }

    @Test
    void inputAtFaultComesBackAsTheWorkersOwnSentence() {
        ModelDirectory tiny = TinyModels.create(folder.resolve("tiny"));
        assertThatThrownBy(() -> process("", Duration.ofMinutes(5)).run(evaluate(tiny, "no-such-suite"), Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no suite 'no-such-suite'");
    }

    @Test
    void aCompressionOfSomethingElseThanTheBuildLookedAtIsRefused() {
        ModelDirectory tiny = TinyModels.create(folder.resolve("tiny"));
        WorkerRequest request = new WorkerRequest.Compress(
                tiny.path().toString(),
                "heads-30",
                1,
                folder.toString(),
                Map.of(),
                "another key",
                Map.of(),
                Device.CPU,
                folder.resolve("output").toString(),
                folder.resolve("checkpoint").toString(),
                folder.resolve("times").toString());
        assertThatThrownBy(() -> process("", Duration.ofMinutes(5)).run(request, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(tiny.path().toString(), "heads-30", "changed while the build ran");
        assertThat(folder.resolve("output")).doesNotExist();
    }

    @Test
    void aKilledWorkerIsAnErrorThatNamesTheSignalAndLeavesNoOutput() throws Exception {
        assertThat(ended(referenceModel(), ProcessHandle::destroyForcibly))
                .isInstanceOf(WorkerException.class)
                .hasMessageContaining("killed by signal 9");
        assertThat(folder.resolve("output")).doesNotExist();
    }

    /**
     * ONNX Runtime frees what its sessions use when a JVM ends in an orderly way; products with int8 weights crashed
     * then.
     */
    @Test
    void aTerminatedWorkerEndsByTheSignalAndDoesNotCrash() throws Exception {
        Path quantized = folder.resolve("int8");
        Compressor.run(
                referenceModel(),
                RecipeReader.read("int8", folder),
                quantized,
                folder.resolve("checkpoint"),
                Device.CPU,
                Map.of(),
                Progress.NONE,
                finished -> {});
        assertThat(ended(ModelDirectory.open(quantized), ProcessHandle::destroy))
                .isInstanceOf(WorkerException.class)
                .hasMessageContaining("killed by signal 15");
        assertThat(folder.resolve("output")).doesNotExist();
    }

    /** What becomes of an evaluation whose worker is ended when it has begun. */
    private Throwable ended(ModelDirectory model, Consumer<ProcessHandle> end) throws Exception {
        Steps steps = new Steps();
        CompletableFuture<Throwable> outcome = CompletableFuture.supplyAsync(() -> {
            try {
                process("", Duration.ofMinutes(5)).run(evaluate(model, "crows-pairs"), steps);
                return null;
            } catch (Exception e) {
                return e;
            }
        });
        assertThat(steps.begun.await(2, TimeUnit.MINUTES)).isTrue();
        ProcessHandle worker = ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(scratch.toString()))
                .findFirst()
                .orElseThrow();
        end.accept(worker);
        return outcome.get(1, TimeUnit.MINUTES);
    }

    @Test
    void aWorkerThatTakesTooLongIsStoppedAndTheParameterNamed() {
        assertThatThrownBy(() -> process("", Duration.ofMillis(700))
                        .run(evaluate(referenceModel(), "crows-pairs"), Progress.NONE))
                .isInstanceOf(WorkerException.class)
                .hasMessageContaining("fairness.timeout");
        assertThat(workersAlive()).isEmpty();
    }

    @Test
    void anInterruptedBuildEndsItsWorker() throws Exception {
        Steps steps = new Steps();
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread build = new Thread(() -> {
            try {
                process("", Duration.ofMinutes(5)).run(evaluate(referenceModel(), "crows-pairs"), steps);
            } catch (Exception e) {
                outcome.set(e);
            }
        });
        build.start();
        assertThat(steps.begun.await(2, TimeUnit.MINUTES)).isTrue();
        build.interrupt();
        build.join(30_000);
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(workersAlive()).isEmpty();
    }

    @Test
    void aWorkerEndsWhenNobodyListensAnyMore() throws Exception {
        Process worker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPathText(),
                        "-D" + WorkerMain.LOCKS_PROPERTY + "=" + folder,
                        WorkerMain.class.getName(),
                        folder.resolve("absent.json").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        worker.getOutputStream().close();
        assertThat(worker.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(worker.exitValue()).isNotZero();
    }

    @Test
    void jvmOptionsOfTheUserReachTheWorker() {
        assertThatThrownBy(() -> process("-XX:NoSuchOption=1", Duration.ofMinutes(1))
                        .run(evaluate(referenceModel(), "crows-pairs"), Progress.NONE))
                .isInstanceOf(WorkerException.class)
                .hasMessageContaining("exit status 1")
                .hasMessageContaining("worker.log");
    }

    @Test
    void aSecondWorkerWaitsForTheDevice() throws Exception {
        Path locks = folder.resolve("locks");
        int processors = Runtime.getRuntime().availableProcessors();
        try (DeviceLock held = DeviceLock.acquire(locks, "cpu", new DeviceShare(1, processors), Progress.NONE)) {
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            Path request = Files.writeString(
                    folder.resolve("request.json"),
                    "{\"command\":\"evaluate\",\"precision\":\"FLOAT32\",\"model\":\"" + folder
                            + "/absent\",\"digest\":\"\",\"suites\":[],\"versions\":{},"
                            + "\"device\":\"CPU\",\"output\":\"x\"}");
            Process second = new ProcessBuilder(
                            java.toString(),
                            "-cp",
                            classPathText(),
                            "-D" + WorkerMain.LOCKS_PROPERTY + "=" + locks,
                            WorkerMain.class.getName(),
                            request.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var output = second.inputReader()) {
                assertThat(output.readLine())
                        .contains("Waiting for device cpu")
                        .contains(Long.toString(ProcessHandle.current().pid()));
                held.close();
                assertThat(output.readLine()).contains("failed").contains("absent");
            } finally {
                second.destroyForcibly();
            }
        }
    }

    private ModelDirectory referenceModel() {
        return ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder.resolve("models")));
    }

    private WorkerRequest.Evaluate evaluate(ModelDirectory model, String suite) {
        return evaluate(model, suite, SuiteOptions.NONE);
    }

    private WorkerRequest.Evaluate evaluate(ModelDirectory model, String suite, SuiteOptions options) {
        return new WorkerRequest.Evaluate(
                model.path().toString(),
                model.digest(),
                Suites.measuring(
                        List.of(suite + ".metric/variant"),
                        Map.of(suite, options),
                        folder.toString(),
                        Judges.only(ScorerReference.embedded())),
                Map.of("onnxruntime", "test"),
                Device.CPU,
                EvaluationPrecision.FLOAT32,
                WorkerRequest.Answering.NONE,
                folder.resolve("output").toString());
    }

    private WorkerProcess process(String argLine, Duration timeout) {
        return process(argLine, timeout, Optional.empty(), Optional.empty());
    }

    private WorkerProcess process(String argLine, Duration timeout, Optional<CudaFolder> cuda, Optional<Gpu> gpu) {
        return new WorkerProcess(new WorkerSettings(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                classPath(),
                argLine,
                DeviceSharing.AUTO,
                timeout,
                folder.resolve("cache"),
                scratch,
                folder.resolve("worker.log"),
                cuda,
                gpu));
    }

    private List<ProcessHandle> workersAlive() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(scratch.toString()) && child.isAlive())
                .toList();
    }

    private static String classPathText() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static List<Path> classPath() {
        return Stream.of(classPathText().split(File.pathSeparator))
                .map(Path::of)
                .toList();
    }

    /** Notices that work has begun and how far it came. */
    private static final class Steps implements Progress {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final AtomicReference<Long> reached = new AtomicReference<>(0L);

        @Override
        public void step(String task, long done, long total) {
            begun.countDown();
            reached.set(done);
        }

        @Override
        public void info(String message) {}
    }
}
