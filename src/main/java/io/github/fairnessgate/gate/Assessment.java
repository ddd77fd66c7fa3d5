package io.github.fairnessgate.gate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.evaluate.Judging;
import io.github.fairnessgate.gate.RuleItems.Reading;
import io.github.fairnessgate.gate.RuleResult.ByChance;
import io.github.fairnessgate.gate.RuleResult.CandidateAlone;
import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.gate.RuleResult.ChangedItem;
import io.github.fairnessgate.gate.RuleResult.ChangedItems;
import io.github.fairnessgate.gate.RuleResult.Churn;
import io.github.fairnessgate.gate.RuleResult.SecondOpinion;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.ClusterBootstrap;
import io.github.fairnessgate.statistics.ClusteredShare;
import io.github.fairnessgate.statistics.ExponentialInference;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.Interval;
import io.github.fairnessgate.statistics.LargerOf;
import io.github.fairnessgate.statistics.McNemar;
import io.github.fairnessgate.statistics.PairedClusterChange;
import io.github.fairnessgate.statistics.PairedShareDifference;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What the data say about one rule, before it is known how many other rules make claims. */
final class Assessment {

    /**
     * The share of alpha at which the baseline's side of 50 counts as known. To choose a test by the data it is applied to
     * raises its error rate; here by at most this share of alpha, as only the wrong one of two sides adds to it.
     */
    static final double SIDE_LEVEL = 0.1;

    /** Below the last digit that any metric's unit has. */
    private static final double ROUNDING = 1e-12;

    private final Rule rule;
    private final Metric metric;
    private final Harm harm;
    /** Of this look: what bounds and p-values are measured by. */
    private final double alpha;
    /** Of all looks: what adjusted p-values are measured by. */
    private final double wholeAlpha;
    private final int items;
    private final int clusters;
    private final int fewestClusters;
    private final double baseline;
    private final double candidate;
    private final Optional<String> undefined;
    private final Optional<ChangeTest> change;
    private final Optional<CandidateTest> candidateAlone;
    private final Optional<ChurnTest> churn;
    private final Optional<CorrectedTest> corrected;

    private record ChangeTest(Change.Kind kind, Inference inference, Claim claim) {
    }

    private record CandidateTest(Inference inference, Claim claim) {
    }

    /** @param claim nothing where the rule does not limit the rate */
    private record ChurnTest(Inference rate, Optional<Claim> claim, List<Item> biased, List<Item> fixed) {
    }

    /** @param candidate with its claim, if the rule limits it; the change makes the same claim with and without the correction */
    private record CorrectedTest(RoganGladen correction, Inference change, Optional<CandidateTest> candidate) {
    }

    /** A verdict with its sentence. */
    private record Finding(Verdict verdict, String reason) {
    }

    private Assessment(Rule rule, Metric metric, Harm harm, double alpha, double wholeAlpha, RuleItems items,
            Optional<RoganGladen> correction) {
        this.rule = rule;
        this.metric = metric;
        this.harm = harm;
        this.alpha = alpha;
        this.wholeAlpha = wholeAlpha;
        this.items = items.size();
        this.clusters = items.clusters();
        this.baseline = items.baseline();
        this.candidate = items.candidate();
        this.fewestClusters = items.fewestClusters();
        this.undefined = items.undefined();
        boolean enough = items.showsAnything(metric);
        this.change = enough ? Optional.of(testChange(items)) : Optional.empty();
        this.churn = metric.estimator() == Metric.Estimator.SHARE ? Optional.of(testChurn(items, enough)) : Optional.empty();
        this.candidateAlone = enough ? rule.candidateLimit().map(limit -> testCandidate(items, limit)) : Optional.empty();
        this.corrected = correction.flatMap(method -> change.map(test -> new CorrectedTest(method, method.difference(test.inference(), alpha),
                rule.candidateLimit().map(limit -> {
                    Inference share = method.share(items.aboutCandidate(alpha), alpha);
                    return new CandidateTest(share, claim(share.pAbove(limit.value().doubleValue())));
                }))));
    }

    private Assessment(Rule rule, Metric metric, Harm harm, double alpha, double baseline, double candidate) {
        this.rule = rule;
        this.metric = metric;
        this.harm = harm;
        this.alpha = alpha;
        this.wholeAlpha = alpha;
        this.items = 0;
        this.clusters = 0;
        this.fewestClusters = 0;
        this.baseline = baseline;
        this.candidate = candidate;
        this.undefined = Optional.empty();
        this.change = Optional.empty();
        this.candidateAlone = Optional.empty();
        this.churn = Optional.empty();
        this.corrected = Optional.empty();
    }

