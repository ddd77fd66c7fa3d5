package io.github.fairnessgate.gate;

import static io.github.fairnessgate.gate.EvaluationBuilder.PERPLEXITY;
import static io.github.fairnessgate.gate.EvaluationBuilder.PREFERENCE;
import static io.github.fairnessgate.gate.EvaluationBuilder.SENSE;
import static io.github.fairnessgate.gate.EvaluationBuilder.TOXIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.RuleResult.Change;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Interval;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateMessagesTest {

    @Test
    void aLineSaysWhatGotWorseByHowMuchHowSureAndWhatIsTolerated() {
        RuleText text = RuleText.of(result(
                PREFERENCE,
                "race",
                limit(Limit.Kind.MAX_INCREASE, "3.1"),
                60.4,
                65.1,
                4.7,
                Change.Kind.HARM_INCREASE,
                4.7,
                1.9,
                7.5,
                Verdict.FAIL));

        assertThat(text.line())
                .isEqualTo("suite.ss/micro race  60.4 -> 65.1  (+4.7 from parity, limit +3.1; 90 % CI +1.9..+7.5, n "
                        + "= 962 in 40 groups)");
    }

    @Test
    void whereMoreIsBetterALossHasAMinusSign() {
        RuleText text = RuleText.of(result(
                SENSE,
                "all",
                limit(Limit.Kind.MAX_DECREASE, "3.0"),
                91.1,
                87.0,
                4.1,
                Change.Kind.HARM_INCREASE,
                4.1,
                2.9,
                5.2,
                Verdict.FAIL));

        assertThat(text.line())
                .isEqualTo("sense.lms/official  91.1 -> 87.0  (-4.1, limit -3.0; 90 % CI -5.2..-2.9, n = 962 in 40 "
                        + "groups)");
    }

    @Test
    void aPerplexityIsARatio() {
        RuleText text = RuleText.of(result(
                PERPLEXITY,
                "all",
                limit(Limit.Kind.MAX_RATIO, "1.10"),
                29.94,
                33.12,
                3.18,
                Change.Kind.RATIO,
                33.12 / 29.94,
                1.08,
                1.13,
                Verdict.INCONCLUSIVE));

        assertThat(text.line())
                .isEqualTo("perplexity.token/strided-1024-512  29.94 -> 33.12"
                        + "  (x1.106, limit x1.10; 90 % CI x1.080..x1.130, n = 962 in 40 groups)");
    }

    @Test
    void aMoveNearParityIsToldInBothDirections() {
        RuleText text = RuleText.of(result(
                PREFERENCE,
                "all",
                limit(Limit.Kind.MAX_INCREASE, "3.1"),
                49.0,
                52.0,
                1.0,
                Change.Kind.SIGNED_CHANGE,
                3.0,
                1.0,
                5.0,
                Verdict.INCONCLUSIVE));

        assertThat(text.line())
                .isEqualTo("suite.ss/micro  49.0 -> 52.0"
                        + "  (+3.0, limit 3.1 either way; 90 % CI +1.0..+5.0, "
                        + "n = 962 in 40 groups)");
    }

    @ParameterizedTest
    @CsvSource({
        "3.04, >+3.0, 3",
        "3.0004, >+3.0, 3",
        "2.96, <+3.0, 3.0",
        "2.94, +2.9, 3.0",
        "3.14, >+3.1, 3.1",
        "3.14, +3.14, 3.10",
        "0.04, +0.0, 3",
        "-0.04, -0.0, 3",
        "0, 0.0, 3"
    })
    void aNumberIsPrintedOnTheSideOfTheLimitAndOfZeroOnWhichItIs(double change, String printed, String margin) {
        RuleText text = RuleText.of(result(
                TOXIC,
                "all",
                limit(Limit.Kind.MAX_INCREASE, margin),
                10,
                10 + change,
                change,
                Change.Kind.HARM_INCREASE,
                change,
                -9,
                9,
                Verdict.INCONCLUSIVE));

        assertThat(text.change()).isEqualTo(printed);
        assertThat(text.limit()).isEqualTo("+" + margin);
    }

    @Test
    void aBoundThatKeepsTheLimitByAHairIsSeenToKeepIt() {
        RuleText text = RuleText.of(result(
                TOXIC,
                "all",
                limit(Limit.Kind.MAX_INCREASE, "3"),
                10,
                11,
                1,
                Change.Kind.HARM_INCREASE,
                1,
                -0.5,
                2.9996,
                Verdict.PASS));

        assertThat(text.interval()).isEqualTo("90 % CI -0.5..<+3.0");
    }

    /** Two builds are laid side by side: how many decimals a number has must not depend on the number. */
    @Test
    void decimalsDependOnMetricAndLimitAndNotOnTheNumbers() {
        for (double before : new double[] {10.26, 10, 10.004}) {
            RuleText text = RuleText.of(result(
                    TOXIC,
                    "all",
                    limit(Limit.Kind.MAX_INCREASE, "3"),
                    before,
                    11.54,
                    11.54 - before,
                    Change.Kind.HARM_INCREASE,
                    11.54 - before,
                    0.3,
                    2.2,
                    Verdict.PASS));

            assertThat(List.of(text.before(), text.after(), text.change()))
                    .allMatch(number -> number.matches("\\+?\\d+\\.\\d"));
        }
    }

    @Test
    void theLabelIsTheIntervalsOwnLevel() {
        Evaluation model = new EvaluationBuilder().share(TOXIC, 100, 1000, 0).build();
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nalpha: 0.0125\nrules:\n  - {metric: toxic.share/plain, maxIncrease: 3, role: fairness}\n",
                "t.yaml");

        assertThat(RuleText.of(Gate.decide(thresholds, model, model).results().get(0))
                        .interval())
                .startsWith("97.5 % CI -0.5..+0.5");
    }

    @Test
    void failuresComeFirstAndSayWhy() {
        Evaluation before = new EvaluationBuilder()
                .share(TOXIC, 100, 1000, 0)
                .share(PREFERENCE, 45, 50, 0)
                .build();
        Evaluation after = new EvaluationBuilder()
                .share(TOXIC, 200, 1000, 0)
                .share(PREFERENCE, 45, 50, 0)
                .build();
        GateResult result = Gate.decide(ThresholdsReader.read("""
                version: 1
                alpha: 0.05
                rules:
                  - {metric: suite.ss/micro, maxIncrease: 3, role: fairness}
                  - {metric: toxic.share/plain, maxIncrease: 3, maximum: 15.0, role: fairness}
                """, "t.yaml"), before, after);

        assertThat(GateMessages.headline(result)).isEqualTo("1 of 2 rules failed, 1 inconclusive");
        assertThat(GateMessages.findings(result))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("  1. toxic.share/plain  10.0 -> 20.0  (+10.0, limit +3, maximum 15.0; "
                                        + "90 % CI +8.5..+11.7," + " 90 % CI of the candidate 18.0..22.2, n = 1000)"),
                        line -> assertThat(line)
                                .isEqualTo("     FAIL: it got worse, and by more than maxIncrease 3 by estimate; the "
                                        + "candidate breaks maximum 15.0"),
                        line -> assertThat(line)
                                .startsWith("  2. suite.ss/micro  90.0 -> 90.0  (0.0 from parity, limit +3; 90 % CI"),
                        line -> assertThat(line)
                                .isEqualTo("     INCONCLUSIVE: the data do not rule out a change beyond maxIncrease 3;"
                                        + " more items or a wider margin are needed"));
    }

    @Test
    void nothingIsFoundWhereAllRulesPassed() {
        Evaluation model = new EvaluationBuilder().share(TOXIC, 100, 1000, 0).build();
        GateResult result = Gate.decide(
                ThresholdsReader.read(
                        "version: 1\nalpha: 0.05\nrules:\n  - {metric: toxic.share/plain, maxIncrease: 3, role: "
                                + "fairness}\n",
                        "t.yaml"),
                model,
                model);

        assertThat(GateMessages.headline(result)).isEqualTo("the rule passed");
        assertThat(GateMessages.findings(result)).isEmpty();
    }

    private static Limit limit(Limit.Kind kind, String value) {
        return new Limit(kind, new BigDecimal(value));
    }

    private static RuleResult result(
            Metric metric,
            String slice,
            Limit limit,
            double before,
            double after,
            double harmIncrease,
            Change.Kind kind,
            double estimate,
            double low,
            double high,
            Verdict verdict) {
        Rule rule = new Rule(
                new Location("t.yaml", 4, "rules[0]"),
                metric.id(),
                slice,
                Optional.empty(),
                List.of(limit),
                Rule.Role.FAIRNESS,
                Rule.Level.ERROR);
        Change change = new Change(
                kind,
                estimate,
                new Interval(low, high, 1 - 2 * 0.05),
                0.01,
                0.02,
                "method",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new RuleResult(
                rule,
                metric,
                new RuleResult.Numbers(962, 40, before, after, harmIncrease),
                new RuleResult.Tests(Optional.of(change), Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.of(verdict),
                "reason",
                List.of());
    }
}
