package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Metric;
import io.github.fairnessgate.yaml.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Decides whether a candidate keeps the thresholds, by comparing it with its baseline item by item.
 * {@code docs/statistics.md} says what is computed and why.
 */
public final class Gate {

    /** Seed of every bootstrap: with the inputs it fixes the verdict. */
    public static final long SEED = 20_220_121;

    private Gate() {
    }

    /**
     * Judges every rule, then the model.
     *
     * @throws InvalidInputException if a rule cannot be judged: its metric or slice has no items, the metric is not of the
     *         rule's kind, or the two evaluations are not of the same items
     */
    public static GateResult decide(Thresholds thresholds, Evaluation baseline, Evaluation candidate) {
        List<Assessment> assessments = new ArrayList<>();
        Map<String, Rule> bySubject = new HashMap<>();
        for (Rule rule : thresholds.rules()) {
            Metric metric = metric(rule, baseline, candidate);
            Rule earlier = bySubject.putIfAbsent(metric.id() + " " + rule.slice(), rule);
            if (earlier != null) {
                throw rule.location().problem("a second rule for %s, which is %s; the first is in line %d".formatted(
                        rule.subject(), metric.id(), earlier.location().line()));
            }
            requireSameData(rule, metric, baseline, candidate);
            assessments.add(Assessment.of(rule, metric, baseline, candidate, thresholds.alpha().doubleValue()));
        }
        return judge(thresholds, assessments);
    }

    private static GateResult judge(Thresholds thresholds, List<Assessment> assessments) {
        List<Claim> confirmatory = new ArrayList<>();
        List<Claim> exploratory = new ArrayList<>();
        for (Assessment assessment : assessments) {
            (assessment.rule().role() == Rule.Role.EXPLORATORY ? exploratory : confirmatory).addAll(assessment.claims());
        }
        Map<Claim, Double> adjusted = new IdentityHashMap<>();
        adjust(confirmatory, MultipleTests::holm, adjusted);
        adjust(exploratory, MultipleTests::benjaminiHochberg, adjusted);
        List<RuleResult> results = assessments.stream()
                .map(assessment -> assessment.result(adjusted::get, confirmatory.size())).toList();
        return new GateResult(thresholds, results, overall(results));
    }

    private static void adjust(List<Claim> claims, UnaryOperator<double[]> adjustment, Map<Claim, Double> adjusted) {
        double[] pValues = adjustment.apply(claims.stream().mapToDouble(Claim::pValue).toArray());
        for (int i = 0; i < pValues.length; i++) {
            adjusted.put(claims.get(i), pValues[i]);
        }
    }

    private static Verdict overall(List<RuleResult> results) {
        List<Verdict> deciding = results.stream()
                .filter(result -> result.rule().decides())
                .map(result -> result.verdict().orElseThrow())
                .toList();
        if (deciding.isEmpty()) {
            throw new IllegalArgumentException("thresholds in which no rule decides would pass every model");
        }
        if (deciding.contains(Verdict.FAIL)) {
            return Verdict.FAIL;
        }
        return deciding.contains(Verdict.INCONCLUSIVE) ? Verdict.INCONCLUSIVE : Verdict.PASS;
    }

    private static Metric metric(Rule rule, Evaluation baseline, Evaluation candidate) {
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
        if (matching.size() > 1) {
            throw rule.location().problem("\"%s\" may be any of %s; write one of them in full".formatted(
                    rule.metric(), String.join(", ", matching.stream().map(Metric::id).toList())));
        }
        Metric metric = matching.get(0);
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
