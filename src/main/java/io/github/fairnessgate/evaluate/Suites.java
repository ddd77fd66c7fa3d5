package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The suites that exist. */
public final class Suites {

    private static final List<Suite> ALL = List.of(new StereoSet(), new CrowsPairs(), new Perplexity());

    private Suites() {
    }

    /** @throws InvalidInputException if no suite has this id */
    public static Suite named(String id) {
        return ALL.stream().filter(suite -> suite.id().equals(id)).findFirst()
                .orElseThrow(() -> new InvalidInputException("There is no suite '" + id + "'; there are "
                        + ALL.stream().map(Suite::id).collect(Collectors.joining(", ")) + "."));
    }

    /**
     * The suites behind metric ids, each once, in the order of their names.
     *
     * @param metrics ids of the form {@code suite.metric/variant}
     * @throws InvalidInputException if a metric belongs to no suite, or if there are no metrics
     */
    public static List<Suite> measuring(Collection<String> metrics) {
        if (metrics.isEmpty()) {
            throw new InvalidInputException("The thresholds name no metric, so there is nothing to measure: add a rule.");
        }
        return metrics.stream().map(metric -> metric.split("\\.", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new)).stream()
                .map(Suites::named).toList();
    }
}