    /**
     * Assesses a rule.
     *
     * @param comparisons of a baseline with its candidate, or with each of several that one recipe made
     * @param alpha       error rate of this look
     * @param wholeAlpha  error rate of all looks; the same where there is one
     * @throws InvalidInputException if rule, metric and items do not fit
     */
    static Assessment of(Rule rule, Metric metric, List<Comparison> comparisons, double alpha, double wholeAlpha) {
        Harm harm = Harm.of(rule, metric);
        boolean ofOneRun = metric.estimator() == Metric.Estimator.DERIVED || metric.estimator() == Metric.Estimator.MEAN_OF_WRITTEN;
        if (ofOneRun && comparisons.size() > 1) {
            if (!rule.limits().isEmpty()) {
                throw rule.location().problem(("%s is computed from other metrics and cannot judge several runs of a recipe together; limit"
                        + " those metrics in the thresholds for fairness:certify").formatted(metric.id()));
            }
            double mean = comparisons.stream().mapToDouble(each -> recorded(rule, metric, each.candidate(), "candidate")).average().orElseThrow();
            return new Assessment(rule, metric, harm, alpha, recorded(rule, metric, comparisons.get(0).baseline(), "baseline"), mean);
        }
        RuleItems items = comparisons.size() == 1 ? RuleItems.of(rule, metric, comparisons.get(0)) : SeveralRuns.of(rule, metric, comparisons);
        return new Assessment(rule, metric, harm, alpha, wholeAlpha, items, rule.correctScorerError()
                ? Optional.of(RoganGladen.of(rule, metric, comparisons.get(0).baseline())) : Optional.empty());
    }

    Rule rule() {
        return rule;
    }

    private Claim claim(double pValue) {
        return new Claim(pValue, alpha / wholeAlpha);
    }

    /** The claims that the rule is broken, for adjustment together with those of other rules. */
    List<Claim> claims() {
        boolean claimsChange = rule.changeLimit().isPresent() || rule.role() == Rule.Role.EXPLORATORY;
        return Stream.of(change.filter(test -> claimsChange).map(ChangeTest::claim), candidateAlone.map(CandidateTest::claim),
                churn.flatMap(ChurnTest::claim), corrected.flatMap(CorrectedTest::candidate).map(CandidateTest::claim)).flatMap(Optional::stream).toList();
    }

    /**
     * The result of the rule.
     *
     * @param adjusted    adjusted p-values of the {@link #claims()}
     * @param claimsCount number of claims among which they were adjusted
     */
    RuleResult result(ToDoubleFunction<Claim> adjusted, int claimsCount) {
        Optional<Change> changeResult = change.map(test -> describe(test, claims().contains(test.claim())
                ? adjusted.applyAsDouble(test.claim()) : test.claim().pValue()));
        Optional<CandidateAlone> aloneResult = candidateAlone.map(test -> describe(test, adjusted));
        Optional<Churn> churnResult = churn.map(test -> describe(test, adjusted));
        Finding finding = worseOf(finding(changeResult, aloneResult, churnResult, claimsCount), corrected.map(test ->
                finding(changeResult.map(uncorrected -> describe(test.change(), uncorrected)), test.candidate().map(alone -> describe(alone, adjusted)),
                        churnResult, claimsCount)));
        return new RuleResult(rule, metric, items, clusters, baseline, candidate, harm.increase(baseline, candidate),
                changeResult, aloneResult, churnResult, Optional.ofNullable(finding.verdict()), finding.reason(), List.of(), corrected.map(this::describe));
    }

    /** What the corrected numbers say counts only against the model. */
    private Finding worseOf(Finding asSeen, Optional<Finding> byCorrected) {
        if (byCorrected.isEmpty() || asSeen.verdict() == null) {
            return asSeen;
        }
        Finding other = byCorrected.get();
        return new Finding(worst(List.of(asSeen, other)), "%s as judged: %s; %s corrected for the scorer's errors (%s): %s".formatted(
                asSeen.verdict(), asSeen.reason(), other.verdict(), describe(corrected.orElseThrow()).sentence(), other.reason()));
    }

    private RuleResult.Corrected describe(CorrectedTest test) {
        Judging.Errors rates = test.correction().rates();
        return new RuleResult.Corrected(rates.sensitivity(), rates.specificity(), rates.data(), test.correction().share(baseline),
                test.correction().share(candidate), test.change().estimate(), interval(test.change()),
                test.candidate().map(alone -> interval(alone.inference())));
    }

