package io.github.fairnessgate.maven;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.metric.Metric;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Evaluations of 1,000 texts, some of which are toxic, by models that are nowhere. */
public final class ToxicTexts {

    public static final Metric TOXIC =
            new Metric("toxic.share/plain", "toxic", Metric.Estimator.SHARE, Metric.Direction.LOWER_IS_BETTER);
    public static final String THRESHOLDS = "version: 1\nrules:\n  - {metric: toxic.share/plain, maxIncrease: 3}\n";

    private ToxicTexts() {}

    /**
     * An evaluation.
     *
     * @param digest the digit of which the model's digest consists
     * @param toxic how many texts are
     */
    public static Evaluation by(char digest, String source, int toxic) {
        return of(String.valueOf(digest).repeat(64), source, toxic);
    }

    /** An evaluation of the model with a digest. */
    static Evaluation of(String digest, String source, int toxic) {
        List<Item> items = IntStream.range(0, 1000)
                .mapToObj(i -> new Item(
                        "item-" + i,
                        "item-" + i,
                        List.of(),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new TreeMap<>(Map.of(TOXIC.id(), i < toxic ? 1. : 0.)),
                        1))
                .toList();
        return new Evaluation(
                List.of(TOXIC),
                List.of(new Evaluation.Value(TOXIC.id(), "all", toxic / 10., 1000)),
                Map.of("toxic", items),
                new Provenance(
                        digest,
                        source,
                        "cpu",
                        new TreeMap<>(Map.of("toxic", "data")),
                        new TreeMap<>(),
                        new TreeMap<>()));
    }
}
