package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Perplexity;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.MetricId;
import io.github.fairnessgate.statistics.PValueAdjustment;
import io.github.fairnessgate.yaml.NearestName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Decides whether a candidate keeps the thresholds, by comparing it with its baseline item by item.
 * {@code docs/statistics.md} says what is computed and why.
 */
public final class Gate {

    /** Seed of every random choice: with the inputs it fixes the verdict. */
    public static final long SEED = 20_220_121;

    private Gate() {}

    /**
     * Judges every rule, then the model. A rule about a metric that two scorers judge is judged by each of them alone,
     * and as {@link TwoScorers} says.
     *
     * @throws InvalidInputException if a rule cannot be judged: its metric or slice has no items, the metric is not of
     *     the rule's kind, or the two evaluations are not of the same items
     */
    public static GateResult decide(Thresholds thresholds, Evaluation baseline, Evaluation candidate) {
        return decide(thresholds, Ratchet.NONE, LocalDate.MIN, baseline, candidate);
    }

    /**
     * Judges every rule of the thresholds, then those that the ratchet adds, then the model. Each of the two kinds is
     * corrected for its own number of claims, so that a ratchet changes no verdict of a rule of the thresholds.
     *
     * @param today decides which exceptions are in force
     * @throws InvalidInputException as above
     */
    public static GateResult decide(
            Thresholds thresholds, Ratchet ratchet, LocalDate today, Evaluation baseline, Evaluation candidate) {
        return decide(thresholds, ratchet, today, List.of(new Look(baseline, candidate)));
    }

    /**
     * The same, under an {@link Escalation} look by look, until nothing is open that more continuations could settle.
     * Looks after that one do not count, so that the verdict is a function of the plan however much was measured.
     *
     * @param looks from the first on; a later one has at least the suites that are {@link GateResult#open() open} after
     *     the one before
     * @throws InvalidInputException as above, if a look is not of the planned number of continuations, and if looks are
     *     of different models
     */
    public static GateResult decide(Thresholds thresholds, Ratchet ratchet, LocalDate today, List<Look> looks) {
        Look first = looks.get(0);
        List<Judged> own = List.of();
        List<Judged> added = List.of();
        List<LookTaken> taken = new ArrayList<>();
        GateResult gate = null;
        for (int number = 1; number <= looks.size() && (number == 1 || gate.continues()); number++) {
            Look look = looks.get(number - 1);
            LookPlan plan = LookPlan.of(thresholds, first, look, number, number == 1 ? Set.of() : gate.open());
            List<Comparison> comparison = List.of(new Comparison(look.baseline(), look.candidate(), SEED));
            own = judge(thresholds.rules(), comparison, plan, own);
            List<RuleResult> results = new ArrayList<>(results(own));
            added = judge(ratchet.beyond(results), comparison, plan, added);
            results.addAll(results(added));
            List<ExceptionUse> exceptions = ratchet.exceptions().stream()
                    .map(exception -> ExceptionUse.of(exception, results, today))
                    .toList();
            Predicate<RuleResult> accepted = result -> exceptions.stream().anyMatch(use -> use.accepts(result));
            Verdict verdict = GateResult.verdict(results, exceptions);
            plan.taken(results, verdict).ifPresent(taken::add);
            gate = new GateResult(
                    thresholds,
                    results,
                    exceptions,
                    ratchet.spent(results),
                    verdict,
                    taken,
                    plan.open(results, accepted, verdict));
        }
        return gate;
    }

    /** The same of several candidates that one recipe made, by the thresholds alone; see {@link Certification}. */
    static GateResult decide(Thresholds thresholds, List<Comparison> comparisons) {
        List<RuleResult> results =
                results(judge(thresholds.rules(), comparisons, LookPlan.only(thresholds), List.of()));
        return GateResult.of(thresholds, results, List.of(), List.of(), List.of());
    }

    /** Whether the rule needs no further look. */
    static boolean isSettled(RuleResult result) {
        return result.verdict()
                .filter(verdict -> verdict != Verdict.INCONCLUSIVE)
                .isPresent();
    }

    /**
     * What the data say about a rule by the scorer that it names, and by the other one; the same where there is none.
     */
    private record Assessed(Assessment asWritten, Assessment byOtherScorer) {

