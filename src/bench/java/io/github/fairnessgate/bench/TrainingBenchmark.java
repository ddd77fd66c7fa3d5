package io.github.fairnessgate.bench;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.train.BlockLinear;
import io.github.fairnessgate.train.Blocks;
import io.github.fairnessgate.train.Calibration;
import io.github.fairnessgate.train.DistillationSettings;
import io.github.fairnessgate.train.Distiller;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.LossWeights;
import io.github.fairnessgate.train.PartKind;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.train.Precision;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A distillation step (half of the teacher's blocks, 0.5 KL at temperature 2 and 0.5 cross-entropy), head importance,
 * and what Wanda (norms of the inputs of all linear layers) and SparseGPT (their products) collect while they walk
 * through a model block by block, all on 8 windows of 128 tokens, beside PyTorch eager on the same machine.
 *
 * <pre>{@code java TrainingBenchmark MODEL_DIRECTORY STEPS [PYTHON SCRIPT]}</pre>
 *
 * <p>SCRIPT is {@code src/test/fixtures/bench/training.py}. All use as many threads as the JVM sees processors; set
 * {@code OMP_NUM_THREADS} to that number for both. The programs take turns, each round in a process of its own so that
 * the peak of its memory is its own, and the best of three rounds counts for each, because other work on a machine only
 * ever slows a round down. Each line of a round is {@code wall seconds, processor seconds, peak resident bytes} of a
 * task. A walk through a model happens once in a process that compresses, so its peak is that of the first one;
 * repeated, Java's mappings of the model's file would count several times. Both read the same tokens, and what they
 * make of them in the step that warms up is compared: the distance of the results as vectors as a share of PyTorch's
 * length.
 */
public final class TrainingBenchmark {

    private static final int ROUNDS = 3;
    private static final int BATCH = 8;
    private static final int LENGTH = 128;
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final List<String> TASKS = List.of("distillation", "importance", "norms", "products");
    private static final List<BlockLinear> LINEARS = List.of(BlockLinear.values());
    private static final String TOKENS = "tokens";

    private TrainingBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 4 && TASKS.contains(arguments[2])) {
            measure(Path.of(arguments[0]), Integer.parseInt(arguments[1]), arguments[2], Path.of(arguments[3]));
            return;
        }
        Path folder = Files.createTempDirectory("training-benchmark");
        try {
            compare(arguments[0], arguments[1], Arrays.asList(arguments).subList(2, arguments.length), folder);
        } finally {
            for (String file : List.of("own", "eager", TOKENS)) {
                Files.deleteIfExists(folder.resolve(file));
            }
            Files.delete(folder);
        }
    }

    private static void compare(String model, String steps, List<String> python, Path folder)
            throws IOException, InterruptedException {
        int vocabulary = ModelDirectory.open(Path.of(model)).config().vocabulary();
        write(
                folder.resolve(TOKENS),
                new Random(1)
                        .doubles((long) BATCH * LENGTH, 0, vocabulary)
                        .map(Math::floor)
                        .toArray());
        print(
                "| %d threads, best of %d rounds | wall s | processor s | peak MB |%n|---|---|---|---|%n",
                THREADS, ROUNDS);
        for (String task : TASKS) {
            double[] own = null;
            double[] eager = null;
            for (int round = 0; round < ROUNDS; round++) {
                own = least(own, run(ownCommand(model, steps, task, folder)));
                if (!python.isEmpty()) {
                    List<String> command = new ArrayList<>(python);
                    command.addAll(List.of(model, steps, task, folder.toString(), Integer.toString(THREADS)));
                    eager = least(eager, run(command));
                }
            }
            report("fairness-maven-plugin, " + task, own);
            if (eager != null) {
                report("PyTorch eager, " + task, eager);
                print(
                        "| ratio (results differ by %.1e) | %.2f | %.2f | %.2f |%n",
                        distance(folder.resolve("own"), folder.resolve("eager")),
                        own[0] / eager[0],
                        own[1] / eager[1],
                        own[2] / eager[2]);
            }
        }
    }

    /** The length of the difference as a share of the second's length. */
    private static double distance(Path first, Path second) throws IOException {
        double[] own = read(first);
        double[] eager = read(second);
        if (own.length != eager.length) {
            throw new IOException(first + " has " + own.length + " numbers, and " + second + " has " + eager.length);
        }
        double difference = 0;
        double size = 0;
        for (int i = 0; i < own.length; i++) {
            difference += (own[i] - eager[i]) * (own[i] - eager[i]);
            size += eager[i] * eager[i];
        }
        return Math.sqrt(difference / size);
    }

    private static double[] read(Path file) throws IOException {
        double[] values = new double[Math.toIntExact(Files.size(file) / Double.BYTES)];
        ByteBuffer.wrap(Files.readAllBytes(file)).asDoubleBuffer().get(values);
        return values;
    }

    /** Big endian. */
    private static void write(Path file, double[] values) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (double value : values) {
                out.writeDouble(value);
            }
        }
    }

    private static void report(String name, double[] figures) {
        print("| %s | %.2f | %.2f | %.0f |%n", name, figures[0], figures[1], figures[2] / 1e6);
    }

    private static double[] least(double[] first, double[] second) {
        if (first == null) {
            return second;
        }
        double[] least = new double[first.length];
        Arrays.setAll(least, i -> Math.min(first[i], second[i]));
        return least;
    }

    private static List<String> ownCommand(String model, String steps, String task, Path folder) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ActiveProcessorCount=" + THREADS,
                "-cp",
                System.getProperty("java.class.path"),
                TrainingBenchmark.class.getName(),
                model,
                steps,
                task,
                folder.toString());
    }

    private static double[] run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .trim()
                .split("\n");
        if (process.waitFor() != 0) {
            throw new IOException(command + " ended with exit code " + process.exitValue());
        }
        return Arrays.stream(lines[lines.length - 1].split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** What is measured: on windows of tokens, it gives numbers that can be compared. */
    private interface Step {

        double[] run(int[][] windows);
    }

    /**
     * One task in this process: a step to warm up, then the least wall and processor time of a step, and the peak of
     * everything.
     */
    private static void measure(Path directory, int steps, String task, Path folder) throws IOException {
        ModelDirectory model = ModelDirectory.open(directory);
        int[][] windows = windows(read(folder.resolve(TOKENS)));
        Path result = folder.resolve("own");
        double[] figures = switch (task) {
            case "distillation" -> distillation(model, windows, steps, result);
            case "importance" -> importance(model, windows, steps, result);
            case "norms" -> walks(windows, steps, result, tokens -> norms(model, tokens));
            default -> walks(windows, steps, result, tokens -> products(model, tokens));
        };
        System.out.printf(Locale.ROOT, "%.4f %.4f %.0f%n", figures[0], figures[1], figures[2]);
    }

    private static double[] distillation(ModelDirectory model, int[][] windows, int steps, Path result)
            throws IOException {
        DistillationSettings settings = new DistillationSettings(
                2,
                0,
                new LossWeights(0.5, 0.5, 0, 0, 0, 0, 0),
                false,
                1000,
                BATCH,
                LENGTH,
                5e-4,
                DistillationSettings.Schedule.LINEAR,
                0.05,
                5,
                1,
                Precision.FLOAT32);
        List<Integer> blocks =
                Blocks.evenlySpaced(model.config().layers(), model.config().layers() / 2);
        try (Distiller distiller = Distiller.open(model, model, blocks, settings, Device.CPU, line -> {})) {
            return steps(windows, steps, result, tokens -> {
                Distiller.Step step = distiller.step(List.<int[][]>of(tokens));
                return new double[] {step.loss(), step.gradientNorm()};
            });
        }
    }

    private static double[] importance(ModelDirectory model, int[][] windows, int steps, Path result)
            throws IOException {
        PartMask mask = PartMask.all(PartKind.HEADS, model.config());
        try (FrozenGpt2 frozen = FrozenGpt2.open(model, Device.CPU)) {
            return steps(
                    windows,
                    steps,
                    result,
                    tokens -> Arrays.stream(frozen.headImportance(tokens, mask, FrozenGpt2.HeadImportance.MICHEL))
                            .flatMapToDouble(Arrays::stream)
                            .toArray());
        }
    }

    /** Of the inputs of all linear layers of all blocks. */
    private static double[] norms(ModelDirectory model, int[][] windows) {
        List<Map<BlockLinear, double[]>> blocks = new ArrayList<>();
        walk(model, windows, calibration -> blocks.add(calibration.squaredNorms(LINEARS)));
        return blocks.stream()
                .flatMap(block -> block.values().stream())
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    /**
     * Of the inputs of all linear layers of all blocks; those of one block are there at a time, as in SparseGPT, and
     * those of the last are the result.
     */
    private static double[] products(ModelDirectory model, int[][] windows) {
        Map<BlockLinear, double[]> block = new EnumMap<>(BlockLinear.class);
        walk(model, windows, calibration -> {
            block.clear();
            block.putAll(calibration.products(LINEARS));
        });
        return block.values().stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private static void walk(ModelDirectory model, int[][] windows, Consumer<Calibration> visitor) {
        try (Calibration calibration = Calibration.open(model, windows, Device.CPU)) {
            visitor.accept(calibration);
            while (calibration.layer() + 1 < model.config().layers()) {
                calibration.advance(Map.of());
                visitor.accept(calibration);
            }
        }
    }

    /** {@link #least}, and the peak of all. */
    private static double[] steps(int[][] windows, int steps, Path result, Step step) throws IOException {
        write(result, step.run(windows));
        double[] least = least(windows, steps, step);
        return new double[] {least[0], least[1], peakBytes()};
    }

    /** {@link #least}, and the peak of the first. */
    private static double[] walks(int[][] windows, int steps, Path result, Step step) throws IOException {
        write(result, step.run(windows));
        double peak = peakBytes();
        double[] least = least(windows, steps, step);
        return new double[] {least[0], least[1], peak};
    }

    /** Wall and processor seconds. */
    private static double[] least(int[][] windows, int steps, Step step) throws IOException {
        double[] least = null;
        for (int i = 0; i < steps; i++) {
            long start = System.nanoTime();
            double processor = processorSeconds();
            step.run(windows);
            least = least(least, new double[] {(System.nanoTime() - start) / 1e9, processorSeconds() - processor});
        }
        return least;
    }

    private static int[][] windows(double[] tokens) {
        int[][] windows = new int[BATCH][LENGTH];
        for (int i = 0; i < tokens.length; i++) {
            windows[i / LENGTH][i % LENGTH] = (int) tokens[i];
        }
        return windows;
    }

    /** Of all threads, from {@code /proc/self/stat}, in hundredths. */
    private static double processorSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    private static long peakBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
