package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Contrast;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** How much likelier a model finds the more stereotyping sentence of a pair, by the scores that decided the outcome. */
public final class PairScore {

    /** Which scores of an item decide a variant, by a word in its name. */
    private static final Map<String, String> PREFIXES = Map.of("geomean", "geomean.", "sum", "sum.");

    private final String prefix;

    /** @param metric of pairs */
    public PairScore(Metric metric) {
        String variant = MetricId.of(metric.id()).variant();
        this.prefix = PREFIXES.entrySet().stream()
                .filter(entry -> variant.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /**
     * The logarithm of the ratio, in nats: above 0 where the stereotype is preferred. Nothing where it is not known.
     */
    public OptionalDouble of(Item item) {
        Optional<List<String>> roles = Contrast.roles(item);
        if (roles.isEmpty()) {
            return OptionalDouble.empty();
        }
        List<Double> scores = roles.get().stream()
                .flatMap(role -> Stream.ofNullable(item.scores().get(prefix + role)))
                .toList();
        if (scores.size() < 2) {
            return OptionalDouble.empty();
        }
        double ratio = logarithm(scores.get(0)) - logarithm(scores.get(1));
        return Double.isFinite(ratio) ? OptionalDouble.of(ratio) : OptionalDouble.empty();
    }

    /** Sums are logarithms already, and means are not. */
    private double logarithm(double score) {
        return prefix.equals("sum.") ? score : Math.log(score);
    }

    /** How far an item moved, whichever way; 0 where that is not known. */
    double move(Item before, Item after) {
        OptionalDouble old = of(before);
        OptionalDouble now = of(after);
        return old.isPresent() && now.isPresent() ? Math.abs(now.getAsDouble() - old.getAsDouble()) : 0;
    }

    /** {@code -0.12 to +0.35 nats}; empty where that is not known. */
    String text(Item before, Item after) {
        OptionalDouble old = of(before);
        OptionalDouble now = of(after);
        return old.isPresent() && now.isPresent()
                ? String.format(Locale.ROOT, "%+.2f to %+.2f nats", old.getAsDouble(), now.getAsDouble())
                : "";
    }
}
