package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.RuleResult.CandidateAlone;
import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.gate.RuleResult.Churn;
import io.github.fairnessgate.gate.RuleResult.Corrected;
import io.github.fairnessgate.metric.Metric;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What the data say about one rule, before it is known how many other rules make claims. */
final class Assessment {

    private final Rule rule;
    private final Metric metric;
    private final Harm harm;
    private final Levels levels;
    private final Sample sample;
    private final RuleTests tests;

    /** @param showsNothing why the items show nothing, as a sentence without its end; nothing where they do */
    private record Sample(int items, int clusters, double baseline, double candidate, Optional<String> showsNothing) {

        static Sample of(RuleItems items, Metric metric) {
            Optional<String> obstacle = items.showsAnything(metric)
                    ? Optional.empty()
                    : Optional.of(
                            items.undefined().orElseGet(() -> FindingText.tooFewClusters(items.fewestClusters())));
            return new Sample(items.size(), items.clusters(), items.baseline(), items.candidate(), obstacle);
        }

        /** Values without the items behind them. */
        static Sample ofValues(double baseline, double candidate) {
            return new Sample(0, 0, baseline, candidate, Optional.of(FindingText.tooFewClusters(0)));
        }
    }

    private Assessment(Rule rule, Metric metric, Harm harm, Levels levels, Sample sample, RuleTests tests) {
        this.rule = rule;
        this.metric = metric;
        this.harm = harm;
        this.levels = levels;
        this.sample = sample;
        this.tests = tests;
    }

    /**
     * Assesses a rule.
     *
     * @param comparisons of a baseline with its candidate, or with each of several that one recipe made
     * @throws InvalidInputException if rule, metric and items do not fit
     */
    static Assessment of(Rule rule, Metric metric, List<Comparison> comparisons, Levels levels) {
        Harm harm = Harm.of(rule, metric);
        boolean ofOneRun = metric.estimator() == Metric.Estimator.DERIVED
                || metric.estimator() == Metric.Estimator.MEAN_OF_WRITTEN
                || metric.estimator() == Metric.Estimator.TURNS;
        if (ofOneRun && comparisons.size() > 1) {
            if (!rule.limits().isEmpty()) {
                throw rule.location()
                        .problem(
                                metric.estimator() == Metric.Estimator.TURNS
                                        ? ("%s is about one model on one machine and cannot judge a recipe; remove the rule from "
                                                        + "the thresholds for fairness:certify")
                                                .formatted(metric.id())
                                        : ("%s is computed from other metrics and cannot judge several runs of a recipe "
                                                        + "together; limit those metrics in the thresholds for fairness:certify")
                                                .formatted(metric.id()));
            }
            double mean = comparisons.stream()
                    .mapToDouble(each -> recorded(rule, metric, each.candidate(), "candidate"))
                    .average()
                    .orElseThrow();
            return new Assessment(
                    rule,
                    metric,
                    harm,
                    levels,
                    Sample.ofValues(recorded(rule, metric, comparisons.get(0).baseline(), "baseline"), mean),
                    RuleTests.NONE);
        }
        RuleItems items = metric.estimator() == Metric.Estimator.EXACT
                ? ofLargest(rule, metric, comparisons)
                : comparisons.size() == 1
                        ? RuleItems.of(rule, metric, comparisons.get(0))
                        : SeveralRuns.of(rule, metric, comparisons);
        Optional<RoganGladen> correction = rule.correctScorerError()
                ? Optional.of(RoganGladen.of(rule, metric, comparisons.get(0).baseline()))
                : Optional.empty();
        return new Assessment(
                rule,
                metric,
                harm,
                levels,
                Sample.of(items, metric),
                RuleTests.of(rule, metric, harm, items, correction, levels));
    }

    /** Of several models that a recipe made, each has to keep a limit on what is counted. */
    private static RuleItems ofLargest(Rule rule, Metric metric, List<Comparison> comparisons) {
        return comparisons.stream()
                .map(comparison -> RuleItems.of(rule, metric, comparison))
                .max(Comparator.comparingDouble(RuleItems::candidate))
                .orElseThrow();
    }

    private static double recorded(Rule rule, Metric metric, Evaluation evaluation, String side) {
        Optional<Evaluation.Value> stated = evaluation.value(metric.id(), rule.slice());
        if (stated.isEmpty() && metric.estimator() == Metric.Estimator.MEAN_OF_WRITTEN) {
            return Double.NaN; // no text was written
        }
        double value = stated.orElseThrow(() -> rule.location()
                        .problem("the %s's evaluation has no value of %s; evaluate it again"
                                .formatted(side, rule.subject())))
                .value();
        if (!Double.isFinite(value)) {
            throw rule.location()
                    .problem("the %s's %s is %s; evaluate it again".formatted(side, rule.subject(), value));
        }
        return value;
    }

    Rule rule() {
        return rule;
    }

    /** The claims that the rule is broken, for adjustment together with those of other rules. */
    List<Claim> claims() {
        return tests.claims(rule);
    }

    /**
     * The result of the rule.
     *
     * @param adjusted adjusted p-values of the {@link #claims()}
     * @param claimsCount number of claims among which they were adjusted
     */
    RuleResult result(ToDoubleFunction<Claim> adjusted, int claimsCount) {
        Optional<Change> change = tests.change()
                .map(test -> test.result(
                        RuleTests.claimsChange(rule)
                                ? adjusted.applyAsDouble(test.claim())
                                : test.claim().pValue(),
                        levels));
        Optional<CandidateAlone> alone = tests.candidate().map(test -> test.result(adjusted, levels));
        Optional<Churn> churn = tests.churn().map(test -> test.result(adjusted, levels));
        Optional<Corrected> corrected =
                tests.corrected().map(test -> test.result(sample.baseline(), sample.candidate(), levels));
        double harmIncrease = harm.increase(sample.baseline(), sample.candidate());
        Finding finding = finding(
                new Judgement(rule, metric, harm, harmIncrease, levels, new FindingText(claimsCount)),
                change,
                alone,
                churn,
                corrected,
                adjusted);
        return new RuleResult(
                rule,
                metric,
                new RuleResult.Numbers(
                        sample.items(), sample.clusters(), sample.baseline(), sample.candidate(), harmIncrease),
                new RuleResult.Tests(change, alone, churn, corrected),
                finding.verdict(),
                finding.reason(),
                List.of());
    }

    private Finding finding(
            Judgement judgement,
            Optional<Change> change,
            Optional<CandidateAlone> alone,
            Optional<Churn> churn,
            Optional<Corrected> corrected,
            ToDoubleFunction<Claim> adjusted) {
        if (rule.limits().isEmpty()) {
            return new Finding(Optional.empty(), FindingText.NO_LIMIT);
        }
        if (change.isEmpty()) {
            return new Finding(Verdict.INCONCLUSIVE, sample.showsNothing().orElseThrow());
        }
        Finding asSeen = judgement.of(change.get(), alone, churn);
        return tests.corrected()
                .map(test -> worseOf(
                        asSeen,
                        judgement.of(
                                test.change(change.get(), levels),
                                test.candidate().map(ofCandidate -> ofCandidate.result(adjusted, levels)),
                                churn),
                        corrected.orElseThrow()))
                .orElse(asSeen);
    }

    /** What the corrected numbers say counts only against the model. */
    private static Finding worseOf(Finding asSeen, Finding byCorrected, Corrected numbers) {
        return new Finding(
                Finding.worst(List.of(asSeen, byCorrected)),
                FindingText.asSeenAndCorrected(asSeen, byCorrected, numbers));
    }
}
