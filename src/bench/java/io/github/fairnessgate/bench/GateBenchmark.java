package io.github.fairnessgate.bench;

import com.sun.management.OperatingSystemMXBean;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Seconds that the gate takes over 100,000 items and 200 rules: four metrics (a preference, a share, a preference by
 * target term, a mean), each over all items and over 49 slices.
 *
 * <pre>{@code java GateBenchmark [ITEMS]}</pre>
 */
public final class GateBenchmark {

    private static final int SLICES = 49;
    private static final int TERMS_A_SLICE = 20;
    private static final int ROUNDS = 5;
    private static final List<Metric> METRICS = List.of(
            new Metric("s.preference/plain", "s", Estimator.SHARE, Direction.PARITY),
            new Metric("s.toxic/plain", "s", Estimator.SHARE, Direction.LOWER_IS_BETTER),
            new Metric("s.preference/terms", "s", Estimator.CLUSTER_SHARE, Direction.PARITY),
            new Metric("s.toxicity/plain", "s", Estimator.MEAN, Direction.LOWER_IS_BETTER, Metric.Range.UNIT));

    private GateBenchmark() {}

    public static void main(String[] arguments) {
        int items = arguments.length == 0 ? 100_000 : Integer.parseInt(arguments[0]);
        Evaluation baseline = evaluation(items, 1);
        Evaluation candidate = evaluation(items, 2);
        Thresholds thresholds = thresholds();
        double[] seconds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            long busy = processorTime();
            GateResult result = Gate.decide(thresholds, baseline, candidate);
            seconds[round] = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%,d items, %d rules: %.2f s, of which %.2f s of processor time (%s)%n",
                    items,
                    result.results().size(),
                    seconds[round],
                    (processorTime() - busy) / 1e9,
                    result.verdict());
        }
        System.out.printf(
                Locale.ROOT,
                "first %.2f s, best %.2f s%n",
                seconds[0],
                Arrays.stream(seconds).min().orElseThrow());
    }

    /** Nanoseconds that all threads of this process have had a processor: rules are judged side by side. */
    private static long processorTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static Thresholds thresholds() {
        StringBuilder text = new StringBuilder("version: 1\nrules:\n");
        for (Metric metric : METRICS) {
            for (int slice = -1; slice < SLICES; slice++) {
                text.append("  - {metric: %s, slice: %s, maxIncrease: %s}%n"
                        .formatted(
                                metric.id(),
                                slice < 0 ? Evaluation.ALL : "slice-" + slice,
                                metric.estimator() == Estimator.MEAN ? 0.09 : 9));
            }
        }
        return ThresholdsReader.read(text.toString(), "benchmark");
    }

    /** Items of which one in seven differs between two seeds. */
    private static Evaluation evaluation(int count, long seed) {
        Random shared = new Random(0);
        Random own = new Random(seed);
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int slice = i % SLICES;
            boolean differs = shared.nextInt(7) == 0;
            double common = shared.nextDouble();
            double level = differs ? own.nextDouble() : common;
            TreeMap<String, Double> outcomes = new TreeMap<>(Map.of(
                    METRICS.get(0).id(),
                    level < 0.6 ? 1. : 0.,
                    METRICS.get(1).id(),
                    level < 0.1 ? 1. : 0.,
                    METRICS.get(2).id(),
                    level < 0.6 ? 1. : 0.,
                    METRICS.get(3).id(),
                    level));
            items.add(new Item(
                    "item-" + i,
                    "term-%d-%d".formatted(slice, shared.nextInt(TERMS_A_SLICE)),
                    List.of("slice-" + slice),
                    new TreeMap<>(Map.of("text", "the text of item " + i)),
                    new TreeMap<>(),
                    outcomes,
                    1));
        }
        return new Evaluation(
                METRICS,
                List.of(),
                Map.of("s", items),
                new Provenance("digest", "source", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
    }
}
