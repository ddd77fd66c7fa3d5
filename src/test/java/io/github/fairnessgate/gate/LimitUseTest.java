package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.statistics.Interval;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitUseTest {

    @ParameterizedTest
    @CsvSource({
        "MAXIMUM, 0.2, 0.1, 0.5", "MAXIMUM, 0.2, 0.3, 1.5", "MAXIMUM, 0, 0.5, 1.5", "MAXIMUM, -0.2, 0.5, 4.5",
        "MAXIMUM, -0.2, -0.1, 1.5", "MAXIMUM, 0.2, NaN, Infinity", "MINIMUM, 60, 30, 1.5", "MINIMUM, 60, 0, 2",
        "MINIMUM, 60, 90, 0.5", "MINIMUM, -1, -2, 2", "MAX_INCREASE, 2, 1, 0.5", "MAX_INCREASE, 2, NaN, Infinity",
    })
    void aValueBeyondALimitUsesMoreThanAllOfIt(Limit.Kind kind, BigDecimal limit, double candidate, double use) {
        RuleResult result = result(kind, limit, candidate, Optional.empty(), List.of());

        assertThat(LimitUse.ofAny(result).orElseThrow()).isEqualTo(use, within(1e-9));
    }

    @Test
    void theScorerThatSeesMoreHarmCounts() {
        RuleResult named = result(Limit.Kind.MAX_INCREASE, BigDecimal.valueOf(2), 1, Optional.empty(), List.of());
        RuleResult other = result(Limit.Kind.MAX_INCREASE, BigDecimal.valueOf(2), 3, Optional.empty(), List.of());

        assertThat(LimitUse.ofAny(TwoScorers.agree(named, other))).hasValue(1.5);
        assertThat(LimitUse.ofAny(TwoScorers.agree(other, named))).hasValue(1.5);
    }

    @Test
    void aCorrectedShareCountsWhereItIsWorse() {
        assertThat(LimitUse.ofAny(result(
                        Limit.Kind.MAX_INCREASE, BigDecimal.valueOf(2), 1, Optional.of(corrected(1, 3)), List.of())))
                .hasValue(1.5);
        assertThat(LimitUse.ofAny(result(
                        Limit.Kind.MAX_INCREASE, BigDecimal.valueOf(2), 1, Optional.of(corrected(1, 0.5)), List.of())))
                .hasValue(0.5);
        assertThat(LimitUse.ofAny(
                        result(Limit.Kind.MAXIMUM, BigDecimal.valueOf(2), 1, Optional.of(corrected(5, 3)), List.of())))
                .hasValue(2.5);
    }

    private static RuleResult.Corrected corrected(double candidate, double change) {
        return new RuleResult.Corrected(
                0.9, 0.9, "data", 0, candidate, change, new Interval(0, 1, 0.9), Optional.empty());
    }

    private static RuleResult result(
            Limit.Kind kind,
            BigDecimal limit,
            double candidate,
            Optional<RuleResult.Corrected> corrected,
            List<RuleResult> opinions) {
        Rule rule = new Rule(
                new Location("t.yaml", 1, ""),
                EvaluationBuilder.MARGIN.id(),
                Evaluation.ALL,
                Optional.empty(),
                List.of(new Limit(kind, limit)),
                Rule.Role.FAIRNESS,
                Rule.Level.ERROR);
        return new RuleResult(
                rule,
                EvaluationBuilder.MARGIN,
                new RuleResult.Numbers(10, 10, 0, candidate, candidate),
                new RuleResult.Tests(Optional.empty(), Optional.empty(), Optional.empty(), corrected),
                Optional.of(Verdict.PASS),
                "",
                opinions);
    }
}
