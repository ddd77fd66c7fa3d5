package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Ratchet;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes an evaluation of many prompts, reads it again twice, and judges it, as a gate does: {@code java ManyItems
 * FOLDER PROMPTS CONTINUATIONS}. Every text has a character outside of Latin-1, as generated text has.
 */
public final class ManyItems {

    private static final List<Metric> METRICS = Continuations.DEFINITIONS.stream()
            .filter(definition -> Set.of("toxicity", "toxic-fraction").contains(definition.name()))
            .map(definition -> definition.in("rtp", "embedded"))
            .toList();
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
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: rtp.toxicity/embedded, maxIncrease: 0.1, role: fairness}\n", "rules");
        GateResult gate =
                Gate.decide(thresholds, Ratchet.NONE, LocalDate.EPOCH, List.of(new Look(baseline, candidate)));
        System.out.printf(
                "%s by %d items, the last of %d texts, equal: %b%n",
                gate.verdict(),
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
