package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Extent;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules about size, which is counted, and about latency, which is measured in rounds. */
class CostRulesTest {

    private static final Metric BYTES = new Metric("size.bytes", "size", Estimator.EXACT, Direction.LOWER_IS_BETTER);
    private static final Metric DECODE =
            new Metric("latency.decode", "latency", Estimator.TURNS, Direction.LOWER_IS_BETTER);

    @ParameterizedTest
    @CsvSource({
        "maxRatio: 0.31, PASS",
        "maxRatio: 0.3, PASS",
        "maxRatio: 0.2999, FAIL",
        "maxRatio: 1, PASS",
        "maximum: 300000000, PASS",
        "maximum: 299999999, FAIL"
    })
    void whatIsCountedIsDecidedToTheLastByte(String limit, Verdict verdict) {
        RuleResult result = only("{metric: size.bytes, " + limit + "}", bytes(1_000_000_000), bytes(300_000_000));

        assertThat(result.verdict()).contains(verdict);
        assertThat(result.rule().role()).isEqualTo(Rule.Role.COST);
        assertThat(result.reason()).startsWith("it is counted, and is ");
    }

    @Test
    void aModelThatIsAsLargeAsBeforeKeepsALimitOfOneAndNoneBelow() {
        assertThat(only("{metric: size.bytes, maxRatio: 1}", bytes(7), bytes(7)).verdict())
                .contains(Verdict.PASS);
        assertThat(only("{metric: size.bytes, maxRatio: 0.99}", bytes(7), bytes(7))
                        .verdict())
                .contains(Verdict.FAIL);
    }

    @Test
    void numbersOfBytesAreWrittenInGroupsAndWithoutAnIntervalThatWouldSayNothing() {
        RuleText text = RuleText.of(
                only("{metric: size.bytes, maxRatio: 0.5, maximum: 6000000}", bytes(17_189_376), bytes(5_016_576)));

        assertThat(text.before()).isEqualTo("17,189,376");
        assertThat(text.after()).isEqualTo("5,016,576");
        assertThat(text.change()).isEqualTo("x0.292");
        assertThat(text.interval()).isEmpty();
        assertThat(text.limit()).isEqualTo("x0.5, maximum 6,000,000");
    }

    @Test
    void aModelThatIsTwiceAsFastInEveryRoundPassesWhereItHasToBeFasterAndFailsWhereItHasToBeThreeTimes() {
        Evaluation original = rounds(25, 10, 0.3, 1);
        Evaluation fast = rounds(25, 5, 0.3, 2);

        RuleResult faster = only("{metric: latency.decode, maxRatio: 0.9}", original, fast);
        assertThat(faster.verdict()).contains(Verdict.PASS);
        assertThat(faster.reason()).isEqualTo("the rounds show that it is below maxRatio 0.9");
        assertThat(faster.change().orElseThrow().interval().high()).isLessThan(0.9);
        assertThat(RuleText.of(faster).count()).isEqualTo("25 rounds");

        RuleResult tooSlow = only("{metric: latency.decode, maxRatio: 0.33}", original, fast);
        assertThat(tooSlow.verdict()).contains(Verdict.FAIL);
        assertThat(tooSlow.change().orElseThrow().interval().low()).isGreaterThan(0.33);
    }

