package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Ratchet;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.metric.MetricId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What only a baseline file still asks for: what was accepted is judged also where no rule of the thresholds is left.
 */
public final class AcceptedSuites {

    private AcceptedSuites() {}

    /**
     * Metrics of the file whose suites no rule of the thresholds names; and those that no rule names, of suites that
     * measure only what they are asked for.
     *
     * @throws InvalidInputException {@code file:line: sentence} if there is no such suite any more
     */
    public static List<String> metrics(Thresholds thresholds, Ratchet ratchet) {
        Set<String> metrics = thresholds.rules().stream().map(Rule::metric).collect(Collectors.toSet());
        Set<String> named = metrics.stream().map(MetricId::suiteOf).collect(Collectors.toSet());
        List<Rule> beyond = ratchet.rules().stream()
                .filter(rule -> Suites.measuresWhatIsAsked(MetricId.suiteOf(rule.metric()), thresholds.suites())
                        ? !metrics.contains(rule.metric())
                        : !named.contains(MetricId.suiteOf(rule.metric())))
                .toList();
        for (Rule rule : beyond) {
            String suite = MetricId.suiteOf(rule.metric());
            if (!Suites.isKnown(suite) && !thresholds.suites().containsKey(suite)) {
                throw rule.location()
                        .problem(("%s was accepted before and is still judged, but there is no suite '%s' to "
                                        + "measure it by; say under 'suites' of"
                                        + " the thresholds where its data are, or take the value out")
                                .formatted(rule.metric(), suite));
            }
        }
        return beyond.stream().map(Rule::metric).distinct().toList();
    }
}
