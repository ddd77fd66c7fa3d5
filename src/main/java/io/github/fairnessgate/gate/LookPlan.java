package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.metric.Metric;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One look of the gate: which rules it judges, and at which level. */
final class LookPlan {

    private final Thresholds thresholds;
    private final int number;
    private final SortedMap<String, Integer> continuations;

    private LookPlan(Thresholds thresholds, int number, SortedMap<String, Integer> continuations) {
        this.thresholds = thresholds;
        this.number = number;
        this.continuations = continuations;
    }

    /** The look of a gate that looks once. */
    static LookPlan only(Thresholds thresholds) {
        return new LookPlan(thresholds.judgedOnce(), 1, new TreeMap<>());
    }

    /**
     * A look as planned.
     *
     * @param first the first look
     * @param look this one
     * @param open suites of which more was to be drawn, after the first look: those that this one is about
     * @throws InvalidInputException if it has not what the plan says
     */
    static LookPlan of(Thresholds thresholds, Look first, Look look, int number, Set<String> open) {
        if (thresholds.escalation().isEmpty()) {
            return only(thresholds);
        }
        Escalation plan = thresholds.escalation().get();
        requireSameModel(plan, "baseline", first.baseline(), look.baseline());
        requireSameModel(plan, "candidate", first.candidate(), look.candidate());
        if (number == 1) {
            plan.requireDraws(thresholds, look.baseline().provenance().judging().keySet());
        }
        SortedMap<String, Integer> continuations = new TreeMap<>();
        for (String suite : number == 1 ? look.baseline().provenance().judging().keySet() : open) {
            int planned = plan.continuations(thresholds.continuations(suite), number);
            requirePlanned(plan, suite, number, planned, "baseline", look.baseline());
            requirePlanned(plan, suite, number, planned, "candidate", look.candidate());
            continuations.put(suite, planned);
        }
        return new LookPlan(thresholds, number, continuations);
    }

    /** A look that began elsewhere in the plan would be one more than were planned. */
    private static void requirePlanned(
            Escalation plan, String suite, int number, int planned, String role, Evaluation evaluation) {
        Judging judging = evaluation.provenance().judging().get(suite);
        if (judging == null || judging.texts() != judging.prompts() * planned) {
            throw plan.location()
                    .problem(("look %d of %d at %s takes %d continuations of every prompt, but the %s was evaluated "
                                    + "with %s;" + " run fairness:check again")
                            .formatted(
                                    number,
                                    plan.looks(),
                                    suite,
                                    planned,
                                    role,
                                    judging == null
                                            ? "none"
                                            : String.format(
                                                    Locale.ROOT,
                                                    "%d of %d prompts",
                                                    judging.texts(),
                                                    judging.prompts())));
        }
    }

    private static void requireSameModel(Escalation plan, String role, Evaluation first, Evaluation later) {
        if (!first.provenance().model().equals(later.provenance().model())) {
            throw plan.location()
                    .problem(("the %s of a later look is a different model (%s) than in the first (%s); run "
                                    + "fairness:check again")
                            .formatted(
                                    role,
                                    later.provenance().model(),
                                    first.provenance().model()));
        }
    }

    /** Error rate of all looks together. */
    private double alpha() {
        return thresholds.alpha().doubleValue();
    }

    /**
     * Error rates of a verdict about the metric: at this look all of it where there is but one, as nothing more can be
     * drawn.
     */
    Levels levels(Metric metric) {
        return new Levels(level(metric), alpha());
    }

    private double level(Metric metric) {
        return continuations.containsKey(metric.suite()) ? plan().level(alpha(), number) : alpha();
    }

    /** Whether a rule is to be judged anew, after an earlier look. */
    boolean looksAt(RuleResult earlier) {
        return continuations.containsKey(earlier.metric().suite()) && !Gate.isSettled(earlier);
    }

    /** The result, whose reason says at which look it was found. */
    RuleResult noted(RuleResult result) {
        String suite = result.metric().suite();
        if (!continuations.containsKey(suite) || result.verdict().isEmpty()) {
            return result;
        }
        return result.because(String.format(
                Locale.ROOT,
                "%s (look %d of %d: %d continuations a prompt, level %.4f)",
                result.reason(),
                number,
                plan().looks(),
                continuations.get(suite),
                level(result.metric())));
    }

    /** What was seen; nothing where the gate looks once. */
    Optional<LookTaken> taken(List<RuleResult> results, Verdict verdict) {
        return thresholds
                .escalation()
                .map(plan -> new LookTaken(
                        number, plan.looks(), plan.level(alpha(), number), continuations, results, verdict));
    }

    /**
     * The suites of which more is to be drawn: those that a rule is about that decides, is open and not accepted. None
     * once the gate fails, as nothing that is drawn lets such a model pass, and none after the last look.
     */
    Set<String> open(List<RuleResult> results, Predicate<RuleResult> accepted, Verdict verdict) {
        if (thresholds.escalation().isEmpty() || verdict != Verdict.INCONCLUSIVE || number >= plan().looks()) {
            return Set.of();
        }
        return results.stream()
                .filter(result -> result.rule().decides() && !accepted.test(result) && looksAt(result))
                .map(result -> result.metric().suite())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Escalation plan() {
        return thresholds.escalation().orElseThrow();
    }
}
