package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.metric.MetricDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a clock or the system says of two models, measured in turns: another machine, or another hour, says something
 * else. So it needs both models at once, is measured anew for every verdict and never kept in the cache. An item is a
 * round.
 */
public final class InTurns implements Measurement {

    /** The suite of how long models take. */
    public static final String LATENCY = "latency";
    /** The suite of how much memory they need. */
    public static final String MEMORY = "memory";

    private static final MetricDefinition PREFILL = found(
                    "prefill",
                    "Milliseconds until the first token after a prompt of 64 tokens, one text alone: median over rounds "
                            + "in turns with the other model.")
            .titled("until the first token (prefill), ms");
    private static final MetricDefinition DECODE = found(
                    "decode",
                    "Milliseconds a token that is written, one text alone: median over rounds in turns with the other "
                            + "model.")
            .titled("of writing a token (decode), ms");
    private static final MetricDefinition PEAK = found(
                    "peak",
                    "Peak of the resident memory of a fresh process that loads the model and writes a text, in millions "
                            + "of bytes: median over rounds in turns with the other model.")
            .titled("at its peak, MB");

    static final KnownSuite OF_LATENCY =
            new KnownSuite(LATENCY, "Latency", List.of(PREFILL, DECODE), spec -> new InTurns(spec, PREFILL, DECODE));
    static final KnownSuite OF_MEMORY =
            new KnownSuite(MEMORY, "Memory", List.of(PEAK), spec -> new InTurns(spec, PEAK));

    /** Id of the metric of how long it takes until the first token. */
    public static final String LATENCY_PREFILL = PREFILL.in(LATENCY).id();
    /** Id of the metric of how long a token takes. */
    public static final String LATENCY_DECODE = DECODE.in(LATENCY).id();
    /** Id of the metric of the peak of memory. */
    public static final String MEMORY_PEAK = PEAK.in(MEMORY).id();

    /** Rounds cost milliseconds to seconds where a clock runs, and two processes where memory is read. */
    private static final Map<String, Integer> USUAL_ROUNDS = Map.of(LATENCY, 25, MEMORY, 10);

    private final String id;
    private final List<Metric> metrics;
    private final int rounds;

    private InTurns(SuiteSpec spec, MetricDefinition... metrics) {
        this.id = spec.id();
        this.metrics = List.of(metrics).stream().map(metric -> metric.in(id)).toList();
        this.rounds = spec.options().rounds().orElse(USUAL_ROUNDS.get(id));
    }

    private static MetricDefinition found(String name, String sentence) {
        return MetricDefinition.single(name, Estimator.TURNS, Direction.LOWER_IS_BETTER, sentence);
    }

    /** Whether a suite is measured in turns. */
    public static boolean is(String suite) {
        return USUAL_ROUNDS.containsKey(suite);
    }

    /** The suites of an evaluation that were measured in turns, in the order of their names. */
    public static List<String> in(Evaluation evaluation) {
        return evaluation.items().keySet().stream().filter(InTurns::is).sorted().toList();
    }

    @Override
    public String id() {
        return id;
    }

    /** In which both models have their turn. */
    public int rounds() {
        return rounds;
    }

    @Override
    public List<Extent> extents() {
        List<Integer> alone = Collections.nCopies(rounds, 1);
        return metrics.stream()
                .map(metric -> new Extent(metric, Evaluation.ALL, alone))
                .toList();
    }

    /** What one model was found to need in each round, by metric id. */
    public record Found(Provenance model, SortedMap<String, double[]> rounds) {}

    /**
     * The evaluations of both models.
     *
     * @param first measured in turns with {@code second}
     * @param how it was measured, and on what machine, in words
     * @return of the first and of the second model. Their digest of data is that of all numbers, so rounds of one
     *     measurement are never paired with those of another one.
     * @throws InvalidInputException if a number is not above 0: the system does not tell it
     */
    public List<Evaluation> evaluations(Found first, Found second, String how) {
        String digest = digest(first, second, how);
        return List.of(evaluation(first, how, digest), evaluation(second, how, digest));
    }

    private Evaluation evaluation(Found found, String how, String digest) {
        List<Item> items = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            SortedMap<String, Double> outcomes = new TreeMap<>();
            for (Metric metric : metrics) {
                double number = found.rounds().get(metric.id())[round];
                if (!(number > 0)) {
                    throw new InvalidInputException(metric.id() + " is " + number + " in round " + (round + 1)
                            + ", but it must be above 0: this system does not measure it; remove the rule.");
                }
                outcomes.put(metric.id(), number);
            }
            String name = String.format(Locale.ROOT, "round-%04d", round + 1);
            items.add(new Item(name, name, List.of(), new TreeMap<>(), new TreeMap<>(), outcomes, 1));
        }
        SortedMap<String, String> data = new TreeMap<>(Map.of(id, digest));
        SortedMap<String, String> settings = new TreeMap<>(Map.of(id, how));
        return Evaluation.of(SuiteResult.of(id, metrics, items), found.model().on(data, new TreeMap<>()))
                .from(found.model().source(), settings);
    }

    private static String digest(Found first, Found second, String how) {
        try {
            return Digests.sha256(Json.MAPPER.writeValueAsBytes(List.of(how, first.rounds(), second.rounds())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of numbers can always be written as JSON", e);
        }
    }
}
