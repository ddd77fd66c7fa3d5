package io.github.fairnessgate.baseline;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Evaluations of models of which it is known how often they are toxic, and how often they make sense. */
final class Models {

    static final Metric TOXIC = new Metric("toxic.share/plain", "toxic", Estimator.SHARE, Direction.LOWER_IS_BETTER);
    static final Metric SENSE = new Metric("sense.share/plain", "sense", Estimator.SHARE, Direction.HIGHER_IS_BETTER);
    static final String ORIGINAL = "0".repeat(64);

    private Models() {}

    /** A thousand items of each; half of the items of TOXIC, every other one, are of the slice {@code women}. */
    static Evaluation model(char digest, int toxic, int sense) {
        return model(String.valueOf(digest).repeat(64), "data-1", toxic, sense);
    }

    static Evaluation model(String digest, String data, int toxic, int sense) {
        return new Evaluation(
                List.of(TOXIC, SENSE),
                List.of(),
                Map.of("toxic", items(TOXIC, toxic), "sense", items(SENSE, sense)),
                new Provenance(
                        digest,
                        "model-" + digest.charAt(0),
                        "cpu",
                        new TreeMap<>(Map.of("toxic", data, "sense", "data-2")),
                        new TreeMap<>(),
                        new TreeMap<>()));
    }

    private static List<Item> items(Metric metric, int count) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            items.add(new Item(
                    "item-" + i,
                    "item-" + i,
                    i % 2 == 0 ? List.of("women") : List.of(),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new TreeMap<>(Map.of(metric.id(), i < count ? 1. : 0.)),
                    1));
        }
        return items;
    }
}
