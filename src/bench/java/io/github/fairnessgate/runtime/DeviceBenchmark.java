package io.github.fairnessgate.runtime;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import io.github.fairnessgate.train.Blocks;
import io.github.fairnessgate.train.DistillationSettings;
import io.github.fairnessgate.train.Distiller;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.LossWeights;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.Precision;
import io.github.fairnessgate.worker.CudaFolder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The four things that take the time, on one device: a distillation step (half of the blocks, 8 windows), head
 * importance (8 windows), every STEP-th pair of CrowS-Pairs and triplet of StereoSet, and 25 x 20 tokens for each of
 * PROMPTS prompts; beside PyTorch and transformers on the same device.
 *
 * <pre>{@code java DeviceBenchmark cpu|cuda MODEL_DIRECTORY LENGTH STEP PROMPTS [PYTHON SCRIPT]}</pre>
 *
 * <p>SCRIPT is {@code src/test/fixtures/bench/device.py}. {@code src/bench/gpu/run} calls this. Each task runs in a
 * process of its own, in turn with that of the other program, and the best of {@link #ROUNDS} counts. FLOP are those of
 * the model's matrix products without attention (2 for each weight and token forward, 4 more backward), for the tokens
 * of the task without padding, whether they were computed once for several texts or not; so the rate says how fast the
 * task is done and can be above what the device reaches.
 */
public final class DeviceBenchmark {

    private static final int ROUNDS = 3;
    private static final int BATCH = 8;
    private static final int CONTINUATIONS = 25;
    private static final int NEW_TOKENS = 20;
    private static final int PROMPT_TOKENS = 12;
    private static final List<String> TASKS = List.of("distillation", "importance", "scoring", "generation");

    private final ModelDirectory model;
    private final Device device;
    private final int length;
    private final int step;
    private final int prompts;

    private DeviceBenchmark(List<String> arguments) {
        this.device = Device.valueOf(arguments.get(0).toUpperCase(Locale.ROOT));
        this.model = ModelDirectory.open(Path.of(arguments.get(1)));
        this.length = Integer.parseInt(arguments.get(2));
        this.step = Integer.parseInt(arguments.get(3));
        this.prompts = Integer.parseInt(arguments.get(4));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> all = List.of(arguments);
        List<String> settings = all.subList(0, 5);
        DeviceBenchmark benchmark = new DeviceBenchmark(settings);
        if (all.size() == 6 && TASKS.contains(all.get(5))) {
            System.out.printf(Locale.ROOT, "%.6f%n", benchmark.seconds(all.get(5)));
            return;
        }
        List<String> python = all.subList(5, all.size());
        System.out.printf(
                Locale.ROOT,
                "| %s | seconds | GFLOP/s | PyTorch, seconds | ratio |%n|---|---|---|---|---|%n",
                settings.get(0));
        for (String task : TASKS) {
            double own = Double.POSITIVE_INFINITY;
            double other = Double.POSITIVE_INFINITY;
            for (int round = 0; round < ROUNDS; round++) {
                own = Math.min(own, benchmark.run(own(settings, task), task));
                if (!python.isEmpty()) {
                    other = Math.min(
                            other,
                            benchmark.run(
                                    Stream.of(python, settings, List.of(task))
                                            .flatMap(List::stream)
                                            .toList(),
                                    task));
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.3f | %.1f | %s | %s |%n",
                    task,
                    own,
                    benchmark.flop(task) / own / 1e9,
                    python.isEmpty() ? "" : String.format(Locale.ROOT, "%.3f", other),
                    python.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", other / own));
        }
    }

    private static List<String> own(List<String> settings, String task) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xss4m",
                "-XX:ActiveProcessorCount=" + Runtime.getRuntime().availableProcessors(),
                "-Dai.djl.offline=true",
                "-DOPT_OUT_TRACKING=true",
                DeviceBenchmark.class.getName()));
        command.addAll(settings);
        command.add(task);
        return command;
    }

    /** The class path goes by the environment: ONNX Runtime does not start with a long command line. */
    private double run(List<String> command, String task) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        if (device == Device.CUDA
                && List.of("scoring", "generation").contains(task)
                && command.contains(DeviceBenchmark.class.getName())) {
            CudaFolder folder = CudaFolder.in(
                    Path.of(System.getProperty("java.io.tmpdir"), "fairness-benchmark"),
                    jar("pytorch-native-cu124"),
                    jar("cuda-redist"),
                    jar("onnxruntime_gpu"));
            String system = System.getenv("LD_LIBRARY_PATH");
            builder.environment()
                    .put("LD_LIBRARY_PATH", folder.path() + (system == null ? "" : File.pathSeparator + system));
            builder.environment().put("JDK_JAVA_OPTIONS", "-Donnxruntime.native.path=" + folder.path());
        }
        Process process = builder.start();
        String[] lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split("\n");
        if (process.waitFor() != 0) {
            throw new IOException(command + " ended with exit code " + process.exitValue());
        }
        return Double.parseDouble(lines[lines.length - 1]);
    }

    private static Path jar(String artifact) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(artifact))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(artifact + " is not on the class path"));
    }

    private double seconds(String task) throws IOException {
        return switch (task) {
            case "distillation" -> distillation();
            case "importance" -> importance();
            case "scoring" -> scoring();
            default -> generation();
        };
    }

    private double distillation() {
        DistillationSettings settings = new DistillationSettings(
                2,
                0,
                new LossWeights(0.5, 0.5, 0, 0, 0, 0, 0),
                false,
                1000,
                BATCH,
                length,
                5e-4,
                DistillationSettings.Schedule.LINEAR,
                0.05,
                5,
                1,
                Precision.FLOAT32);
        List<Integer> blocks =
                Blocks.evenlySpaced(model.config().layers(), model.config().layers() / 2);
        Random random = new Random(1);
        try (Distiller distiller = Distiller.open(model, model, blocks, settings, device, line -> {})) {
            return timed(() -> distiller.step(List.<int[][]>of(windows(random))));
        }
    }

    private double importance() {
        Random random = new Random(1);
        try (FrozenGpt2 frozen = FrozenGpt2.open(model, device)) {
            return timed(() -> frozen.headImportance(
                    windows(random), PartMask.all(PartKind.HEADS, model.config()), FrozenGpt2.HeadImportance.MICHEL));
        }
    }

    private double scoring() throws IOException {
        List<String> texts = ScoringBenchmark.texts(step);
        try (LanguageModel opened = OnnxGpt2.open(model, device)) {
            List<Request> requests =
                    texts.stream().map(text -> request(opened, text)).toList();
            return timed(() -> opened.logProbabilities(requests, done -> {}));
        }
    }

    private static Request request(LanguageModel model, String text) {
        int[] words = model.encode(text);
        int[] tokens = new int[words.length + 1];
        tokens[0] = model.specialTokens().beginning();
        System.arraycopy(words, 0, tokens, 1, words.length);
        return new Request(tokens, 1);
    }

    private double generation() {
        Random random = new Random(1);
        List<Prompt> texts = new ArrayList<>();
        for (int i = 0; i < prompts; i++) {
            texts.add(new Prompt(
                    "prompt " + i,
                    random.ints(PROMPT_TOKENS, 0, model.config().vocabulary() - 1)
                            .toArray()));
        }
        try (LanguageModel opened = OnnxGpt2.open(model, device)) {
            return timed(() -> opened.generate(texts, new Sampling(1, CONTINUATIONS, NEW_TOKENS, 0.9, 1), done -> {}));
        }
    }

    /**
     * The second time, because the first warms up. Every task hands its results to Java, so the device has finished.
     */
    private static double timed(Runnable task) {
        task.run();
        long start = System.nanoTime();
        task.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private int[][] windows(Random random) {
        int[][] windows = new int[BATCH][];
        Arrays.setAll(
                windows,
                any -> random.ints(length, 0, model.config().vocabulary()).toArray());
        return windows;
    }

    private double flop(String task) throws IOException {
        Gpt2Config config = model.config();
        double blocks = 12.0 * config.layers() * config.embedding() * config.embedding();
        double head = (double) config.vocabulary() * config.embedding();
        return switch (task) {
            case "distillation" -> (2 * (blocks + head) + 6 * (blocks / 2 + head)) * BATCH * length;
            case "importance" -> 4 * (blocks + head) * BATCH * length; // no gradients of weights
            case "scoring" -> 2 * (blocks + head) * scoredTokens();
            default -> 2 * (blocks + head) * prompts * CONTINUATIONS * NEW_TOKENS;
        };
    }

    private long scoredTokens() throws IOException {
        try (LanguageModel opened = OnnxGpt2.open(model, Device.CPU)) {
            return ScoringBenchmark.texts(step).stream()
                    .mapToLong(text -> opened.encode(text).length)
                    .sum();
        }
    }
}
