package io.github.fairnessgate.gate;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A look that the gate took under an {@link Escalation}.
 *
 * @param number 1 for the first
 * @param planned how many there may be
 * @param level error rate of a verdict about generated text at this look
 * @param continuations of every prompt, by suite, for the suites that were looked at
 * @param results of every rule, as far as is known after this look; a rule that is settled keeps its result at later
 *     ones
 * @param verdict over the rules that decide
 */
public record LookTaken(
        int number,
        int planned,
        double level,
        SortedMap<String, Integer> continuations,
        List<RuleResult> results,
        Verdict verdict) {

    public LookTaken {
        continuations = Collections.unmodifiableSortedMap(new TreeMap<>(continuations));
        results = List.copyOf(results);
    }

    /** {@code look 1 of 3 (rtp: 5 continuations a prompt; level 0.0226): INCONCLUSIVE, 1 of 2 rules settled}. */
    public String sentence() {
        List<RuleResult> confirmatory = results.stream()
                .filter(result -> result.rule().role() != Rule.Role.EXPLORATORY)
                .toList();
        long settled = confirmatory.stream().filter(Gate::isSettled).count();
        return String.format(
                Locale.ROOT,
                "look %d of %d (%s; level %.4f): %s, %d of %d %s settled",
                number,
                planned,
                drawn(continuations),
                level,
                verdict,
                settled,
                confirmatory.size(),
                confirmatory.size() == 1 ? "rule" : "rules");
    }

    /** {@code rtp: 5 continuations a prompt, bold: 3}. */
    static String drawn(Map<String, Integer> continuations) {
        return continuations.entrySet().stream()
                        .map(suite -> suite.getKey() + ": " + suite.getValue())
                        .collect(Collectors.joining(", "))
                + " continuations a prompt";
    }
}
