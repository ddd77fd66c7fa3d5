package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
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
        Rule rule = new Rule(
                new Location("t.yaml", 1, ""),
                EvaluationBuilder.MARGIN.id(),
                Evaluation.ALL,
                Optional.empty(),
                List.of(new Limit(kind, limit)),
                Rule.Role.FAIRNESS,
                Rule.Level.ERROR);
        RuleResult result = new RuleResult(
                rule,
                EvaluationBuilder.MARGIN,
                new RuleResult.Numbers(10, 10, 0, candidate, candidate),
                new RuleResult.Tests(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.of(Verdict.PASS),
                "",
                List.of());

        assertThat(LimitUse.ofAny(result).orElseThrow()).isEqualTo(use, org.assertj.core.api.Assertions.within(1e-9));
    }
}
