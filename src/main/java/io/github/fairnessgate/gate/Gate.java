package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Metric;
import io.github.fairnessgate.yaml.NearestName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Decides whether a candidate keeps the thresholds, by comparing it with its baseline item by item.
 * {@code docs/statistics.md} says what is computed and why.
 */
public final class Gate {

    /** Seed of every random choice: with the inputs it fixes the verdict. */
    public static final long SEED = 20_220_121;

    private Gate() {
    }

    /**
     * Judges every rule, then the model. A rule about a metric that two scorers judge is judged by each of them alone, and as
     * {@link TwoScorers} says.
     *
     * @throws InvalidInputException if a rule cannot be judged: its metric or slice has no items, the metric is not of the
     *         rule's kind, or the two evaluations are not of the same items
     */
    public static GateResult decide(Thresholds thresholds, Evaluation baseline, Evaluation candidate) {
        return decide(thresholds, Ratchet.NONE, LocalDate.MIN, baseline, candidate);
    }

    /**
     * Judges every rule of the thresholds, then those that the ratchet adds, then the model. Each of the two kinds is corrected for
     * its own number of claims, so that a ratchet changes no verdict of a rule of the thresholds.
     *
     * @param today decides which exceptions are in force
     * @throws InvalidInputException as above
     */
    public static GateResult decide(Thresholds thresholds, Ratchet ratchet, LocalDate today, Evaluation baseline, Evaluation candidate) {
        double alpha = thresholds.alpha().doubleValue();
        List<Comparison> comparison = List.of(new Comparison(baseline, candidate, SEED));
        List<RuleResult> results = new ArrayList<>(judge(thresholds.rules(), comparison, alpha));
        results.addAll(judge(ratchet.beyond(results), comparison, alpha));
        List<ExceptionUse> exceptions = ratchet.exceptions().stream().map(exception -> ExceptionUse.of(exception, results, today)).toList();
        return GateResult.of(thresholds, results, exceptions, ratchet.spent(results));
    }

    /** The same of several candidates that one recipe made, by the thresholds alone; see {@link Certification}. */
    static GateResult decide(Thresholds thresholds, List<Comparison> comparisons) {
        List<RuleResult> results = judge(thresholds.rules(), comparisons, thresholds.alpha().doubleValue());
        return GateResult.of(thresholds, results, List.of(), List.of());
    }

