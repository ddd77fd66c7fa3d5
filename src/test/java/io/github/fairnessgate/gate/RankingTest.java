package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.search.Ranking;
import io.github.fairnessgate.search.Tried;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RankingTest {

    /** @param harm of a limit of 10 */
    private static Tried tried(String id, Verdict verdict, double harm, Double... costs) {
        Rule rule = new Rule(
                new Location("t.yaml", 1, ""),
                EvaluationBuilder.MARGIN.id(),
                Evaluation.ALL,
                Optional.empty(),
                List.of(new Limit(Limit.Kind.MAX_INCREASE, BigDecimal.TEN)),
                Rule.Role.FAIRNESS,
                Rule.Level.ERROR);
        RuleResult result = new RuleResult(
                rule,
                EvaluationBuilder.MARGIN,
                new RuleResult.Numbers(10, 10, 0, harm, harm),
                new RuleResult.Tests(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.of(verdict),
                "",
                List.of());
        Thresholds thresholds = new Thresholds(
                new BigDecimal("0.05"),
                Thresholds.OnInconclusive.FAIL,
                Optional.empty(),
                true,
                new TreeMap<>(),
                List.of(rule));
        return new Tried(
                id, GateResult.of(thresholds, List.of(result), List.of(), List.of(), List.of()), List.of(costs));
    }

    private static List<String> order(boolean settled, Tried... tried) {
        return Ranking.order(List.of(tried), settled).stream().map(Tried::id).toList();
    }

    @Test
    void thoseWithinTheirLimitsComeFirstAndThoseThatFailLast() {
        assertThat(order(
                        false,
                        tried("fails", Verdict.FAIL, 5, 1.),
                        tried("far beyond", Verdict.INCONCLUSIVE, 20, 2.),
                        tried("beyond", Verdict.INCONCLUSIVE, 11, 3.),
                        tried("within, large", Verdict.INCONCLUSIVE, 9, 5.),
                        tried("within, small", Verdict.INCONCLUSIVE, 9, 4.)))
                .containsExactly("within, small", "within, large", "beyond", "far beyond", "fails");
    }

    @Test
    void onAllDataOneThatPassesComesBeforeOneThatIsOpen() {
        Tried open = tried("open", Verdict.INCONCLUSIVE, 1, 1.);
        Tried passes = tried("passes", Verdict.PASS, 1, 2.);

        assertThat(order(false, open, passes)).containsExactly("open", "passes");
        assertThat(order(true, open, passes)).containsExactly("passes", "open");
    }

    @Test
    void oneThatFailsPutsNoneBehind() {
        assertThat(order(
                        true,
                        tried("A", Verdict.PASS, 1, 10., 5.),
                        tried("B", Verdict.PASS, 1, 11., 4.),
                        tried("F", Verdict.FAIL, 30, 9., 4.5)))
                .containsExactly("A", "B", "F");
    }

    @Test
    void oneThatAnotherIsBetterThanInEverythingWaits() {
        assertThat(order(
                        true,
                        tried("worse in both", Verdict.PASS, 1, 2., 9.),
                        tried("smallest", Verdict.PASS, 1, 1., 8.),
                        tried("best in the second", Verdict.PASS, 1, 3., 2.)))
                .containsExactly("smallest", "best in the second", "worse in both");
    }

    @Test
    void aHarmThatIsNoNumberIsBeyondEveryLimit() {
        assertThat(order(
                        false,
                        tried("no number", Verdict.INCONCLUSIVE, Double.NaN, 1.),
                        tried("beyond", Verdict.INCONCLUSIVE, 30, 2.)))
                .containsExactly("beyond", "no number");
    }
}
