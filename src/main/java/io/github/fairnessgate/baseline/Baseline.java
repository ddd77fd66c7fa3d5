package io.github.fairnessgate.baseline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.AcceptedException;
import io.github.fairnessgate.gate.Ratchet;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.metric.Metric;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a baseline file says; {@code docs/baseline.md} says why.
 *
 * @param original the model that every candidate is compared with
 * @param slack share of a rule's margin, from 0 to 1, by which a candidate may be worse than the best one that was
 *     accepted
 * @param data digest of the data of every suite that a value or an exception is about
 * @param values limits of what was accepted, sorted by metric and slice
 * @param exceptions sorted likewise
 */
public record Baseline(
        Original original,
        BigDecimal slack,
        SortedMap<String, String> data,
        List<Accepted> values,
        List<AcceptedException> exceptions) {

    public Baseline {
        data = Collections.unmodifiableSortedMap(new TreeMap<>(data));
        values = List.copyOf(values);
        exceptions = List.copyOf(exceptions);
    }

    /**
     * The original model.
     *
     * @param digest SHA-256 in hexadecimal, which decides
     * @param name as the user named it, for people
     */
    public record Original(String digest, String name) {}

    /**
     * A value that was accepted.
     *
     * @param rule its limits, which decide
     * @param original value of the original model, for people
     * @param candidate value of the candidate that made the limits as tight as they are, for people
     * @param date of that
     */
    public record Accepted(Rule rule, BigDecimal original, BigDecimal candidate, LocalDate date) {}

    /** What the gate is given. */
    public Ratchet ratchet() {
        return new Ratchet(values.stream().map(Accepted::rule).toList(), exceptions);
    }

    /**
     * Requires that candidates are compared with the original model, on the data that its values are of.
     *
     * @param file for messages
     * @param baseline the evaluation that candidates are compared with
     * @throws InvalidInputException if not
     */
    public void requireOriginal(String file, Evaluation baseline) {
        if (!original.digest().equals(baseline.provenance().model())) {
            throw new InvalidInputException(
                    ("%s was made with the original model %s (%s), but this build compares candidates with %s "
                                            + "(%s). Compare with the original model:"
                                            + " against an accepted model, small losses would add up unseen. If "
                                            + "there is a new original, remove the file and run"
                                            + " fairness:baseline")
                                    .formatted(
                                            file,
                                            original.name(),
                                            shortened(original.digest()),
                                            baseline.provenance().source(),
                                            shortened(baseline.provenance().model()))
                            + ".");
        }
        Stream.concat(
                        values.stream().map(value -> value.rule().metric()),
                        exceptions.stream().map(AcceptedException::metric))
                .flatMap(metric -> baseline.metric(metric).stream())
                .map(Metric::suite)
                .filter(suite -> !data.containsKey(suite))
                .findFirst()
                .ifPresent(suite -> {
                    throw new InvalidInputException(
                            "%s has values of %s, but no digest of its data; restore the file from version control."
                                    .formatted(file, suite));
                });
        data.forEach((suite, digest) -> {
            String measured = baseline.provenance().data().get(suite);
            if (baseline.items().containsKey(suite) && !digest.equals(measured)) {
                throw new InvalidInputException(
                        ("%s was accepted on different data of %s (%s) than was measured (%s): values of different "
                                        + "items cannot be compared."
                                        + " Measure the same items, or remove the suite's digest, values and "
                                        + "exceptions from the file and run fairness:baseline.")
                                .formatted(
                                        file,
                                        suite,
                                        shortened(digest),
                                        measured == null ? "not known" : shortened(measured)));
            }
        });
    }

    private static String shortened(String digest) {
        return digest.substring(0, Math.min(12, digest.length()));
    }
}
