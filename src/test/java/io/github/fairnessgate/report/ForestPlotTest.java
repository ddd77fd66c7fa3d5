package io.github.fairnessgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.gate.Limit;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.RuleResult;
import io.github.fairnessgate.gate.RuleResult.CandidateAlone;
import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import io.github.fairnessgate.statistics.Interval;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForestPlotTest {

    @Test
    void aChangeIsDrawnInUnitsOfItsLimit() {
        ForestPlot plot = only(change(Change.Kind.HARM_INCREASE, limit(Limit.Kind.MAX_INCREASE, "2"), 1, -1, 3));
        assertThat(plot.unchanged()).hasValue(42.86);
        assertThat(plot.limits()).containsExactly(71.43);
        assertThat(plot.estimate()).isEqualTo(57.14);
        assertThat(plot.low()).isEqualTo(28.57);
        assertThat(plot.high()).isEqualTo(85.71);
        assertThat(plot.clippedLow() || plot.clippedHigh()).isFalse();
    }

    @Test
    void aRatioIsDrawnOnALogarithmicScale() {
        ForestPlot plot = only(change(Change.Kind.RATIO, limit(Limit.Kind.MAX_RATIO, "1.21"), 1.1, 1 / 1.1, 1.331));
        assertThat(plot.estimate()).isEqualTo(57.14);
        assertThat(plot.low()).isEqualTo(28.57);
        assertThat(plot.high()).isEqualTo(85.71);
    }

    @Test
    void aMoveInEitherDirectionHasTwoLimits() {
        ForestPlot plot = only(change(Change.Kind.SIGNED_CHANGE, limit(Limit.Kind.MAX_INCREASE, "2"), 0, -9, 9));
        assertThat(plot.limits()).containsExactly(25., 75.);
        assertThat(plot.estimate()).isEqualTo(50);
        assertThat(plot.clippedLow()).isTrue();
        assertThat(plot.clippedHigh()).isTrue();
        assertThat(plot.low()).isZero();
        assertThat(plot.high()).isEqualTo(100);
    }

    @Test
    void belowAMinimumIsToTheRight() {
        ForestPlot plot = only(candidate(Direction.HIGHER_IS_BETTER, limit(Limit.Kind.MINIMUM, "60"), 70, 65, 72));
        assertThat(plot.limits()).containsExactly(50.);
        assertThat(plot.unchanged()).isEmpty();
        assertThat(plot.low()).isLessThan(plot.estimate());
        assertThat(plot.estimate()).isLessThan(plot.high());
        assertThat(plot.high()).isLessThan(50);
    }

    @Test
    void aMaximumOfAPreferenceIsADistanceFromParityOnBothSides() {
        ForestPlot plot = only(candidate(Direction.PARITY, limit(Limit.Kind.MAXIMUM, "10"), 47, 44, 50));
        assertThat(plot.limits()).containsExactly(16.67, 83.33);
        assertThat(plot.unchanged()).hasValue(50.);
        assertThat(plot.estimate()).isEqualTo(40);
        assertThat(plot.high()).isEqualTo(50);
    }

    private static ForestPlot only(RuleResult result) {
        List<ForestPlot> plots = ForestPlot.of(result);
        assertThat(plots).hasSize(1);
        return plots.get(0);
    }

    private static Limit limit(Limit.Kind kind, String value) {
        return new Limit(kind, new BigDecimal(value));
    }

    private static RuleResult change(Change.Kind kind, Limit limit, double estimate, double low, double high) {
        Change change = new Change(
                kind,
                estimate,
                new Interval(low, high, 0.9),
                0.5,
                0.5,
                "any",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return result(Direction.LOWER_IS_BETTER, limit, Optional.of(change), Optional.empty(), 0);
    }

    private static RuleResult candidate(Direction direction, Limit limit, double value, double low, double high) {
        return result(
                direction,
                limit,
                Optional.empty(),
                Optional.of(new CandidateAlone(new Interval(low, high, 0.9), 0.5, 0.5, "any")),
                value);
    }

    private static RuleResult result(
            Direction direction, Limit limit, Optional<Change> change, Optional<CandidateAlone> alone, double value) {
        Metric metric = new Metric("suite.metric/variant", "suite", Estimator.SHARE, direction);
        Rule rule = new Rule(
                new Location("thresholds.yaml", 1, "rules"),
                metric.id(),
                "all",
                Optional.empty(),
                List.of(limit),
                Rule.Role.FAIRNESS,
                Rule.Level.ERROR);
        return new RuleResult(
                rule,
                metric,
                new RuleResult.Numbers(10, 10, value, value, 0),
                new RuleResult.Tests(change, alone, Optional.empty(), Optional.empty()),
                Optional.empty(),
                "",
                List.of());
    }
}
