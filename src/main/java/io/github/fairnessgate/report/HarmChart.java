package io.github.fairnessgate.report;

import io.github.fairnessgate.gate.LimitUse;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleText;
import io.github.fairnessgate.search.CandidateResult;
import io.github.fairnessgate.search.Objective;
import io.github.fairnessgate.search.SearchResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * One harm of candidates against one objective: better below, more of the objective on the right. Places are percent of
 * the picture's width, and of its height from above.
 *
 * @param name of the rule for people
 * @param limit of the rule, as text
 * @param objective on the axis, for people
 * @param least value of the objective at the left edge
 * @param most value at the right edge
 * @param unchanged place of "no change", where the picture shows it
 * @param limits places of what is not tolerated
 * @param original place of the model before compression on the axis
 * @param points one for each candidate that was measured
 */
public record HarmChart(
        String name,
        String limit,
        String objective,
        String least,
        String most,
        Optional<Double> unchanged,
        List<Double> limits,
        double original,
        List<Point> points) {

    private static final double WHOLE = 100;
    private static final double MARGIN = 4;

    /**
     * A candidate.
     *
     * @param low place of the interval's better end
     * @param high place of the interval's worse end
     * @param style {@code chosen}, {@code judged} or {@code screened}
     * @param front whether no other one has both less of the objective and a better estimate
     * @param label in words
     */
    public record Point(
            String id, double x, double low, double estimate, double high, String style, boolean front, String label) {}

    /** A chart of every rule that decides and limits a change, against an objective: its axis is that of the limit. */
    static List<HarmChart> of(SearchResult result, int objective) {
        List<HarmChart> charts = new ArrayList<>();
        boolean ratio = result.objectives().get(objective).isRatio();
        ToDoubleFunction<CandidateResult> value = candidate -> value(candidate, objective, ratio);
        List<CandidateResult> measured = result.candidates().stream()
                .filter(candidate -> candidate.latest().isPresent() && Double.isFinite(value.applyAsDouble(candidate)))
                .toList();
        List<RuleResult> rules = result.rules();
        if (measured.isEmpty()) {
            return charts;
        }
        double original = ratio ? 1 : result.original().get(objective);
        double least = measured.stream().mapToDouble(value).reduce(original, Math::min);
        double most = measured.stream().mapToDouble(value).reduce(original, Math::max);
        for (RuleResult rule : rules) {
            List<Point> points = new ArrayList<>();
            Optional<ForestPlot> scale = Optional.empty();
            for (CandidateResult candidate : measured) {
                RuleResult own = of(candidate, rule);
                Optional<ForestPlot> plot = own.rule()
                        .changeLimit()
                        .flatMap(limit -> ForestPlot.of(own).stream().findFirst());
                scale = scale.or(() -> plot);
                plot.ifPresent(place -> points.add(new Point(
                        candidate.id(),
                        x(value.applyAsDouble(candidate), least, most),
                        WHOLE - place.low(),
                        WHOLE - place.estimate(),
                        WHOLE - place.high(),
                        style(candidate, result),
                        measured.stream().noneMatch(other -> isBetter(other, candidate, rule, objective)),
                        "%s, %s: %s, %s"
                                .formatted(
                                        candidate.id(),
                                        candidate.label(),
                                        text(value.applyAsDouble(candidate), ratio),
                                        RuleText.of(own).change()))));
            }
            scale.ifPresent(plot -> charts.add(new HarmChart(
                    RuleName.of(rule),
                    RuleText.of(rule).limit(),
                    title(result.objectives().get(objective)),
                    text(least, ratio),
                    text(most, ratio),
                    plot.unchanged().map(place -> WHOLE - place),
                    plot.limits().stream().map(place -> WHOLE - place).toList(),
                    x(original, least, most),
                    points)));
        }
        return charts;
    }

    /** Whether one candidate is no worse than another in harm and objective, and better in one of them. */
    private static boolean isBetter(CandidateResult one, CandidateResult other, RuleResult rule, int objective) {
        double cost = one.latest().orElseThrow().tried().costs().get(objective);
        double otherCost = other.latest().orElseThrow().tried().costs().get(objective);
        double harm = LimitUse.ofChange(of(one, rule)).orElse(Double.NaN);
        double otherHarm = LimitUse.ofChange(of(other, rule)).orElse(Double.NaN);
        return one.isComparableWith(other)
                && cost <= otherCost
                && harm <= otherHarm
                && (cost < otherCost || harm < otherHarm);
    }

    private static RuleResult of(CandidateResult candidate, RuleResult rule) {
        return candidate.latest().orElseThrow().tried().gate().results().stream()
                .filter(own -> own.rule().equals(rule.rule()))
                .findFirst()
                .orElseThrow();
    }

    private static String style(CandidateResult candidate, SearchResult result) {
        if (result.chosen().filter(candidate::equals).isPresent()) {
            return "chosen";
        }
        return candidate.judged().isPresent() ? "judged" : "screened";
    }

    private static double value(CandidateResult candidate, int objective, boolean ratio) {
        CandidateResult.Measured measured = candidate.latest().orElseThrow();
        return ratio
                ? measured.tried().costs().get(objective)
                : measured.values().get(objective);
    }

    /** An objective on an axis. */
    static String title(Objective objective) {
        return objective.title() + (objective.isRatio() ? ", divided by the original's" : "");
    }

    private static String text(double value, boolean ratio) {
        return ratio ? String.format(Locale.ROOT, "x%.3f", value) : text(value);
    }

    /** A value of an objective of a candidate; of one that is measured in turns, also its share of the original's. */
    static String text(CandidateResult.Measured measured, int objective, boolean ratio) {
        return text(measured.values().get(objective))
                + (ratio ? " (" + text(measured.tried().costs().get(objective), true) + ")" : "");
    }

    private static double x(double value, double least, double most) {
        double share = most > least ? (value - least) / (most - least) : 0.5;
        return Math.round(100 * (MARGIN + (WHOLE - 2 * MARGIN) * share)) / 100.0;
    }

    /** A value of an objective: {@code 4.98 M}. */
    static String text(double value) {
        if (Math.abs(value) >= 1e9) {
            return String.format(Locale.ROOT, "%.3g G", value / 1e9);
        }
        if (Math.abs(value) >= 1e6) {
            return String.format(Locale.ROOT, "%.3g M", value / 1e6);
        }
        return Math.abs(value) >= 1e3
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3g", value);
    }
}
