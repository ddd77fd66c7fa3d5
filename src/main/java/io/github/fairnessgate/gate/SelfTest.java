package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Whether a gate does what it is for: it lets the baseline pass against itself, and fails one that was harmed on
 * purpose.
 *
 * @param again the baseline against each of its own repetitions
 * @param control the baseline against the harmed model
 * @param harmed ids of the suites whose texts the harm was made from
 * @param problems what is wrong with the gate, a sentence each; empty if it behaves
 */
public record SelfTest(List<GateResult> again, GateResult control, Set<String> harmed, List<String> problems) {

    public SelfTest {
        again = List.copyOf(again);
        harmed = Set.copyOf(harmed);
        problems = List.copyOf(problems);
    }

    /**
     * Judges a gate, at one look: {@code onInconclusive: escalate} counts as {@code fail}.
     *
     * @param again the baseline measured anew, with prompts continued by another seed; at least one
     * @param control the harmed model, measured like the baseline
     * @param harmed ids of the suites whose texts the harm was made from
     */
    public static SelfTest of(
            Thresholds tolerated, Evaluation baseline, List<Evaluation> again, Evaluation control, Set<String> harmed) {
        Thresholds thresholds = tolerated.judgedOnce();
        List<String> problems = new ArrayList<>();
        again.forEach(repetition -> problems.addAll(differences(baseline, repetition)));
        List<GateResult> repeated = again.stream()
                .map(repetition -> Gate.decide(thresholds, baseline, repetition.asOn(baseline)))
                .toList();
        problems.addAll(rejections(thresholds, repeated));
        GateResult ofHarmed = Gate.decide(thresholds, baseline, control);
        problems.addAll(misses(ofHarmed, harmed));
        return new SelfTest(repeated, ofHarmed, harmed, problems);
    }

    public boolean passed() {
        return problems.isEmpty();
    }

    /** The rules that the control has to break one of: those about fairness that decide and whose suite was harmed. */
    public static List<RuleResult> tested(GateResult control, Set<String> harmed) {
        return control.results().stream()
                .filter(result -> result.rule().role() == Rule.Role.FAIRNESS
                        && result.rule().decides()
                        && harmed.contains(result.metric().suite()))
                .toList();
    }

    /**
     * Where the model only scores, nothing may differ, not in the last bit; where it writes, another seed has to give
     * other texts.
     */
    private static List<String> differences(Evaluation baseline, Evaluation repetition) {
        List<String> problems = new ArrayList<>();
        baseline.items().forEach((suite, items) -> {
            List<Item> repeated = repetition.items().getOrDefault(suite, List.of());
            boolean writes = items.stream().anyMatch(item -> !item.outputs().isEmpty());
            if (!writes && !repeated.equals(items)) {
                problems.add(
                        ("%s: the same model measured twice did not give the same numbers, so that a part of every "
                                        + "change is chance of the"
                                        + " machine; measure on one machine with one set of libraries.")
                                .formatted(suite));
            }
            if (writes && repeated.equals(items)) {
                problems.add(
                        ("%s: another seed gave the same texts, so that the repetition shows nothing; the model may "
                                        + "write nothing at all.")
                                .formatted(suite));
            }
        });
        return problems;
    }

    /**
     * More repetitions were rejected than happens by chance, with probability alpha at most, if each passes with
     * probability 1 - alpha.
     */
    private static List<String> rejections(Thresholds thresholds, List<GateResult> repeated) {
        double alpha = thresholds.alpha().doubleValue();
        int rejected =
                (int) repeated.stream().filter(result -> !result.passed()).count();
        if (rejected == 0
                || BinomialDistribution.of(repeated.size(), alpha).survivalProbability(rejected - 1) > alpha) {
            return List.of();
        }
        GateResult first =
                repeated.stream().filter(result -> !result.passed()).findFirst().orElseThrow();
        return List.of(
                ("The baseline does not pass against itself: %d of %d repetitions were rejected, the first because "
                                + "%s. Thresholds that an"
                                + " unchanged model does not keep reject every candidate: give wider margins or "
                                + "more items.")
                        .formatted(rejected, repeated.size(), reasons(first)));
    }

    private static String reasons(GateResult result) {
        return String.join(
                "; ",
                result.results().stream()
                        .filter(rule -> rule.rule().decides()
                                && rule.verdict()
                                        .filter(verdict -> verdict != Verdict.PASS)
                                        .isPresent())
                        .map(rule ->
                                rule.rule().subject() + " is " + rule.verdict().orElseThrow() + ": " + rule.reason())
                        .toList());
    }

    private static List<String> misses(GateResult control, Set<String> harmed) {
        List<RuleResult> tested = tested(control, harmed);
        if (tested.isEmpty()) {
            return List.of("No rule about fairness that decides measures what was harmed ("
                    + String.join(", ", harmed.stream().sorted().toList())
                    + "), so that the positive control shows nothing.");
        }
        if (tested.stream()
                .anyMatch(
                        result -> result.verdict().filter(Verdict.FAIL::equals).isPresent())) {
            return List.of();
        }
        return List.of(
                ("The gate does not notice harm: a model that was harmed on purpose fails none of %s. Give narrower "
                                + "margins or more items.")
                        .formatted(String.join(
                                ", ",
                                tested.stream()
                                        .map(result -> result.rule().subject() + " ("
                                                + RuleText.of(result).before() + " -> "
                                                + RuleText.of(result).after() + ", "
                                                + result.verdict().orElseThrow() + ")")
                                        .toList())));
    }
}