    private static List<RuleResult> judge(List<Rule> rules, List<Comparison> comparisons, double alpha) {
        if (rules.isEmpty()) {
            return List.of();
        }
        Evaluation baseline = comparisons.get(0).baseline();
        List<Assessment> asWritten = new ArrayList<>();
        List<Assessment> byOtherScorer = new ArrayList<>();
        Map<String, Rule> bySubject = new HashMap<>();
        for (Rule rule : rules) {
            Metric metric = metric(rule, baseline);
            Optional<Metric> other = Optional.empty();
            for (Comparison comparison : comparisons) {
                sameOnBothSides(rule, metric, comparison.candidate());
                requireSameData(rule, metric, baseline, comparison.candidate());
                other = byOtherScorer(rule, metric, baseline, comparison.candidate());
            }
            requireFirst(rule, metric, bySubject);
            other.ifPresent(judged -> requireFirst(rule, judged, bySubject));
            Assessment assessment = Assessment.of(rule, metric, comparisons, alpha);
            asWritten.add(assessment);
            byOtherScorer.add(other.map(judged -> Assessment.of(rule, judged, comparisons, alpha)).orElse(assessment));
        }
        List<RuleResult> results = judge(asWritten);
        List<RuleResult> others = asWritten.equals(byOtherScorer) ? results : judge(byOtherScorer);
        List<RuleResult> agreed = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            boolean judgedByTwo = asWritten.get(i) != byOtherScorer.get(i);
            agreed.add(judgedByTwo ? TwoScorers.agree(results.get(i), others.get(i)) : results.get(i));
        }
        return agreed;
    }

    private static void requireFirst(Rule rule, Metric metric, Map<String, Rule> bySubject) {
        Rule earlier = bySubject.putIfAbsent(metric.id() + " " + rule.slice(), rule);
        if (earlier != null) {
            throw rule.location().problem("a second rule for %s, which is %s; the first is in line %d".formatted(
                    rule.subject(), metric.id(), earlier.location().line()));
        }
    }

    private static List<RuleResult> judge(List<Assessment> assessments) {
        List<Claim> confirmatory = new ArrayList<>();
        List<Claim> exploratory = new ArrayList<>();
        for (Assessment assessment : assessments) {
            (assessment.rule().role() == Rule.Role.EXPLORATORY ? exploratory : confirmatory).addAll(assessment.claims());
        }
        Map<Claim, Double> adjusted = new IdentityHashMap<>();
        adjust(confirmatory, MultipleTests::holm, adjusted);
        adjust(exploratory, MultipleTests::benjaminiHochberg, adjusted);
        return assessments.stream().map(assessment -> assessment.result(adjusted::get, confirmatory.size())).toList();
    }

    private static void adjust(List<Claim> claims, UnaryOperator<double[]> adjustment, Map<Claim, Double> adjusted) {
        double[] pValues = adjustment.apply(claims.stream().mapToDouble(Claim::pValue).toArray());
        for (int i = 0; i < pValues.length; i++) {
            adjusted.put(claims.get(i), pValues[i]);
        }
    }

    private static Metric metric(Rule rule, Evaluation baseline) {
        List<Metric> matching = baseline.metrics().stream()
                .filter(metric -> metric.id().equals(rule.metric())).toList();
        if (matching.isEmpty()) {
            matching = baseline.metrics().stream()
                    .filter(metric -> metric.id().startsWith(rule.metric() + "-") || metric.id().startsWith(rule.metric() + "@")).toList();
        }
        if (matching.isEmpty()) {
            throw rule.location().problem("the evaluation has no metric \"%s\"%s".formatted(
                    rule.metric(), NearestName.hint(rule.metric(), baseline.metrics().stream().map(Metric::id).toList())));
        }
        boolean sameByBothScorers = matching.size() == 2
                && baseline.byOtherScorer(matching.get(0)).equals(Optional.of(matching.get(1).id()));
        if (matching.size() > 1 && !sameByBothScorers) {
            throw rule.location().problem("\"%s\" may be any of %s; write one of them in full".formatted(
                    rule.metric(), String.join(", ", matching.stream().map(Metric::id).toList())));
        }
        return matching.get(0);
    }

    /** The metric by the other scorer, if two scorers judge it. */
    private static Optional<Metric> byOtherScorer(Rule rule, Metric metric, Evaluation baseline, Evaluation candidate) {
        List<String> before = baseline.judgedBy(metric.suite());
        List<String> after = candidate.judgedBy(metric.suite());
        if (!before.equals(after)) {
            throw rule.location().problem("%s was judged by %s for the baseline and by %s for the candidate; evaluate both models alike"
                    .formatted(rule.subject(), before, after));
        }
        return baseline.byOtherScorer(metric).map(id -> sameOnBothSides(rule, baseline.metric(id).orElseThrow(() -> rule.location().problem(
                "two scorers judged %s, but the baseline's evaluation has no metric %s; evaluate it again".formatted(rule.subject(), id))),
                candidate));
    }

    private static Metric sameOnBothSides(Rule rule, Metric metric, Evaluation candidate) {
        Metric other = candidate.metric(metric.id()).orElseThrow(() -> rule.location().problem(
                "the candidate's evaluation has no metric %s, but the baseline's has; evaluate both models alike".formatted(metric.id())));
        if (!metric.equals(other)) {
            throw rule.location().problem("%s is defined differently for baseline (%s, %s) and candidate (%s, %s); evaluate both models alike"
                    .formatted(metric.id(), metric.estimator(), metric.direction(), other.estimator(), other.direction()));
        }
        return metric;
    }

    private static void requireSameData(Rule rule, Metric metric, Evaluation baseline, Evaluation candidate) {
        String before = baseline.provenance().data().get(metric.suite());
        String after = candidate.provenance().data().get(metric.suite());
        if (before != null && after != null && !before.equals(after)) {
            throw rule.location().problem("%s was measured on different data: baseline on %s, candidate on %s; evaluate both models on the same"
                    .formatted(rule.subject(), before, after));
        }
    }
}
