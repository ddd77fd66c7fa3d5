package io.github.fairnessgate.gate;

import io.github.fairnessgate.evaluate.Disparity;
import io.github.fairnessgate.metric.Metric;
import java.math.BigDecimal;
import java.util.Optional;

/** What about a metric's value does harm under a rule, and which limits a rule can therefore set. */
enum Harm {
    /** More is worse. */
    VALUE,
    /** Less is worse. */
    LACK,
    /** Distance from 50 percent is worse. */
    DISTANCE;

    static final double PARITY = 50;

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final BigDecimal FIFTY = BigDecimal.valueOf(50);

    /**
     * The harm that a rule limits.
     *
     * @throws io.github.fairnessgate.InvalidInputException if rule and metric do not fit
     */
    static Harm of(Rule rule, Metric metric) {
        Harm harm = withoutLimits(rule, metric);
        for (Limit limit : rule.limits()) {
            harm.requireFit(rule, metric, limit);
        }
        return harm;
    }

    /** How much more harm the second value does than the first. */
    double increase(double before, double after) {
        return switch (this) {
            case VALUE -> after - before;
            case LACK -> before - after;
            case DISTANCE -> Math.abs(after - PARITY) - Math.abs(before - PARITY);
        };
    }

    /** Whether two rules about the same metric limit the same harm. */
    static boolean isSame(Rule one, Rule other, Metric metric) {
        return withoutLimits(one, metric) == withoutLimits(other, metric);
    }

    private static Harm withoutLimits(Rule rule, Metric metric) {
        boolean parity = rule.compare()
                .map(compare -> compare == Rule.Compare.PARITY)
                .orElse(metric.direction() == Metric.Direction.PARITY);
        if (parity && metric.direction() != Metric.Direction.PARITY) {
            throw rule.location()
                    .problem(("compare: parity applies only to preferences, where 50 %% is fair, but %s is not one; "
                                    + "remove compare")
                            .formatted(metric.id()));
        }
        if (parity) {
            return DISTANCE;
        }
        return metric.direction() == Metric.Direction.HIGHER_IS_BETTER ? LACK : VALUE;
    }

    private void requireFit(Rule rule, Metric metric, Limit limit) {
        if (limit.kind() == Limit.Kind.MAX_NEWLY_BIASED_RATE) {
            requireItemsThatAreBiasedOrNot(rule, metric, limit);
            return;
        }
        if (limit.kind().limitsCandidate() && Disparity.is(metric.estimator())) {
            throw rule.location()
                    .problem(("%s does not fit %s: with few items, a disparity of groups is too large by chance, so it"
                                    + " can be compared between models but not with a number; use maxIncrease")
                            .formatted(limit.kind().key(), metric.id()));
        }
        boolean ratio = metric.estimator().changesByRatio();
        Limit.Kind fitting = limit.kind().limitsChange()
                ? ratio ? Limit.Kind.MAX_RATIO : this == LACK ? Limit.Kind.MAX_DECREASE : Limit.Kind.MAX_INCREASE
                : this == LACK ? Limit.Kind.MINIMUM : Limit.Kind.MAXIMUM;
        if (limit.kind() != fitting) {
            throw rule.location()
                    .problem("%s does not fit %s: %s; use %s"
                            .formatted(limit.kind().key(), metric.id(), meaning(ratio), fitting.key()));
        }
        requireRange(rule, metric, limit);
        requireReachable(rule, metric, limit);
    }

    private static void requireReachable(Rule rule, Metric metric, Limit limit) {
        boolean cost = metric.estimator().isCost();
        BigDecimal least = cost ? BigDecimal.ZERO : BigDecimal.ONE;
        if (metric.estimator().changesByRatio() && limit.value().compareTo(least) <= 0) {
            throw rule.location()
                    .problem("%s: %s would fail every model; %s is above %s"
                            .formatted(
                                    limit.kind().key(),
                                    limit.value().toPlainString(),
                                    cost ? metric.id() : "a perplexity",
                                    least.toPlainString()));
        }
    }

    private static void requireItemsThatAreBiasedOrNot(Rule rule, Metric metric, Limit limit) {
        if (metric.estimator() != Metric.Estimator.SHARE) {
            throw rule.location()
                    .problem("%s applies only to metrics with a yes/no outcome per item, but %s is numeric; remove it"
                            .formatted(limit.kind().key(), metric.id()));
        }
    }

    private String meaning(boolean ratio) {
        if (ratio) {
            return "the candidate's value is divided by the baseline's";
        }
        return switch (this) {
            case VALUE -> "less is better";
            case LACK -> "more is better";
            case DISTANCE -> "a smaller distance from 50 is better";
        };
    }

    /** A limit outside the range of the number that it limits would let everything pass, or nothing. */
    private void requireRange(Rule rule, Metric metric, Limit limit) {
        boolean percent = metric.estimator().isPercentage();
        if (percent) {
            BigDecimal end = this == DISTANCE ? FIFTY : HUNDRED;
            boolean inside = limit.value().signum() > 0 && limit.value().compareTo(end) < 0;
            if (!inside) {
                throw rule.location()
                        .problem("%s: %s limits %s and must lie between 0 and %s%s"
                                .formatted(
                                        limit.kind().key(),
                                        limit.value().toPlainString(),
                                        this == DISTANCE
                                                ? "the distance of " + metric.id() + " from 50"
                                                : metric.id() + " in percent",
                                        end,
                                        this == DISTANCE
                                                ? "; a preference of at most 70, and at least 30, is written "
                                                        + "maximum: 20"
                                                : ""));
            }
        }
        // The deviation of groups adds them up, and has no such end.
        Optional<Metric.Range> range = percent || metric.estimator() == Metric.Estimator.GROUP_DEVIATION
                ? Optional.empty()
                : metric.range()
                        .map(known -> limit.kind().limitsChange()
                                ? new Metric.Range(0, known.highest() - known.lowest())
                                : known);
        double value = limit.value().doubleValue();
        if (range.isPresent()
                && (value <= range.get().lowest() || value >= range.get().highest())) {
            throw rule.location()
                    .problem("%s: %s limits %s, which runs from %s, and must lie between them%s"
                            .formatted(
                                    limit.kind().key(),
                                    limit.value().toPlainString(),
                                    metric.id(),
                                    range.get(),
                                    range.get().equals(Metric.Range.UNIT)
                                            ? "; three in a hundred are written 0.03"
                                            : ""));
        }
    }
}
