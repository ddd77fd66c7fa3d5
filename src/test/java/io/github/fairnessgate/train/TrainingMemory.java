package io.github.fairnessgate.train;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.artifact.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A training in a process of its own, whose Java heap is fixed, so that what grows is native. Prints its resident kibibytes and its long-lived arrays
 * behind the first steps and at the end. Arguments: model, steps before the first line, steps before the second.
 */
public final class TrainingMemory {

    private TrainingMemory() {
    }

    public static void main(String[] arguments) throws IOException {
        ModelDirectory teacher = ModelDirectory.open(Path.of(arguments[0]));
        int before = Integer.parseInt(arguments[1]);
        int steps = before + Integer.parseInt(arguments[2]);
        DistillationSettings settings = new DistillationSettings(2, 5, new LossWeights(0.5, 0.3, 0.01, 0.2, 0.1, 0.1, 0.1), false, steps, 4, 16, 2e-3,
                DistillationSettings.Schedule.LINEAR, 0.05, 5, 1);
        Random random = new Random(4);
        try (Distiller distiller = Distiller.open(teacher, teacher, List.of(0, 2), settings, Device.CPU)) {
            for (int step = 0; step <= steps; step++) {
                if (step == before || step == steps) {
                    System.out.println(residentKibibytes() + " " + distiller.longLivedArrays());
                }
                if (step < steps) {
                    distiller.step(List.<int[][]>of(random.ints(4).mapToObj(any -> random.ints(16, 0, 257).toArray()).toArray(int[][]::new)));
                    if (step % 100 == 0) {
                        distiller.validationLoss(new int[][] {random.ints(16, 0, 257).toArray()});
                        distiller.rememberBest();
                    }
                }
            }
        }
    }

    private static long residentKibibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
    }
}
