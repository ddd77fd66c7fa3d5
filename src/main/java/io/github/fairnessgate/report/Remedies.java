package io.github.fairnessgate.report;

import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What can be done about rules that did not pass, by what is known of how the candidate was made. */
final class Remedies {

    private static final String DISTILLATION = "distillation";
    private static final String WEIGHT_PRUNING = "weight-pruning";
    private static final String HEAD_PRUNING = "head-pruning";
    private static final String QUANTIZATION = "quantization";
    private static final List<String> STRUCTURED = List.of(HEAD_PRUNING, "neuron-pruning", "layer-pruning");

    private final GateResult gate;
    private final List<String> methods;

    private Remedies(Report report) {
        this.gate = report.gate();
        this.methods = report.compression().map(CompressionSummary::methods).orElse(List.of());
    }

    /**
     * What is wrong, and what helps.
     *
     * @param problem of these rules, in a few words
     * @param results the rules
     * @param remedies what helps
     */
    record Advice(String problem, List<RuleResult> results, List<Remedy> remedies) {}

    /** What helps, a sentence without a full stop, and where it is explained. */
    public record Remedy(String text, Documentation page) {}

    /** Nothing where every rule passed. */
    static List<Advice> of(Report report) {
        Remedies remedies = new Remedies(report);
        List<Advice> advice = new ArrayList<>();
        remedies.capability().ifPresent(advice::add);
        remedies.fairness().ifPresent(advice::add);
        remedies.cost().ifPresent(advice::add);
        remedies.open().ifPresent(advice::add);
        return advice;
    }

    private Optional<Advice> capability() {
        List<Remedy> remedies = compressLess();
        remedies.add(recover());
        remedies.add(new Remedy(
                "A worse language model cannot be accepted by an exception: its fairness numbers mean little",
                Documentation.EXCEPTIONS));
        return advice("Language quality fell", remedies, Verdict.FAIL, Rule.Role.CAPABILITY::equals);
    }

    private Optional<Advice> fairness() {
        List<Remedy> remedies = compressLess();
        if (methods.contains(HEAD_PRUNING)) {
            remedies.add(new Remedy(
                    "Choose the heads by their effect on bias as well: importance fasp",
                    Documentation.PRUNING_BY_BIAS));
        }
        remedies.add(recover());
        accept().ifPresent(remedies::add);
        return advice("Fairness got worse", remedies, Verdict.FAIL, Rule.Role.FAIRNESS::equals);
    }

    private Optional<Advice> cost() {
        List<Remedy> remedies = new ArrayList<>();
        if (!methods.contains(QUANTIZATION)) {
            remedies.add(new Remedy(
                    "End the recipe with a quantization: int8 makes a model smaller and faster",
                    Documentation.QUANTIZATION));
        }
        remedies.add(new Remedy("Compress more, or by another recipe", Documentation.RECIPES));
        remedies.add(new Remedy("Allow it to cost more: a wider limit", Documentation.COSTS));
        return advice("The model costs too much", remedies, Verdict.FAIL, Rule.Role.COST::equals);
    }

    private Optional<Advice> open() {
        List<Remedy> remedies = new ArrayList<>();
        if (isOpen(Rule.Role.COST)) {
            remedies.add(new Remedy(
                    "Measure latency or memory in more rounds, or on a quieter machine: rounds under suites in the "
                            + "thresholds",
                    Documentation.COSTS));
        }
        if (!isOpen(Rule.Role.FAIRNESS) && !isOpen(Rule.Role.CAPABILITY)) {
            return advice("The rounds do not settle it", remedies, Verdict.INCONCLUSIVE, role -> true);
        }
        remedies.add(new Remedy(
                "Measure more items: raise or remove limit, perSlice and tokens under suites in the thresholds",
                Documentation.PARTS_OF_SUITES));
        remedies.add(new Remedy(
                "Let the models write more: continuations, or onInconclusive: escalate", Documentation.LOOKING_AGAIN));
        remedies.add(
                new Remedy("Ask for no more than the data can show: a wider limit", Documentation.WHAT_DATA_CAN_SHOW));
        accept().ifPresent(remedies::add);
        return advice("The data do not settle it", remedies, Verdict.INCONCLUSIVE, role -> true);
    }

    private Optional<Advice> advice(String problem, List<Remedy> remedies, Verdict verdict, Predicate<Rule.Role> role) {
        List<RuleResult> results = Outcome.worstFirst(gate).stream()
                .filter(result -> Outcome.of(gate, result) != Outcome.REPORTED)
                .filter(result -> result.verdict().equals(Optional.of(verdict)))
                .filter(result -> role.test(result.rule().role()))
                .toList();
        return results.isEmpty() ? Optional.empty() : Optional.of(new Advice(problem, results, List.copyOf(remedies)));
    }

    private boolean isOpen(Rule.Role role) {
        return gate.results().stream()
                .filter(result -> result.rule().role() == role && Outcome.of(gate, result) != Outcome.REPORTED)
                .anyMatch(result -> result.verdict().equals(Optional.of(Verdict.INCONCLUSIVE)));
    }

    private List<Remedy> compressLess() {
        List<Remedy> remedies = new ArrayList<>();
        if (methods.contains(WEIGHT_PRUNING)) {
            remedies.add(new Remedy("Prune fewer weights: a lower sparsity", Documentation.WEIGHT_PRUNING));
        }
        if (methods.stream().anyMatch(STRUCTURED::contains)) {
            remedies.add(new Remedy("Remove fewer heads, neurons or layers", Documentation.STRUCTURED_PRUNING));
        }
        if (methods.contains(QUANTIZATION)) {
            remedies.add(new Remedy("Quantize to more bits: int8 or float16", Documentation.QUANTIZATION));
        }
        if (remedies.isEmpty()) {
            remedies.add(new Remedy("Compress less", Documentation.RECIPES));
        }
        return remedies;
    }

    private Remedy recover() {
        return methods.contains(DISTILLATION)
                ? new Remedy("Distil longer, or on more text", Documentation.DISTILLATION)
                : new Remedy(
                        "Let the model recover: a stage of distillation after the others", Documentation.DISTILLATION);
    }

    /** Where a worse language model is among them, nothing can be accepted. */
    private Optional<Remedy> accept() {
        return gate.canBeAccepted()
                ? Optional.of(new Remedy(
                        "Accept it until a day, with a reason: mvn fairness:baseline -D" + Parameters.REASON
                                + "=\"...\"",
                        Documentation.EXCEPTIONS))
                : Optional.empty();
    }
}
