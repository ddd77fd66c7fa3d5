package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One rule's interval drawn against its limit. Every plot runs from better on the left to worse on the right; places
 * are percent of its width. What lies outside of the plot is drawn at its edge, with an arrow.
 *
 * @param estimate place of the estimate
 * @param low place of the interval's better end
 * @param high place of the interval's worse end
 * @param clippedLow whether the better end lies outside
 * @param clippedHigh whether the worse end lies outside
 * @param unchanged place of "no change", or of parity, where the plot shows it
 * @param limits places of what is not tolerated: one, or two where a move in either direction may be harm
 * @param label what it shows, in words
 */
public record ForestPlot(
        double estimate,
        double low,
        double high,
        boolean clippedLow,
        boolean clippedHigh,
        Optional<Double> unchanged,
        List<Double> limits,
        String label) {

    /** A plot of a change shows this many limits on its better and on its worse side. */
    private static final double LIMITS_BELOW = 1.5;

    private static final double LIMITS_ABOVE = 2;
    /** A plot of a cost always shows where it would be unchanged. */
    private static final double COSTS_SHOWN = 1.2;

    private static final double WIDTH = 100;
    private static final double PARITY = 50;

    /**
     * The plots of a rule: of the change, of the candidate alone, or both; none for a rule without a limit or an
     * interval.
     */
    static List<ForestPlot> of(RuleResult result) {
        List<ForestPlot> plots = new ArrayList<>();
        result.rule()
                .changeLimit()
                .flatMap(limit -> result.change()
                        .map(change ->
                                result.metric().estimator().isCost() ? ofCost(limit, change) : ofChange(limit, change)))
                .ifPresent(plots::add);
        result.rule()
                .candidateLimit()
                .flatMap(limit -> result.candidateAlone()
                        .map(alone -> isParity(result)
                                ? ofDistanceFromParity(limit, result.candidate(), alone.interval())
                                : ofCandidate(limit, result.candidate(), alone.interval())))
                .ifPresent(plots::add);
        return List.copyOf(plots);
    }

    /** A limit on what a model costs may be on either side of no change. */
    private static ForestPlot ofCost(Limit limit, RuleResult.Change change) {
        double ratio = limit.value().doubleValue();
        Interval interval = change.interval();
        return new Axis(0, Math.max(LIMITS_ABOVE * ratio, COSTS_SHOWN))
                .plot(
                        change.estimate(),
                        interval.low(),
                        interval.high(),
                        Optional.of(1.),
                        List.of(ratio),
                        "candidate divided by original, with its interval; the dashed line is no change, the solid "
                                + "line the limit");
    }

    private static ForestPlot ofChange(Limit limit, RuleResult.Change change) {
        double margin = limit.value().doubleValue();
        Interval interval = change.interval();
        String label = "change with its interval; the dashed line is no change, the solid line the limit";
        return switch (change.kind()) {
            case RATIO -> {
                double unit = Math.log(margin);
                Axis axis = new Axis(-LIMITS_BELOW * unit, LIMITS_ABOVE * unit);
                yield axis.plot(
                        Math.log(change.estimate()),
                        Math.log(interval.low()),
                        Math.log(interval.high()),
                        Optional.of(0.),
                        List.of(unit),
                        label);
            }
            case SIGNED_CHANGE ->
                new Axis(-LIMITS_ABOVE * margin, LIMITS_ABOVE * margin)
                        .plot(
                                change.estimate(),
                                interval.low(),
                                interval.high(),
                                Optional.of(0.),
                                List.of(-margin, margin),
                                "move in either direction with its interval; the dashed line is no change, the "
                                        + "solid lines the limits");
            case HARM_INCREASE ->
                new Axis(-LIMITS_BELOW * margin, LIMITS_ABOVE * margin)
                        .plot(
                                change.estimate(),
                                interval.low(),
                                interval.high(),
                                Optional.of(0.),
                                List.of(margin),
                                label);
        };
    }

    private static boolean isParity(RuleResult result) {
        return result.metric().direction() == Metric.Direction.PARITY
                && result.rule().compare().orElse(Rule.Compare.PARITY) == Rule.Compare.PARITY;
    }

    private static ForestPlot ofDistanceFromParity(Limit limit, double value, Interval interval) {
        double border = limit.value().doubleValue();
        double span = Math.max(
                LIMITS_BELOW * border,
                1.2 * Math.max(Math.abs(interval.low() - PARITY), Math.abs(interval.high() - PARITY)));
        return new Axis(-span, span)
                .plot(
                        value - PARITY,
                        interval.low() - PARITY,
                        interval.high() - PARITY,
                        Optional.of(0.),
                        List.of(-border, border),
                        "the candidate's value with its interval; the dashed line is parity, the solid lines are "
                                + "the limits");
    }

    private static ForestPlot ofCandidate(Limit limit, double value, Interval interval) {
        double border = limit.value().doubleValue();
        double sign = limit.kind() == Limit.Kind.MINIMUM ? -1 : 1;
        double farthest = 0;
        for (double number : new double[] {value, interval.low(), interval.high()}) {
            farthest = Double.isFinite(number) ? Math.max(farthest, Math.abs(number - border)) : farthest;
        }
        double span = farthest == 0 ? 1 : 1.2 * farthest;
        double low = sign > 0 ? interval.low() : interval.high();
        double high = sign > 0 ? interval.high() : interval.low();
        return new Axis(-span, span)
                .plot(
                        sign * (value - border),
                        sign * (low - border),
                        sign * (high - border),
                        Optional.empty(),
                        List.of(0.),
                        "the candidate's value with its interval; the solid line is the limit");
    }

    /** A range of numbers, better first, spread over the width of a plot. */
    private record Axis(double from, double to) {

        ForestPlot plot(
                double estimate,
                double low,
                double high,
                Optional<Double> unchanged,
                List<Double> limits,
                String label) {
            return new ForestPlot(
                    place(estimate),
                    place(low),
                    place(high),
                    low < from,
                    high > to,
                    unchanged.map(this::place),
                    limits.stream().map(this::place).toList(),
                    label);
        }

        private double place(double number) {
            double share = (Math.max(from, Math.min(to, number)) - from) / (to - from);
            return Math.round(share * WIDTH * 100) / 100.0;
        }
    }
}
