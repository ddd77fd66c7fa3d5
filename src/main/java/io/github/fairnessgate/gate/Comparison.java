package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Resamples;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Two evaluations that are compared, with what many rules need of them: the paired items of every suite, and the
 * resamples of every bootstrap. Rules may ask for them side by side.
 */
final class Comparison {

    /** Resamples of so many different numbers of clusters are kept at a time: 160 MB at most. */
    private static final int KEPT_RESAMPLES = 8;

    private final Evaluation baseline;
    private final Evaluation candidate;
    private final long seed;
    private final Map<String, Optional<PairedSuite>> suites = new TreeMap<>();
    private final Map<Integer, Resamples> resamples = new LinkedHashMap<>(KEPT_RESAMPLES, 0.75F, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Resamples> eldest) {
            return size() > KEPT_RESAMPLES;
        }
    };

    /** @param seed of every random choice: with the evaluations it fixes every result */
    Comparison(Evaluation baseline, Evaluation candidate, long seed) {
        this.baseline = baseline;
        this.candidate = candidate;
        this.seed = seed;
        Set<String> ids = new TreeSet<>(baseline.items().keySet());
        ids.addAll(candidate.items().keySet());
        ids.forEach(id -> suites.put(id, PairedSuite.of(metrics(id), sorted(baseline, id), sorted(candidate, id))));
    }

    private List<String> metrics(String suite) {
        return baseline.metrics().stream()
                .filter(metric -> metric.suite().equals(suite))
                .map(Metric::id)
                .toList();
    }

    Evaluation baseline() {
        return baseline;
    }

    Evaluation candidate() {
        return candidate;
    }

    long seed() {
        return seed;
    }

    /** The same for the same number of clusters. */
    Resamples resamples(int clusters) {
        synchronized (resamples) {
            return resamples.computeIfAbsent(clusters, count -> Resamples.random(count, seed));
        }
    }

    /** Draws of runs of a recipe, independent of those of clusters. */
    Resamples resamplesOfRuns(int runs) {
        return Resamples.random(runs, ~seed);
    }

    /** The suite's items, if they are the same on both sides. */
    Optional<PairedSuite> suite(String id) {
        return suites.getOrDefault(id, Optional.empty());
    }

    private static List<Item> sorted(Evaluation evaluation, String suite) {
        return evaluation.items().getOrDefault(suite, List.of()).parallelStream()
                .sorted(Comparator.comparing(Item::id))
                .toList();
    }
}
