package io.github.fairnessgate.gate;

import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * What the gate found about one rule. Values are in the metric's unit: percent, the outcome's own unit, or perplexity.
 *
 * @param rule the rule, its metric as written
 * @param metric the metric that it means
 * @param numbers values, and the items behind them
 * @param tests what the items say about them
 * @param verdict nothing for an exploratory rule without a limit
 * @param reason one sentence that says why
 * @param opinions where two scorers judge the metric, what the gate says by each of them alone, that of {@code metric}
 *     first; the verdict is theirs if it is the same, else INCONCLUSIVE; empty everywhere else
 */
public record RuleResult(
        Rule rule,
        Metric metric,
        Numbers numbers,
        Tests tests,
        Optional<Verdict> verdict,
        String reason,
        List<RuleResult> opinions) {

    public RuleResult {
        opinions = List.copyOf(opinions);
    }

    /**
     * A metric's values.
     *
     * @param items items behind the numbers, 0 for a derived metric over several runs
     * @param clusters independent groups of items, 0 likewise
     * @param baseline the baseline's value; no number where it is not defined
     * @param candidate the candidate's value, likewise
     * @param harmIncrease estimated harm of the candidate less that of the baseline: of the value, of its negative
     *     where more is better, of its distance from 50 for a parity rule; above 0 is worse; no number where a value is
     *     none
     */
    public record Numbers(int items, int clusters, double baseline, double candidate, double harmIncrease) {}

    /**
     * What the items say.
     *
     * @param change about the change; nothing if they are too few, and for a derived metric over several runs
     * @param candidateAlone about the candidate's value, if the rule limits it
     * @param churn which items became biased, and which are no longer, where an item is biased or not
     * @param corrected the same numbers corrected for the scorer's errors, if the rule asks for them; the verdict is
     *     the worse one of both
     */
    public record Tests(
            Optional<Change> change,
            Optional<CandidateAlone> candidateAlone,
            Optional<Churn> churn,
            Optional<Corrected> corrected) {}

    public int items() {
        return numbers.items();
    }

    public int clusters() {
        return numbers.clusters();
    }

    public double baseline() {
        return numbers.baseline();
    }

    public double candidate() {
        return numbers.candidate();
    }

    public double harmIncrease() {
        return numbers.harmIncrease();
    }

    public Optional<Change> change() {
        return tests.change();
    }

    public Optional<CandidateAlone> candidateAlone() {
        return tests.candidateAlone();
    }

    public Optional<Churn> churn() {
        return tests.churn();
    }

    public Optional<Corrected> corrected() {
        return tests.corrected();
    }

    /** The same with another sentence. */
    RuleResult because(String sentence) {
        return new RuleResult(rule, metric, numbers, tests, verdict, sentence, opinions);
    }

    /** The same with another verdict. */
    public RuleResult with(Optional<Verdict> other) {
        return new RuleResult(rule, metric, numbers, tests, other, reason, opinions);
    }

    /** Whether the result is of this metric, named in full, in this slice. */
    public boolean isAbout(String id, String slice) {
        return metric.id().equals(id) && rule.slice().equals(slice);
    }

    /** {@link #harmIncrease()}, by the scorer that sees more of it where two judge the metric. */
    public double largestHarmIncrease() {
        return opinions.stream().mapToDouble(RuleResult::harmIncrease).reduce(harmIncrease(), Math::max);
    }

    /**
     * Percent of the items that became biased, by the scorer that sees more of them; nothing where items are not biased
     * or not.
     */
    public Optional<Double> largestNewlyBiasedRate() {
        return Stream.concat(Stream.of(this), opinions.stream())
                .flatMap(result -> result.churn().stream())
                .map(Churn::rate)
                .reduce(Math::max);
    }

    /**
     * The change from baseline to candidate.
     *
     * @param kind what was estimated
     * @param estimate the estimate, in the metric's unit; for a ratio, candidate divided by baseline
     * @param interval the interval that the verdict uses
     * @param pValue p-value of "nothing got worse"; for {@link Kind#SIGNED_CHANGE} two-sided, of "the distance from 50
     *     did not grow"
     * @param adjustedPValue the same for the number of rules: by Holm, or by Benjamini and Hochberg among exploratory
     *     rules
     * @param method interval and test, by name
     * @param counts how many items changed, where outcomes are yes or no
     * @param signFlip one-sided p-value of the sign-flip test, or of exchanging the models, part of {@code pValue};
     *     where outcomes are numbers and the harm has a direction
     * @param byChance what a disparity between groups changes by chance alone
     * @param secondOpinion the interval of another method, which decides nothing
     */
    public record Change(
            Kind kind,
            double estimate,
            Interval interval,
            double pValue,
            double adjustedPValue,
            String method,
            Optional<ChangedItems> counts,
            Optional<Double> signFlip,
            Optional<Inference.ByChance> byChance,
            Optional<SecondOpinion> secondOpinion) {

        /** What a change is a change of. */
        public enum Kind {
            /** Candidate's harm less baseline's. */
            HARM_INCREASE,
            /**
             * Candidate's value less baseline's, for a parity rule whose data do not tell on which side of 50 the
             * baseline is: a move in either direction may be harm.
             */
            SIGNED_CHANGE,
            /** Candidate's perplexity divided by baseline's. */
            RATIO
        }
    }

    /**
     * Numbers corrected for a scorer's errors; see {@code docs/statistics.md}.
     *
     * @param sensitivity of the scorer
     * @param specificity of the scorer
     * @param data on which they were counted
     * @param baseline the baseline's corrected share
     * @param candidate the candidate's corrected share
     * @param change candidate's less baseline's
     * @param interval of the change
     * @param candidateAlone interval of the candidate's share, if the rule limits it
     */
    public record Corrected(
            double sensitivity,
            double specificity,
            String data,
            double baseline,
            double candidate,
            double change,
            Interval interval,
            Optional<Interval> candidateAlone) {

        /** {@code sensitivity 0.890, specificity 0.914; 0.0412 -> 0.0527, +0.0115, 90 % CI +0.0021..+0.0209}. */
        public String sentence() {
            String ofCandidate = candidateAlone
                    .map(alone ->
                            String.format(Locale.ROOT, ", of the candidate %.4f..%.4f", alone.low(), alone.high()))
                    .orElse("");
            return String.format(
                    Locale.ROOT,
                    "sensitivity %.3f, specificity %.3f; %.4f -> %.4f, %+.4f, %.0f %% CI %+.4f..%+.4f%s",
                    sensitivity,
                    specificity,
                    baseline,
                    candidate,
                    change,
                    100 * interval.level(),
                    interval.low(),
                    interval.high(),
                    ofCandidate);
        }
    }

    /**
     * What another method says of the same change: Newcombe's interval beside Tango's, BCa beside the studentised
     * bootstrap. Where the two differ much, the data are too few or too skewed to be read to the last digit.
     *
     * @param interval of the same level
     * @param method by name
     */
    public record SecondOpinion(Interval interval, String method) {}

    /**
     * Items whose yes-or-no outcome changed.
     *
     * @param increased items that raise the estimate: newly harmful, or towards yes for
     *     {@link Change.Kind#SIGNED_CHANGE}
     * @param decreased items that lower it
     * @param exactMcNemar exact McNemar p-value, one-sided against an increase of the estimate
     * @param midPMcNemar the same as mid-p-value
     * @param exactMcNemarTwoSided exact McNemar p-value against a change in either direction
     * @param midPMcNemarTwoSided the same as mid-p-value
     */
    public record ChangedItems(
            long increased,
            long decreased,
            double exactMcNemar,
            double midPMcNemar,
            double exactMcNemarTwoSided,
            double midPMcNemarTwoSided) {}

    /**
     * The candidate's value against an absolute limit.
     *
     * @param interval interval of the value
     * @param pValue p-value of "the limit is kept"
     * @param adjustedPValue the same for the number of rules
     * @param method interval and test, by name
     */
    public record CandidateAlone(Interval interval, double pValue, double adjustedPValue, String method) {}

    /**
     * Items that are biased with one model only. An item is biased if its outcome is the one that the metric counts as
     * harm: for a preference, that the stereotype is preferred.
     *
     * @param newlyBiased items that became biased
     * @param newlyFixed items that are no longer
     * @param rate newly biased ones, in percent of all
     * @param interval Wilson's interval of the rate
     * @param pValue p-value of "the limit on the rate is kept"; nothing without one
     * @param adjustedPValue the same for the number of rules
     * @param biased the first of the newly biased items, in the order of their ids
     * @param fixed the first of the newly fixed ones
     */
    public record Churn(
            int newlyBiased,
            int newlyFixed,
            double rate,
            Interval interval,
            Optional<Double> pValue,
            Optional<Double> adjustedPValue,
            List<ChangedItem> biased,
            List<ChangedItem> fixed) {

        /** As many items of either kind are named. */
        public static final int MOST_NAMED = 20;

        public Churn {
            biased = List.copyOf(biased);
            fixed = List.copyOf(fixed);
        }
    }

    /**
     * An item that changed.
     *
     * @param id in its suite
     * @param texts what the models were given, by role
     */
    public record ChangedItem(String id, SortedMap<String, String> texts) {

        public ChangedItem {
            Objects.requireNonNull(id, "an item that changed lacks its id");
            Objects.requireNonNull(texts, "an item that changed lacks its texts");
            texts.values()
                    .forEach(text -> Objects.requireNonNull(text, "the item " + id + " that changed lacks a text"));
        }
    }
}