    private CandidateAlone describe(CandidateTest test, ToDoubleFunction<Claim> adjusted) {
        return new CandidateAlone(interval(test.inference()), test.claim().pValue(), adjusted.applyAsDouble(test.claim()), test.inference().method());
    }

    /** The change as corrected, with the claim that it shares with the one as seen. */
    private Change describe(Inference inference, Change uncorrected) {
        return new Change(uncorrected.kind(), inference.estimate(), interval(inference), uncorrected.pValue(), uncorrected.adjustedPValue(),
                inference.method(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private ChangeTest testChange(RuleItems paired) {
        return switch (harm) {
            case VALUE -> testWorsening(change(paired, Reading.AS_IS, Reading.AS_IS));
            case LACK -> testWorsening(change(paired, Reading.OPPOSITE, Reading.OPPOSITE));
            case DISTANCE -> testDistance(paired);
        };
    }

    /**
     * A model's distance from 50 is the larger of two shares of items, less 50: of those with the preference, and of
     * those without. If it is known which of the two is the baseline's, its change is the larger of two differences of
     * shares over the same items. If not, any move of the value may be harm.
     */
    private ChangeTest testDistance(RuleItems paired) {
        return sideOfBaseline(paired)
                .map(side -> {
                    Inference increase = new LargerOf(change(paired, side, Reading.AS_IS), change(paired, side, Reading.OPPOSITE));
                    return new ChangeTest(Change.Kind.HARM_INCREASE, increase, claim(increase.pAbove(0)));
                })
                .orElseGet(() -> new ChangeTest(Change.Kind.SIGNED_CHANGE, change(paired, Reading.AS_IS, Reading.AS_IS),
                        claim(Math.min(1, 2 * Math.min(pOfMove(paired, Reading.AS_IS), pOfMove(paired, Reading.OPPOSITE))))));
    }

    /** P-value against a candidate that is further on the given side of 50 than the baseline is on either side. */
    private double pOfMove(RuleItems paired, Reading ofCandidate) {
        return Math.max(change(paired, Reading.AS_IS, ofCandidate).pAbove(0), change(paired, Reading.OPPOSITE, ofCandidate).pAbove(0));
    }

    private Optional<Reading> sideOfBaseline(RuleItems paired) {
        Inference preference = paired.aboutBaseline(alpha);
        double level = alpha * SIDE_LEVEL;
        if (preference.pAbove(Harm.PARITY) <= level) {
            return Optional.of(Reading.AS_IS);
        }
        return preference.pBelow(Harm.PARITY) <= level ? Optional.of(Reading.OPPOSITE) : Optional.empty();
    }

    private Inference change(RuleItems paired, Reading ofBaseline, Reading ofCandidate) {
        return paired.aboutChange(ofBaseline, ofCandidate, alpha);
    }

    private ChangeTest testWorsening(Inference change) {
        boolean ratio = metric.estimator() == Metric.Estimator.PERPLEXITY;
        return new ChangeTest(ratio ? Change.Kind.RATIO : Change.Kind.HARM_INCREASE, change, claim(change.pAbove(ratio ? 1 : 0)));
    }

    private CandidateTest testCandidate(RuleItems paired, Limit limit) {
        Inference inference = paired.aboutCandidate(alpha);
        double bound = limit.value().doubleValue();
        double pValue = switch (harm) {
            case VALUE -> inference.pAbove(bound);
            case LACK -> inference.pBelow(bound);
            case DISTANCE -> pOfDistance(inference, bound);
        };
        return new CandidateTest(inference, claim(pValue));
    }

    /**
     * P-value against a value that is at most so far from 50. A value on the one limit may seem to be beyond the other one, too, the more so the closer they
     * lie together: its chance to seem as far away on the far side is that of a value on the far limit to seem so on the near one. At a distance of 0
     * that is the two-sided test. Source: J. L. Hodges, E. L. Lehmann, Journal of the Royal Statistical Society B 16 (1954) 261-268.
     */
    private static double pOfDistance(Inference value, double distance) {
        double above = value.pAbove(Harm.PARITY + distance) + value.pAbove(Harm.PARITY - distance);
        double below = value.pBelow(Harm.PARITY - distance) + value.pBelow(Harm.PARITY + distance);
        return Math.min(1, Math.min(above, below));
    }

    /** Where less is worse, an item is biased if its outcome is 0. */
    private ChurnTest testChurn(RuleItems paired, boolean enough) {
        double biasedOutcome = harm == Harm.LACK ? 0 : 1;
        List<Item> biased = paired.turned(1 - biasedOutcome, biasedOutcome);
        Inference rate = paired.aboutTurned(1 - biasedOutcome, biasedOutcome, alpha);
        return new ChurnTest(rate, rule.newlyBiasedLimit().filter(limit -> enough).map(limit -> claim(rate.pAbove(limit.value().doubleValue()))), biased,
                paired.turned(biasedOutcome, 1 - biasedOutcome));
    }

    private Churn describe(ChurnTest test, ToDoubleFunction<Claim> adjusted) {
        return new Churn(test.biased().size(), test.fixed().size(), test.rate().estimate(), interval(test.rate()),
                test.claim().map(Claim::pValue), test.claim().map(adjusted::applyAsDouble), named(test.biased()), named(test.fixed()));
    }

    private static List<ChangedItem> named(List<Item> items) {
        return items.stream().limit(Churn.MOST_NAMED).map(item -> new ChangedItem(item.id(), item.texts())).toList();
    }

    private Change describe(ChangeTest test, double adjustedPValue) {
        Inference inference = test.inference();
        return new Change(test.kind(), exact(inference.estimate()), interval(inference), test.claim().pValue(), adjustedPValue,
                inference.method(), changedItems(test), signFlip(test), byChance(inference), inference.secondOpinion().map(opinion -> new SecondOpinion(
                        new Interval(exact(opinion.low()), exact(opinion.high()), 1 - 2 * alpha), opinion.method())));
    }

    private Optional<ByChance> byChance(Inference inference) {
        return inference instanceof DisparityChange change
                ? Optional.of(new ByChance(change.byChance(alpha), change.byChance(0.5), change.byChance(1 - alpha), change.permutationP()))
                : Optional.empty();
    }

    private static Optional<Double> signFlip(ChangeTest test) {
        Inference inference = test.inference() instanceof LargerOf eitherSide ? eitherSide.larger() : test.inference();
        if (inference instanceof IdealisedChange loss) {
            return Optional.of(loss.permutationP());
        }
        if (inference instanceof ClusteredShare<?> share && test.kind() != Change.Kind.SIGNED_CHANGE && share.signFlip().isPresent()) {
            return Optional.of(share.signFlip().getAsDouble());
        }
        Inference change = inference instanceof ExponentialInference ratio ? ratio.logarithm() : inference;
        return change instanceof PairedClusterChange clusters && test.kind() != Change.Kind.SIGNED_CHANGE
                ? Optional.of(clusters.signFlip()) : Optional.empty();
    }

    private static Optional<ChangedItems> changedItems(ChangeTest test) {
        Inference larger = test.inference() instanceof LargerOf eitherSide ? eitherSide.larger() : test.inference();
        Inference inference = larger instanceof ClusteredShare<?> share ? share.items() : larger;
        if (!(inference instanceof PairedShareDifference difference)) {
            return Optional.empty();
        }
        McNemar mcNemar = difference.mcNemar();
        return Optional.of(new ChangedItems(mcNemar.b(), mcNemar.c(),
                mcNemar.exactIncrease(), mcNemar.midIncrease(), mcNemar.exactTwoSided(), mcNemar.midTwoSided()));
    }

    private Interval interval(Inference inference) {
        return new Interval(exact(inference.low()), exact(inference.high()), 1 - 2 * alpha);
    }

    /** What is 0 but for rounding is 0. */
    private static double exact(double number) {
        return Math.abs(number) < ROUNDING ? 0 : number;
    }

    private Finding finding(Optional<Change> changeResult, Optional<CandidateAlone> aloneResult, Optional<Churn> churnResult,
            int claimsCount) {
        if (rule.limits().isEmpty()) {
            return new Finding(null, "reported only");
        }
        if (changeResult.isEmpty()) {
            return new Finding(Verdict.INCONCLUSIVE, undefined.isPresent() ? undefined.get() : fewestClusters + " independent groups of items are too few to show anything; at least "
                    + ClusterBootstrap.FEWEST_CLUSTERS + " are needed");
        }
        List<Finding> findings = Stream.of(
                rule.changeLimit().map(limit -> judgeChange(changeResult.orElseThrow(), limit, claimsCount)),
                rule.candidateLimit().map(limit -> judgeCandidate(aloneResult.orElseThrow(), limit, claimsCount)),
                rule.newlyBiasedLimit().map(limit -> judgeChurn(churnResult.orElseThrow(), limit, claimsCount)))
                .flatMap(Optional::stream).toList();
        Verdict verdict = worst(findings);
        String reason = String.join("; ", findings.stream().filter(finding -> finding.verdict() == verdict).map(Finding::reason).toList());
        return new Finding(verdict, reason);
    }

    private static Verdict worst(List<Finding> findings) {
        List<Verdict> verdicts = findings.stream().map(Finding::verdict).toList();
        if (verdicts.contains(Verdict.FAIL)) {
            return Verdict.FAIL;
        }
        return verdicts.contains(Verdict.INCONCLUSIVE) ? Verdict.INCONCLUSIVE : Verdict.PASS;
    }

    private Finding judgeChange(Change result, Limit limit, int claimsCount) {
        double margin = limit.value().doubleValue();
        boolean eitherWay = result.kind() == Change.Kind.SIGNED_CHANGE;
        boolean within = result.interval().high() < margin && (!eitherWay || result.interval().low() > -margin);
        boolean beyond = (eitherWay ? harm.increase(baseline, candidate) : result.estimate()) > margin;
        String written = limit.kind().key() + " " + limit.value().toPlainString();
        if (within) {
            return new Finding(Verdict.PASS, "the data show that the change is within " + written);
        }
        if (beyond && result.adjustedPValue() <= wholeAlpha) {
            return new Finding(Verdict.FAIL, "it got worse, and by more than " + written + " by estimate");
        }
        return new Finding(Verdict.INCONCLUSIVE, undecidedChange(result, beyond, written, claimsCount));
    }

    private String undecidedChange(Change result, boolean beyond, String written, int claimsCount) {
        if (beyond && result.pValue() <= alpha) {
            return "the change is beyond " + written + among(claimsCount);
        }
        if (metric.range().isEmpty() && Double.isInfinite(result.interval().high())) {
            return "%s has no range by definition, and these numbers are too much alike to show how far others may lie; items that differ are needed".formatted(metric.id());
        }
        return beyond
                ? "the estimate is beyond %s, but the data do not show that anything got worse; more items are needed".formatted(written)
                : "the data do not rule out a change beyond %s; more items or a wider margin are needed".formatted(written);
    }

    private static String among(int claims) {
        return ", but among " + claims + " claims so small a p-value may be chance";
    }

    private Finding judgeCandidate(CandidateAlone result, Limit limit, int claimsCount) {
        double bound = limit.value().doubleValue();
        boolean within = switch (harm) {
            case VALUE -> result.interval().high() < bound;
            case LACK -> result.interval().low() > bound;
            case DISTANCE -> result.interval().high() < Harm.PARITY + bound && result.interval().low() > Harm.PARITY - bound;
        };
        String written = limit.kind().key() + " " + limit.value().toPlainString();
        if (within) {
            return new Finding(Verdict.PASS, "the data show that the candidate keeps " + written);
        }
        if (result.adjustedPValue() <= wholeAlpha) {
            return new Finding(Verdict.FAIL, "the candidate breaks " + written);
        }
        return new Finding(Verdict.INCONCLUSIVE, result.pValue() <= alpha
                ? "the candidate is beyond " + written + among(claimsCount)
                : "the data do not show whether the candidate keeps %s; more items are needed".formatted(written));
    }

    private Finding judgeChurn(Churn result, Limit limit, int claimsCount) {
        String written = limit.kind().key() + " " + limit.value().toPlainString();
        if (result.interval().high() < limit.value().doubleValue()) {
            return new Finding(Verdict.PASS, "the data show that the share of newly biased items is within " + written);
        }
        if (result.adjustedPValue().orElseThrow() <= wholeAlpha) {
            return new Finding(Verdict.FAIL, "more items became biased than " + written + " allows");
        }
        return new Finding(Verdict.INCONCLUSIVE, result.pValue().orElseThrow() <= alpha
                ? "the share of newly biased items is beyond " + written + among(claimsCount)
                : "the data do not show whether the share of newly biased items is within %s; more items are needed".formatted(written));
    }

    private static double recorded(Rule rule, Metric metric, Evaluation evaluation, String side) {
        Optional<Evaluation.Value> stated = evaluation.value(metric.id(), rule.slice());
        if (stated.isEmpty() && metric.estimator() == Metric.Estimator.MEAN_OF_WRITTEN) {
            return Double.NaN; // no text was written
        }
        double value = stated.orElseThrow(() -> rule.location().problem(
                "the %s's evaluation has no value of %s; evaluate it again".formatted(side, rule.subject()))).value();
        if (!Double.isFinite(value)) {
            throw rule.location().problem("the %s's %s is %s; evaluate it again".formatted(side, rule.subject(), value));
        }
        return value;
    }
}
