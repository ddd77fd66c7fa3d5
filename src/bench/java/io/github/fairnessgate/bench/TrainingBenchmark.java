package io.github.fairnessgate.bench;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.train.Blocks;
import io.github.fairnessgate.train.DistillationSettings;
import io.github.fairnessgate.train.Distiller;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.Kept;
import io.github.fairnessgate.train.LossWeights;
import io.github.fairnessgate.train.PartKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A distillation step (half of the teacher's blocks, 0.5 KL at temperature 2 and 0.5 cross-entropy, batch 8 x 128) and head importance
 * (8 windows of 128 tokens), beside PyTorch eager on the same machine.
 *
 * <pre>{@code java TrainingBenchmark MODEL_DIRECTORY STEPS [PYTHON SCRIPT]}</pre>
 *
 * <p>SCRIPT is {@code src/test/fixtures/bench/training.py}. All use as many threads as the JVM sees processors; set {@code OMP_NUM_THREADS} to
 * that number for both. The programs take turns, each round in a process of its own so that the peak of its memory is its own, and the best of
 * three rounds counts for each, because other work on a machine only ever slows a round down. Each line of a round is
 * {@code wall seconds, processor seconds, peak resident bytes} of a task.
 */
public final class TrainingBenchmark {

    private static final int ROUNDS = 3;
    private static final int BATCH = 8;
    private static final int LENGTH = 128;
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final List<String> TASKS = List.of("distillation", "importance");

    private TrainingBenchmark() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 3 && TASKS.contains(arguments[2])) {
            measure(Path.of(arguments[0]), Integer.parseInt(arguments[1]), arguments[2]);
            return;
        }
        String model = arguments[0];
        String steps = arguments[1];
        List<String> python = Arrays.asList(arguments).subList(2, arguments.length);
        print("| %d threads, best of %d rounds | wall s | processor s | peak MB |%n|---|---|---|---|%n", THREADS, ROUNDS);
        for (String task : TASKS) {
            double[] own = null;
            double[] eager = null;
            for (int round = 0; round < ROUNDS; round++) {
                own = least(own, run(ownCommand(model, steps, task)));
                if (!python.isEmpty()) {
                    List<String> command = new ArrayList<>(python);
                    command.addAll(List.of(model, steps, task, Integer.toString(THREADS)));
                    eager = least(eager, run(command));
                }
            }
            report("fairness-maven-plugin, " + task, own);
            if (eager != null) {
                report("PyTorch eager, " + task, eager);
                print("| ratio | %.2f | %.2f | %.2f |%n", own[0] / eager[0], own[1] / eager[1], own[2] / eager[2]);
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

    private static List<String> ownCommand(String model, String steps, String task) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:ActiveProcessorCount=" + THREADS,
                "-cp", System.getProperty("java.class.path"), TrainingBenchmark.class.getName(), model, steps, task);
    }

    private static double[] run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String[] lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim().split("\n");
        if (process.waitFor() != 0) {
            throw new IOException(command + " ended with exit code " + process.exitValue());
        }
        return Arrays.stream(lines[lines.length - 1].split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    /** One task in this process: a step to warm up, then the least wall and processor time of a step, and the peak of everything. */
    private static void measure(Path directory, int steps, String task) throws IOException {
        ModelDirectory model = ModelDirectory.open(directory);
        double[] least = task.equals("distillation") ? distillation(model, steps) : importance(model, steps);
        System.out.printf(Locale.ROOT, "%.4f %.4f %d%n", least[0], least[1], status("VmHWM:") * 1024);
    }

    private static double[] distillation(ModelDirectory model, int steps) throws IOException {
        DistillationSettings settings = new DistillationSettings(2, 0, new LossWeights(0.5, 0.5, 0, 0, 0, 0, 0), false, 1000, BATCH, LENGTH, 5e-4,
                DistillationSettings.Schedule.LINEAR, 0.05, 5, 1);
        List<Integer> blocks = Blocks.evenlySpaced(model.config().layers(), model.config().layers() / 2);
        try (Distiller distiller = Distiller.open(model, model, blocks, settings, Device.CPU)) {
            Random random = new Random(1);
            return least(steps, () -> distiller.step(List.<int[][]>of(windows(random, model.config().vocabulary()))));
        }
    }

    private static double[] importance(ModelDirectory model, int steps) throws IOException {
        Kept kept = Kept.all(PartKind.HEADS, model.config());
        try (FrozenGpt2 frozen = FrozenGpt2.open(model, Device.CPU)) {
            Random random = new Random(1);
            return least(steps, () -> frozen.headImportance(windows(random, model.config().vocabulary()), kept, FrozenGpt2.HeadImportance.MICHEL));
        }
    }

    private static double[] least(int steps, Runnable step) throws IOException {
        step.run();
        double[] least = null;
        for (int i = 0; i < steps; i++) {
            long start = System.nanoTime();
            double processor = processorSeconds();
            step.run();
            least = least(least, new double[] {(System.nanoTime() - start) / 1e9, processorSeconds() - processor});
        }
        return least;
    }

    private static int[][] windows(Random random, int vocabulary) {
        int[][] windows = new int[BATCH][];
        Arrays.setAll(windows, any -> random.ints(LENGTH, 0, vocabulary).toArray());
        return windows;
    }

    /** Of all threads, from {@code /proc/self/stat}, in hundredths. */
    private static double processorSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
    }

    private static long status(String key) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