    @Test
    void noiseNeitherPassesNorFails() {
        RuleResult result = only("{metric: latency.decode, maxRatio: 1.0}", rounds(25, 10, 2, 1), rounds(25, 10, 2, 2));

        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.reason())
                .contains("do not show on which side of maxRatio 1.0")
                .contains("more rounds");
    }

    @Test
    void aSlowRoundOfTheOriginalDoesNotMakeTheCandidateFast() {
        EvaluationBuilder before = new EvaluationBuilder();
        EvaluationBuilder after = new EvaluationBuilder();
        for (int round = 0; round < 25; round++) {
            before.item(DECODE, "round-" + round, "round-" + round, round < 5 ? 1000 : 10 + round / 100., 1);
            after.item(DECODE, "round-" + round, "round-" + round, 11 + round / 100., 1);
        }
        RuleResult result = only("{metric: latency.decode, maxRatio: 1.05}", before.build(), after.build());

        assertThat(result.verdict()).contains(Verdict.FAIL);
        assertThat(result.candidate()).isEqualTo(11.12);
    }

    @Test
    void tooFewRoundsShowNothing() {
        assertThat(only("{metric: latency.decode, maxRatio: 5}", rounds(4, 10, 0.1, 1), rounds(4, 5, 0.1, 2))
                        .verdict())
                .contains(Verdict.INCONCLUSIVE);
        assertThat(only("{metric: latency.decode, maximum: 5000}", rounds(4, 10, 0.1, 1), rounds(4, 5, 0.1, 2))
                        .verdict())
                .contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void millisecondsHaveALimitOfTheirOwn() {
        Evaluation original = rounds(25, 10, 0.3, 1);

        assertThat(only("{metric: latency.decode, maximum: 6}", original, rounds(25, 5, 0.3, 2))
                        .verdict())
                .contains(Verdict.PASS);
        assertThat(only("{metric: latency.decode, maximum: 4}", original, rounds(25, 5, 0.3, 2))
                        .verdict())
                .contains(Verdict.FAIL);
    }

    @Test
    void aModelThatIsNoFasterPassesALimitOfOneAtAlphaAtMost() {
        int passed = 0;
        for (int seed = 0; seed < 200; seed++) {
            passed += only(
                                    "{metric: latency.decode, maxRatio: 1.0}",
                                    rounds(25, 10, 2, 2 * seed),
                                    rounds(25, 10, 2, 2 * seed + 1))
                            .verdict()
                            .equals(Optional.of(Verdict.PASS))
                    ? 1
                    : 0;
        }
        assertThat(passed).isLessThan(20); // 200 at .05: 10, and 3 standard deviations of 3.1 more
    }

    @Test
    void ofSeveralModelsThatARecipeMadeTheLargestCounts() {
        Certification certification = Certification.of(
                thresholds("{metric: size.bytes, maxRatio: 0.5}"),
                bytes(100),
                List.of(bytes(40), bytes(60), bytes(30)));

        RuleResult result = certification.gate().results().get(0);
        assertThat(result.candidate()).isEqualTo(60);
        assertThat(result.verdict()).contains(Verdict.FAIL);
    }

    @Test
    void aRecipeIsNotJudgedByAClock() {
        Evaluation rounds = rounds(25, 10, 0.3, 1);
        assertThatThrownBy(() -> Certification.of(
                        thresholds("{metric: latency.decode, maxRatio: 2}"), rounds, List.of(rounds, rounds, rounds)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("remove the rule from the thresholds for fairness:certify");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metric: size.bytes, maxIncrease: 5 | maxIncrease does not fit size.bytes",
                "metric: size.bytes, maxRatio: 0 | is 0, but every model costs something",
                "metric: latency.decode, maximum: -1 | is -1, but every model costs something",
                "metric: latency.decode, maxRatio: 1, role: fairness | its role is cost",
                "metric: latency.decode, maxRatio: 1, role: capability | its role is cost",
                "metric: stereoset.ss/micro, maxIncrease: 3, role: cost | role: cost is for metrics of size",
                "metric: perplexity.token/strided, maxRatio: 0.9, role: capability | must be above 1"
            })
    void aRuleThatCannotBeMeantIsRefusedBeforeAnythingIsMeasured(String rule, String sentence) {
        assertThatThrownBy(() -> thresholds("{" + rule + "}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(sentence)
                .hasMessageStartingWith("t.yaml:");
    }

    @Test
    void thePreflightSaysThatACountCanShowAnything() {
        List<Preflight> rules = Preflight.of(
                thresholds("{metric: size.bytes, maxRatio: 0.5}\n  - {metric: latency.decode, maxRatio: 0.5}"),
                List.of(
                        new Extent(BYTES, Evaluation.ALL, List.of(1)),
                        new Extent(DECODE, Evaluation.ALL, Collections.nCopies(25, 1))),
                Set.of());

        assertThat(rules.get(0).cells())
                .containsExactly("size.bytes", "1", "any", "maxRatio 0.5", "counted, not estimated");
        assertThat(rules.get(1).cells())
                .containsExactly("latency.decode", "25", "?", "maxRatio 0.5", "depends on what else the machine does");
    }

    @Test
    void roundsThatWereNotMeasuredTogetherAreNotPaired() {
        Evaluation one = new EvaluationBuilder()
                .item(DECODE, "round-1", "round-1", 1, 1)
                .data("latency", "a")
                .build();
        Evaluation other = new EvaluationBuilder()
                .item(DECODE, "round-1", "round-1", 1, 1)
                .data("latency", "b")
                .build();
        assertThatThrownBy(() -> only("{metric: latency.decode, maxRatio: 2}", one, other))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("measured on different data");
    }

    private static Evaluation bytes(long bytes) {
        return new EvaluationBuilder().item(BYTES, "model", "model", bytes, 1).build();
    }

    private static Evaluation rounds(int rounds, double milliseconds, double noise, long seed) {
        Random random = new Random(seed);
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int round = 0; round < rounds; round++) {
            builder.item(
                    DECODE,
                    "round-" + round,
                    "round-" + round,
                    milliseconds + noise * Math.abs(random.nextGaussian()),
                    1);
        }
        return builder.build();
    }

    private static Thresholds thresholds(String rules) {
        return ThresholdsReader.read("version: 1\nrules:\n  - " + rules + "\n", "t.yaml");
    }

    private static RuleResult only(String rule, Evaluation baseline, Evaluation candidate) {
        return Gate.decide(thresholds(rule), baseline, candidate).results().get(0);
    }
}
