package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Inference;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a candidate that is accepted leaves to those after it: a limit on their value. It is the bound up to which the
 * candidate's own value may reach by its data, and a share of the rule's margin beyond that; the same candidate
 * therefore keeps it.
 */
public final class Ceilings {

    /** Decimals of a percentage and of a perplexity, and of other numbers. Rounding is away from the bound. */
    private static final int DECIMALS = 2;

    private static final int DECIMALS_OF_SCORES = 4;

    private final Comparison comparison;
    private final double alpha;
    private final double slack;

    /**
     * @param alpha error rate of the bound
     * @param slack share of a rule's margin that the next candidate may be worse, from 0
     */
    public Ceilings(Evaluation baseline, Evaluation candidate, BigDecimal alpha, BigDecimal slack) {
        this.comparison = new Comparison(baseline, candidate, Gate.SEED);
        this.alpha = alpha.doubleValue();
        this.slack = slack.doubleValue();
    }

    /**
     * The ceiling that follows from a result; of two scorers' values the worse one counts.
     *
     * @return nothing where a value cannot be compared with a number (a disparity), where the rule has no margin or the
     *     data give no bound, and where the ceiling would be outside of the values that the metric can have
     */
    public Optional<Limit> of(RuleResult result) {
        Optional<Limit> margin = result.rule().changeLimit();
        if (margin.isEmpty() || Disparity.is(result.metric().estimator())) {
            return Optional.empty();
        }
        List<Metric> metrics = Stream.concat(
                        Stream.of(result.metric()), result.opinions().stream().map(RuleResult::metric))
                .distinct()
                .toList();
        Optional<Limit> worst = Optional.empty();
        for (Metric metric : metrics) {
            Optional<Limit> own = of(result.rule(), metric, margin.get().value().doubleValue());
            if (own.isEmpty()) {
                return Optional.empty();
            }
            worst = Optional.of(
                    worst.filter(other -> own.get().isAtLeastAsTightAs(other)).orElse(own.get()));
        }
        return worst;
    }

    private Optional<Limit> of(Rule rule, Metric metric, double margin) {
        RuleItems items = RuleItems.of(rule, metric, comparison);
        if (!items.showsAnything(metric)) {
            return Optional.empty();
        }
        Inference value = items.aboutCandidate(alpha);
        Harm harm = Harm.of(rule, metric);
        double ceiling = switch (harm) {
            case VALUE ->
                metric.estimator() == Metric.Estimator.PERPLEXITY
                        ? value.high() * Math.pow(margin, slack)
                        : value.high() + slack * margin;
            case LACK -> value.low() - slack * margin;
            case DISTANCE -> Math.max(value.high() - Harm.PARITY, Harm.PARITY - value.low()) + slack * margin;
        };
        return Double.isFinite(ceiling) ? rounded(ceiling, harm, metric) : Optional.empty();
    }

    private static Optional<Limit> rounded(double ceiling, Harm harm, Metric metric) {
        boolean percent = metric.estimator().isPercentage();
        int decimals = percent || metric.estimator() == Metric.Estimator.PERPLEXITY ? DECIMALS : DECIMALS_OF_SCORES;
        BigDecimal step = BigDecimal.ONE.movePointLeft(decimals);
        // A whole step further, as a value on the limit does not keep it.
        BigDecimal value = harm == Harm.LACK
                ? BigDecimal.valueOf(ceiling)
                        .setScale(decimals, RoundingMode.FLOOR)
                        .subtract(step)
                : BigDecimal.valueOf(ceiling)
                        .setScale(decimals, RoundingMode.CEILING)
                        .add(step);
        Optional<Metric.Range> range =
                percent ? Optional.of(new Metric.Range(0, harm == Harm.DISTANCE ? Harm.PARITY : 100)) : metric.range();
        boolean reachable = range.filter(
                        ends -> value.doubleValue() <= ends.lowest() || value.doubleValue() >= ends.highest())
                .isEmpty();
        return reachable
                ? Optional.of(new Limit(harm == Harm.LACK ? Limit.Kind.MINIMUM : Limit.Kind.MAXIMUM, value))
                : Optional.empty();
    }
}