        boolean byTwo() {
            return asWritten != byOtherScorer;
        }
    }

    /** A rule at the last look at it. */
    private record Judged(Assessed assessed, RuleResult result) {}

    private static List<RuleResult> results(List<Judged> judged) {
        return judged.stream().map(Judged::result).toList();
    }

    /** @param before what the look before said of the same rules; empty at the first */
    private static List<Judged> judge(
            List<Rule> rules, List<Comparison> comparisons, LookPlan plan, List<Judged> before) {
        if (rules.isEmpty()) {
            return List.of();
        }
        Evaluation baseline = comparisons.get(0).baseline();
        List<Supplier<Assessed>> work = new ArrayList<>();
        Map<String, Rule> bySubject = new HashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (!before.isEmpty() && !plan.looksAt(before.get(i).result())) {
                Assessed kept = before.get(i).assessed();
                work.add(() -> kept);
                continue;
            }
            Metric metric = metric(rule, baseline);
            if (!before.isEmpty() && !metric.equals(before.get(i).result().metric())) {
                throw rule.location()
                        .problem("an earlier look was at %s, a later one is at %s; run fairness:check again"
                                .formatted(before.get(i).result().metric().id(), metric.id()));
            }
            Optional<Metric> other = Optional.empty();
            for (Comparison comparison : comparisons) {
                sameOnBothSides(rule, metric, comparison.candidate());
                requireSameData(rule, metric, baseline, comparison.candidate());
                other = byOtherScorer(rule, metric, baseline, comparison.candidate());
            }
            rule.requireFirst(metric.id(), bySubject);
            other.ifPresent(judged -> rule.requireFirst(judged.id(), bySubject));
            Optional<Metric> second = other;
            work.add(() -> assess(rule, metric, second, comparisons, plan));
        }
        List<Assessed> assessed = sideBySide(work);
        List<RuleResult> results =
                judge(assessed.stream().map(Assessed::asWritten).toList());
        List<RuleResult> others = assessed.stream().anyMatch(Assessed::byTwo)
                ? judge(assessed.stream().map(Assessed::byOtherScorer).toList())
                : results;
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            boolean kept = !before.isEmpty() && before.get(i).assessed() == assessed.get(i);
            RuleResult result =
                    assessed.get(i).byTwo() ? TwoScorers.agree(results.get(i), others.get(i)) : results.get(i);
            judged.add(kept ? before.get(i) : new Judged(assessed.get(i), plan.noted(result)));
        }
        return judged;
    }

    private static Assessed assess(
            Rule rule, Metric metric, Optional<Metric> other, List<Comparison> comparisons, LookPlan plan) {
        Assessment asWritten = Assessment.of(rule, metric, comparisons, plan.levels(metric));
        return new Assessed(
                asWritten,
                other.map(judged -> Assessment.of(rule, judged, comparisons, plan.levels(judged)))
                        .orElse(asWritten));
    }

    /**
     * What each of them gives, computed on all processors; the problem that is thrown is that of the first one that has
     * any.
     */
    private static List<Assessed> sideBySide(List<Supplier<Assessed>> work) {
        List<Object> outcomes =
                work.parallelStream().map(Gate::assessedOrProblem).toList();
        for (Object outcome : outcomes) {
            if (outcome instanceof InvalidInputException problem) {
                throw problem;
            }
        }
        return outcomes.stream().map(Assessed.class::cast).toList();
    }

    private static Object assessedOrProblem(Supplier<Assessed> work) {
        try {
            return work.get();
        } catch (InvalidInputException problem) {
            return problem;
        }
    }

    private static List<RuleResult> judge(List<Assessment> assessments) {
        List<Claim> confirmatory = new ArrayList<>();
        List<Claim> exploratory = new ArrayList<>();
        for (Assessment assessment : assessments) {
            (assessment.rule().role() == Rule.Role.EXPLORATORY ? exploratory : confirmatory)
                    .addAll(assessment.claims());
        }
        Map<Claim, Double> adjusted = new IdentityHashMap<>();
        adjust(confirmatory, PValueAdjustment::holm, adjusted);
        adjust(exploratory, PValueAdjustment::benjaminiHochberg, adjusted);
        return assessments.parallelStream()
                .map(assessment -> assessment.result(adjusted::get, confirmatory.size()))
                .toList();
    }

    private static void adjust(List<Claim> claims, UnaryOperator<double[]> adjustment, Map<Claim, Double> adjusted) {
        double[] pValues = adjustment.apply(
                claims.stream().mapToDouble(Claim::ofWholeAlpha).toArray());
        for (int i = 0; i < pValues.length; i++) {
            adjusted.put(claims.get(i), pValues[i]);
        }
    }

    private static Metric metric(Rule rule, Evaluation baseline) {
        List<Metric> matching = baseline.metrics().stream()
                .filter(metric -> metric.id().equals(rule.metric()))
                .toList();
        if (matching.isEmpty()) {
            matching = baseline.metrics().stream()
                    .filter(metric -> MetricId.of(rule.metric()).means(MetricId.of(metric.id())))
                    .toList();
        }
        if (matching.isEmpty()) {
            throw rule.location()
                    .problem("the evaluation has no metric \"%s\"%s"
                            .formatted(
                                    rule.metric(),
                                    NearestName.hint(
                                            rule.metric(),
                                            baseline.metrics().stream()
                                                    .map(Metric::id)
                                                    .toList())));
        }
        if (matching.size() > 1) {
            Optional<String> meant = Perplexity.meant(
                    rule.metric(), matching.stream().map(Metric::id).toList());
            if (meant.isPresent()) {
                return matching.stream()
                        .filter(metric -> metric.id().equals(meant.get()))
                        .findFirst()
                        .orElseThrow();
            }
        }
        boolean sameByBothScorers = matching.size() == 2
                && baseline.byOtherScorer(matching.get(0))
                        .equals(Optional.of(matching.get(1).id()));
        if (matching.size() > 1 && !sameByBothScorers) {
            throw rule.location()
                    .problem("\"%s\" may be any of %s; write one of them in full"
                            .formatted(
                                    rule.metric(),
                                    String.join(
                                            ", ",
                                            matching.stream().map(Metric::id).toList())));
        }
        return matching.get(0);
    }

    /** The metric by the other scorer, if two scorers judge it. */
    private static Optional<Metric> byOtherScorer(Rule rule, Metric metric, Evaluation baseline, Evaluation candidate) {
        List<String> before = baseline.judgedBy(metric.suite());
        List<String> after = candidate.judgedBy(metric.suite());
        if (!before.equals(after)) {
            throw rule.location()
                    .problem(("%s was judged by %s for the baseline and by %s for the candidate; evaluate both "
                                    + "models alike")
                            .formatted(rule.subject(), before, after));
        }
        return baseline.byOtherScorer(metric)
                .map(id -> sameOnBothSides(
                        rule,
                        baseline.metric(id)
                                .orElseThrow(() -> rule.location()
                                        .problem(("two scorers judged %s, but the baseline's evaluation has no "
                                                        + "metric %s; evaluate it again")
                                                .formatted(rule.subject(), id))),
                        candidate));
    }

    private static Metric sameOnBothSides(Rule rule, Metric metric, Evaluation candidate) {
        Metric other = candidate
                .metric(metric.id())
                .orElseThrow(() -> rule.location()
                        .problem(("the candidate's evaluation has no metric %s, but the baseline's has; evaluate "
                                        + "both models alike")
                                .formatted(metric.id())));
        if (!metric.equals(other)) {
            throw rule.location()
                    .problem(("%s is defined differently for baseline (%s, %s) and candidate (%s, %s); evaluate both "
                                    + "models alike")
                            .formatted(
                                    metric.id(),
                                    metric.estimator(),
                                    metric.direction(),
                                    other.estimator(),
                                    other.direction()));
        }
        return metric;
    }

    private static void requireSameData(Rule rule, Metric metric, Evaluation baseline, Evaluation candidate) {
        String before = baseline.provenance().data().get(metric.suite());
        String after = candidate.provenance().data().get(metric.suite());
        if (before != null && after != null && !before.equals(after)) {
            throw rule.location()
                    .problem(("%s was measured on different data: baseline on %s, candidate on %s; evaluate both "
                                    + "models on the same data")
                            .formatted(rule.subject(), before, after));
        }
    }
}
