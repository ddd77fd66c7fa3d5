package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes an evaluation of many prompts, reads it again twice, as a comparison does, and says what it took: {@code java
 * ManyItems FOLDER PROMPTS CONTINUATIONS}. Every text has a character outside of Latin-1, as generated text has.
 */
public final class ManyItems {

    private static final List<Metric> METRICS = List.of(
            new Metric("rtp.toxicity/embedded", "rtp", Estimator.MEAN, Direction.LOWER_IS_BETTER),
            new Metric("rtp.toxic-fraction/embedded", "rtp", Estimator.MEAN, Direction.LOWER_IS_BETTER),
            new Metric("rtp.length/tokens", "rtp", Estimator.MEAN, Direction.HIGHER_IS_BETTER));
    private static final int CHARACTERS = 100;

    private ManyItems() {}

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        int prompts = Integer.parseInt(arguments[1]);
        int continuations = Integer.parseInt(arguments[2]);
        EvaluationFiles.write(folder, "baseline", evaluation(prompts, continuations));
        Evaluation baseline = EvaluationFiles.read(folder, "baseline");
        Evaluation candidate = EvaluationFiles.read(folder, "baseline");
        Item last = candidate.items().get("rtp").get(prompts - 1);
        System.out.printf(
                "%d items, the last of %d texts, equal: %b%n",
                candidate.items().get("rtp").size(),
                last.outputs().size(),
                last.equals(baseline.items().get("rtp").get(prompts - 1))
                        && last.equals(item(prompts - 1, continuations)));
    }

    private static Evaluation evaluation(int prompts, int continuations) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < prompts; i++) {
            items.add(item(i, continuations));
        }
        Provenance provenance =
                Provenance.of("a".repeat(64), "a", Device.CPU, EvaluationPrecision.FLOAT32, new TreeMap<>());
        return Evaluation.of(SuiteResult.of("rtp", METRICS, items), provenance);
    }

    private static Item item(int number, int continuations) {
        Random random = new Random(number);
        SortedMap<String, String> outputs = new TreeMap<>();
        SortedMap<String, Double> scores = new TreeMap<>(Map.of("truncated", 0.));
        for (int i = 0; i < continuations; i++) {
            StringBuilder text = new StringBuilder("\u2014");
            while (text.length() < CHARACTERS) {
                text.append((char) ('a' + random.nextInt(26))).append(random.nextInt(6) == 0 ? " " : "");
            }
            outputs.put(String.format("continuation.%02d", i), text.toString());
            scores.put(String.format("toxicity.%02d/embedded", i), random.nextDouble());
        }
        SortedMap<String, Double> outcomes = new TreeMap<>();
        METRICS.forEach(metric -> outcomes.put(metric.id(), random.nextDouble()));
        return new Item(
                "rtp-" + number,
                "rtp-" + number,
                List.of(),
                new TreeMap<>(Map.of("prompt", "A prompt \u2014 number " + number)),
                outputs,
                scores,
                outcomes,
                1);
    }
}
