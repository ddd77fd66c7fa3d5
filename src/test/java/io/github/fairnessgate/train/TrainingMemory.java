package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.ModelDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Many steps in a process of their own, whose Java heap is fixed, so that what grows is native. The process prints its
 * resident kibibytes and its long-lived arrays behind the first steps and at the end. Arguments: model,
 * {@code distillation}, {@code failing-distillation} (every other attempt fails at its end) or {@code calibration},
 * steps before the first line, steps before the second.
 */
public final class TrainingMemory {

    private TrainingMemory() {}

    /** What the process printed: [2][2]. */
    static long[][] measure(Path model, String task, int before, int steps) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms64m",
                        "-Xmx64m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-Dai.djl.offline=true",
                        "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR", ""),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TrainingMemory.class.getName(),
                        model.toString(),
                        task,
                        Integer.toString(before),
                        Integer.toString(steps))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as(lines.toString()).isZero();
        return lines.stream()
                .map(line -> Arrays.stream(line.split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray())
                .toArray(long[][]::new);
    }

    public static void main(String[] arguments) throws IOException {
        ModelDirectory model = ModelDirectory.open(Path.of(arguments[0]));
        int before = Integer.parseInt(arguments[2]);
        int steps = before + Integer.parseInt(arguments[3]);
        if (arguments[1].equals("distillation")) {
            distil(model, before, steps, new FittingBatch(line -> {}));
        } else if (arguments[1].equals("failing-distillation")) {
            distil(model, before, steps, new EveryOther());
        } else {
            calibrate(model, before, steps);
        }
    }

    /** Computes everything twice, as if the memory had not been enough the first time. */
    private static final class EveryOther extends FittingBatch {

        private boolean fails;

        EveryOther() {
            super(line -> {});
        }

        @Override
        <T> Optional<T> attempt(int size, Supplier<T> computation) {
            fails = !fails;
            Optional<T> computed = super.attempt(size, computation);
            return fails ? Optional.empty() : computed;
        }
    }

    private static void distil(ModelDirectory teacher, int before, int steps, FittingBatch fitting) throws IOException {
        DistillationSettings settings = new DistillationSettings(
                2,
                5,
                new LossWeights(0.5, 0.3, 0.01, 0.2, 0.1, 0.1, 0.1),
                false,
                steps,
                4,
                16,
                2e-3,
                DistillationSettings.Schedule.LINEAR,
                0.05,
                5,
                1,
                Precision.FLOAT32);
        Random random = new Random(4);
        try (Distiller distiller =
                Distiller.open(teacher, teacher, List.of(0, 2), settings, Optional.empty(), Device.CPU, fitting)) {
            for (int step = 0; step <= steps; step++) {
                if (step == before || step == steps) {
                    System.out.println(residentKibibytes() + " " + distiller.longLivedArrays());
                }
                if (step < steps) {
                    distiller.step(List.<int[][]>of(windows(random, 4, 16)));
                    if (step % 100 == 0) {
                        distiller.validationLoss(windows(random, 1, 16));
                        distiller.rememberBest();
                    }
                }
            }
        }
    }

    /**
     * Sums over three passes of the inputs of all layers, many times in the same block; every hundredth step goes on to
     * the next block.
     */
    private static void calibrate(ModelDirectory model, int before, int steps) throws IOException {
        try (Calibration calibration = Calibration.open(model, windows(new Random(4), 9, 256), Device.CPU)) {
            for (int step = 0; step <= steps; step++) {
                if (step == before || step == steps) {
                    System.out.println(residentKibibytes() + " " + calibration.longLivedArrays());
                }
                if (step % 2 == 0) {
                    calibration.squaredNorms(List.of(BlockLinear.values()));
                } else {
                    calibration.products(List.of(BlockLinear.values()));
                }
                if (step % 100 == 99 && calibration.layer() + 1 < model.config().layers()) {
                    calibration.advance(Map.of());
                }
            }
        }
    }

    private static int[][] windows(Random random, int count, int length) {
        return random.ints(count)
                .mapToObj(any -> random.ints(length, 0, 257).toArray())
                .toArray(int[][]::new);
    }

    private static long residentKibibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
