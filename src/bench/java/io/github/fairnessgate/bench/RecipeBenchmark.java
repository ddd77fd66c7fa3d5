package io.github.fairnessgate.bench;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.ShippedSize;
import io.github.fairnessgate.statistics.MedianOfSample;
import io.github.fairnessgate.worker.SpeedRounds;
import io.github.fairnessgate.worker.SpeedRounds.Times;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What each recipe makes of a model: bytes and parameters, and how long the result takes for a token, in turns with the
 * original, as the gate measures {@code latency.prefill} and {@code latency.decode}. Ratios have the gate's 90 %
 * intervals.
 *
 * <pre>{@code java -Xss4m RecipeBenchmark MODEL FOLDER ROUNDS RECIPE...}</pre>
 *
 * <p>FOLDER keeps what recipes made. RECIPE is a file, or the name of a bundled one. The first row is the original
 * against itself.
 */
public final class RecipeBenchmark {

    private static final double ALPHA = 0.05;

    private RecipeBenchmark() {}

    public static void main(String[] arguments) {
        ModelDirectory original = ModelDirectory.open(Path.of(arguments[0]));
        Path folder = Path.of(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        List<String> recipes = Arrays.asList(arguments).subList(3, arguments.length);
        for (String recipe : recipes) {
            compressed(original, recipe, folder);
        }
        print("original", original, original, rounds);
        for (String recipe : recipes) {
            print(recipe, original, compressed(original, recipe, folder), rounds);
        }
    }

    private static ModelDirectory compressed(ModelDirectory original, String recipe, Path folder) {
        Path target = folder.resolve(Path.of(recipe).getFileName().toString().replace(".yaml", ""));
        if (!Files.isDirectory(target)) {
            long start = System.nanoTime();
            Compressor.run(
                    original,
                    RecipeReader.read(recipe, Path.of("").toAbsolutePath()),
                    target,
                    folder.resolve("checkpoint"),
                    Device.CPU,
                    Map.of(),
                    Progress.NONE,
                    finished -> {});
            System.out.printf(Locale.ROOT, "%s made in %.0f s%n", recipe, (System.nanoTime() - start) / 1e9);
        }
        return ModelDirectory.open(target);
    }

    private static void print(String name, ModelDirectory original, ModelDirectory candidate, int rounds) {
        SpeedRounds measured = SpeedRounds.measure(original, candidate, Device.CPU, rounds, Progress.NONE);
        ShippedSize size = ShippedSize.of(candidate);
        System.out.printf(
                Locale.ROOT,
                "| `%s` | %,d | %,d | %s | %s |%n",
                name,
                size.bytes(),
                size.parameters(),
                cell(measured, Times::prefill),
                cell(measured, Times::decode));
    }

    private static String cell(SpeedRounds measured, ToDoubleFunction<Times> time) {
        double[] after = measured.after().stream().mapToDouble(time).toArray();
        double[] ratios = new double[after.length];
        Arrays.setAll(
                ratios, i -> after[i] / time.applyAsDouble(measured.before().get(i)));
        MedianOfSample ratio = new MedianOfSample(ratios, ALPHA);
        return String.format(
                Locale.ROOT,
                "%.1f (%.2f, %.2f to %.2f)",
                MedianOfSample.of(after),
                ratio.estimate(),
                ratio.low(),
                ratio.high());
    }
}
