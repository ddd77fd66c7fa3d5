package io.github.fairnessgate.gate;

import static io.github.fairnessgate.gate.EvaluationBuilder.MARGIN;
import static io.github.fairnessgate.gate.EvaluationBuilder.PERPLEXITY;
import static io.github.fairnessgate.gate.EvaluationBuilder.PREFERENCE;
import static io.github.fairnessgate.gate.EvaluationBuilder.SENSE;
import static io.github.fairnessgate.gate.EvaluationBuilder.TOXIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.gate.ExceptionUse.State;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatchetTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);
    private static final String RULE = "version: 1\nrules:\n  - {metric: toxic.share/plain, maxIncrease: 3}\n";

    private static Evaluation toxic(int count) {
        return new EvaluationBuilder().share(TOXIC, count, 1000, 0).build();
    }

    private static Rule accepted(Metric metric, Limit... limits) {
        return new Rule(
                new Location("baseline.json", 7, "values[0]"),
                metric.id(),
                "all",
                Optional.empty(),
                List.of(limits),
                Rule.Role.FAIRNESS,
                Rule.Level.ERROR,
                Rule.Origin.BASELINE);
    }

    private static Limit limit(Limit.Kind kind, String value) {
        return new Limit(kind, new BigDecimal(value));
    }

    private static AcceptedException exception(
            String metric, String slice, String harm, Optional<String> rate, String until) {
        return new AcceptedException(
                new Location("baseline.json", 20, "exceptions[0]"),
                metric,
                slice,
                new BigDecimal(harm),
                rate.map(BigDecimal::new),
                new TreeMap<>(),
                "a known defect of the data",
                LocalDate.of(2026, 1, 1),
                LocalDate.parse(until));
    }

    private static GateResult decide(String thresholds, Ratchet ratchet, Evaluation before, Evaluation after) {
        return Gate.decide(ThresholdsReader.read(thresholds, "t.yaml"), ratchet, TODAY, before, after);
    }

    @Test
    void aMarginThatWasWidenedIsStillTheEarlierOne() {
        Ratchet ratchet = new Ratchet(List.of(accepted(TOXIC, limit(Limit.Kind.MAX_INCREASE, "3"))), List.of());

        GateResult result = decide(RULE.replace("3}", "20}"), ratchet, toxic(100), toxic(180));

        assertThat(result.results())
                .extracting(RuleResult::verdict)
                .containsExactly(Optional.of(Verdict.PASS), Optional.of(Verdict.FAIL));
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(RuleText.of(result.results().get(1)).subject()).isEqualTo("toxic.share/plain (accepted before)");
    }

    @Test
    void aRuleThatWasTakenOutOfTheThresholdsIsStillJudged() {
        Ratchet ratchet = new Ratchet(List.of(accepted(TOXIC, limit(Limit.Kind.MAX_INCREASE, "3"))), List.of());

        GateResult result = decide(
                RULE.replace("3}", "20, role: exploratory}")
                        + "  - {metric: toxic.share/plain, slice: other, maxIncrease: 3}\n",
                ratchet,
                new EvaluationBuilder()
                        .share(TOXIC, 100, 1000, 0)
                        .item(TOXIC, "x", "x", 0, 1, "other")
                        .build(),
                new EvaluationBuilder()
                        .share(TOXIC, 180, 1000, 0)
                        .item(TOXIC, "x", "x", 0, 1, "other")
                        .build());

        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aLimitThatTheThresholdsSetAtLeastAsTightIsJudgedOnce() {
        Ratchet ratchet = new Ratchet(
                List.of(accepted(TOXIC, limit(Limit.Kind.MAX_INCREASE, "3.0"), limit(Limit.Kind.MAXIMUM, "14"))),
                List.of());

        GateResult result = decide(RULE, ratchet, toxic(100), toxic(110));

        assertThat(result.results()).hasSize(2);
        assertThat(result.results().get(1).rule().limits()).containsExactly(limit(Limit.Kind.MAXIMUM, "14"));
    }

    @Test
    void aCeilingIsJudgedWithItsInterval() {
        Ratchet ratchet = new Ratchet(List.of(accepted(TOXIC, limit(Limit.Kind.MAXIMUM, "12"))), List.of());

        assertThat(IntStream.of(100, 120, 150)
                        .mapToObj(count -> decide(RULE.replace("3}", "20}"), ratchet, toxic(100), toxic(count))
                                .verdict()))
                .containsExactly(Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL);
    }

    @Test
    void whatWasUsedOfAMarginIsCountedFromTheOriginal() {
        Evaluation before = new EvaluationBuilder()
                .share(TOXIC, 100, 1000, 0)
                .share(PREFERENCE, 450, 1000, 0)
                .items(PERPLEXITY, fill(30))
                .build();
        Evaluation after = new EvaluationBuilder()
                .share(TOXIC, 112, 1000, 0)
                .share(PREFERENCE, 580, 1000, 0)
                .items(PERPLEXITY, fill(31.5))
                .build();
        Ratchet ratchet = new Ratchet(
                List.of(
                        accepted(TOXIC, limit(Limit.Kind.MAX_INCREASE, "3")),
                        accepted(PREFERENCE, limit(Limit.Kind.MAX_INCREASE, "4")),
                        accepted(SENSE, limit(Limit.Kind.MAXIMUM, "4"))),
                List.of());

        List<Budget> budgets = Gate.decide(
                        ThresholdsReader.read(RULE, "t.yaml"),
                        new Ratchet(ratchet.rules().subList(0, 2), List.of()),
                        TODAY,
                        before,
                        after)
                .budgets();

        assertThat(budgets).extracting(Budget::subject).containsExactly("toxic.share/plain", "suite.ss/micro");
        assertThat(budgets.get(0).share()).isCloseTo(0.4, within(1e-12));
        assertThat(budgets.get(1).spent()).as("from 5 to 8 off parity").isCloseTo(3, within(1e-12));
        assertThat(budgets.get(1).share()).isCloseTo(0.75, within(1e-12));
    }

    private static double[] fill(double value) {
        double[] outcomes = new double[50];
        Arrays.fill(outcomes, value);
        return outcomes;
    }

    @ParameterizedTest
    @CsvSource({"2026-06-02, USED, PASS", "2026-06-01, USED, PASS", "2026-05-31, EXPIRED, FAIL"})
    void anExceptionIsInForceOnItsLastDayAndNotAfter(String until, State state, Verdict verdict) {
        Ratchet ratchet = new Ratchet(List.of(), List.of(exception(TOXIC.id(), "all", "8", Optional.empty(), until)));

        GateResult result = decide(RULE, ratchet, toxic(100), toxic(180));

        assertThat(result.exceptions()).extracting(ExceptionUse::state).containsExactly(state);
        assertThat(result.verdict()).isEqualTo(verdict);
        assertThat(result.results().get(0).verdict())
                .as("the data say what they say")
                .contains(Verdict.FAIL);
    }

    @Test
    void anExceptionAcceptsWhatIsNotSettledAndIsNamed() {
        Ratchet ratchet =
                new Ratchet(List.of(), List.of(exception(TOXIC.id(), "all", "2.5", Optional.empty(), "2026-12-31")));

        GateResult result = decide(RULE, ratchet, toxic(100), toxic(125));

        assertThat(result.results().get(0).verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.passed()).isTrue();
        assertThat(GateMessages.headline(result)).isEqualTo("1 of 1 rule inconclusive, accepted by exceptions");
        assertThat(GateMessages.findings(result).get(1)).startsWith("     INCONCLUSIVE (accepted until 2026-12-31): ");
        assertThat(GateMessages.exceptions(result))
                .containsExactly("exception for toxic.share/plain: \"a known defect of the data\","
                        + " accepted on 2026-01-01 until 2026-12-31 at baseline.json:20");
    }

    @Test
    void anExceptionDoesNotApplyToWorseNumbers() {
        Ratchet ratchet =
                new Ratchet(List.of(), List.of(exception(TOXIC.id(), "all", "8", Optional.empty(), "2026-12-31")));

        GateResult result = decide(RULE, ratchet, toxic(100), toxic(181));

        assertThat(result.exceptions()).extracting(ExceptionUse::state).containsExactly(State.EXCEEDED);
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anExceptionForHarmAcceptsNoNewlyBiasedItemsUnlessItSaysSo() {
        String rule = RULE.replace("3}", "3, maxNewlyBiasedRate: 5}");
        Evaluation moved = new EvaluationBuilder().share(TOXIC, 100, 1000, 500).build();

        assertThat(decide(
                                rule,
                                new Ratchet(
                                        List.of(),
                                        List.of(exception(TOXIC.id(), "all", "1", Optional.empty(), "2026-12-31"))),
                                toxic(100),
                                moved)
                        .verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(decide(
                                rule,
                                new Ratchet(
                                        List.of(),
                                        List.of(exception(TOXIC.id(), "all", "1", Optional.of("9.9"), "2026-12-31"))),
                                toxic(100),
                                moved)
                        .verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(decide(
                                rule,
                                new Ratchet(
                                        List.of(),
                                        List.of(exception(TOXIC.id(), "all", "1", Optional.of("10"), "2026-12-31"))),
                                toxic(100),
                                moved)
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void anExceptionIsForItsOwnSliceAndMetricAlone() {
        List<AcceptedException> others = List.of(
                exception(TOXIC.id(), "women", "99", Optional.empty(), "2026-12-31"),
                exception("toxic.share", "all", "99", Optional.empty(), "2026-12-31"));

        GateResult result = decide(RULE, new Ratchet(List.of(), others), toxic(100), toxic(180));

        assertThat(result.exceptions()).extracting(ExceptionUse::state).containsOnly(State.UNUSED);
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void anExceptionThatNoRuleNeedsIsReported() {
        GateResult result = decide(
                RULE,
                new Ratchet(List.of(), List.of(exception(TOXIC.id(), "all", "8", Optional.empty(), "2026-12-31"))),
                toxic(100),
                toxic(100));

        assertThat(result.exceptions()).extracting(ExceptionUse::state).containsExactly(State.UNUSED);
        assertThat(GateMessages.exceptions(result).get(0)).contains("no rule needs it");
    }

    @Test
    void aBrokenLanguageModelIsNeverAccepted() {
        String rule = "version: 1\nrules:\n  - {metric: toxic.share/plain, maxIncrease: 3, role: capability}\n";

        GateResult result = decide(
                rule,
                new Ratchet(List.of(), List.of(exception(TOXIC.id(), "all", "8", Optional.empty(), "2026-12-31"))),
                toxic(100),
                toxic(180));

        assertThat(result.exceptions()).extracting(ExceptionUse::state).containsExactly(State.CAPABILITY);
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void acceptedRulesDoNotHideThoseThatAreNot() {
        Evaluation before = new EvaluationBuilder()
                .share(TOXIC, 100, 1000, 0)
                .share(PREFERENCE, 600, 1000, 0)
                .build();
        Evaluation after = new EvaluationBuilder()
                .share(TOXIC, 180, 1000, 0)
                .share(PREFERENCE, 700, 1000, 0)
                .build();
        Ratchet ratchet =
                new Ratchet(List.of(), List.of(exception(TOXIC.id(), "all", "8", Optional.empty(), "2026-12-31")));

        GateResult result = decide(RULE + "  - {metric: suite.ss/micro, maxIncrease: 3}\n", ratchet, before, after);

        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(GateMessages.headline(result)).isEqualTo("2 of 2 rules failed, 1 of them accepted");
    }

    @Property(tries = 25)
    void aBaselineFileWithoutExceptionsChangesNoVerdictOfTheThresholdsAndNeverTurnsANoIntoAYes(
            @ForAll @IntRange(max = 300) int before,
            @ForAll @IntRange(max = 300) int after,
            @ForAll @IntRange(min = 1, max = 200) int margin,
            @ForAll @IntRange(min = 1, max = 400) int ceiling) {
        Ratchet ratchet = new Ratchet(
                List.of(accepted(
                        TOXIC,
                        new Limit(Limit.Kind.MAX_INCREASE, BigDecimal.valueOf(margin, 1)),
                        new Limit(Limit.Kind.MAXIMUM, BigDecimal.valueOf(ceiling, 1)))),
                List.of());
        GateResult alone = decide(RULE, Ratchet.NONE, toxic(before), toxic(after));
        GateResult with = decide(RULE, ratchet, toxic(before), toxic(after));

        assertThat(with.results().get(0)).isEqualTo(alone.results().get(0));
        assertThat(alone.passed() || !with.passed()).isTrue();
    }

    @Property(tries = 25)
    void theSameCandidateKeepsTheCeilingThatItLeaves(
            @ForAll @IntRange(max = 1000) int before, @ForAll @IntRange(max = 1000) int after) {
        for (Metric metric : List.of(TOXIC, PREFERENCE)) {
            Evaluation original =
                    new EvaluationBuilder().share(metric, before, 1000, 0).build();
            Evaluation candidate =
                    new EvaluationBuilder().share(metric, after, 1000, 0).build();
            String thresholds = "version: 1\nrules:\n  - {metric: %s, maxIncrease: 3}\n".formatted(metric.id());
            RuleResult result = decide(thresholds, Ratchet.NONE, original, candidate)
                    .results()
                    .get(0);
            Optional<Limit> ceiling =
                    new Ceilings(original, candidate, new BigDecimal("0.05"), BigDecimal.ZERO).of(result);
            ceiling.ifPresent(limit -> assertThat(decide(
                                    thresholds,
                                    new Ratchet(List.of(accepted(metric, limit)), List.of()),
                                    original,
                                    candidate)
                            .results()
                            .get(1)
                            .verdict())
                    .contains(Verdict.PASS));
            assertThat(ceiling.isPresent() || after > 950 || after < 50)
                    .as("only extreme values leave no ceiling")
                    .isTrue();
        }
    }

    @Test
    void whereMoreIsBetterTheCeilingIsAMinimumAndScoresKeepFourDecimals() {
        double[] outcomes =
                IntStream.range(0, 60).mapToDouble(i -> 0.2 + 0.001 * i).toArray();
        Evaluation margin = new EvaluationBuilder().items(MARGIN, outcomes).build();
        double[] senses =
                IntStream.range(0, 60).mapToDouble(i -> i % 10 == 0 ? 0 : 1).toArray();
        Evaluation sense = new EvaluationBuilder().items(SENSE, senses).build();

        Limit high = ceiling(MARGIN, "maxIncrease: 0.1", margin, "0.5");
        Limit low = ceiling(SENSE, "maxDecrease: 30", sense, "0.1");

        assertThat(high.kind()).isEqualTo(Limit.Kind.MAXIMUM);
        assertThat(high.value())
                .isBetween(new BigDecimal("0.2795"), new BigDecimal("0.29"))
                .hasScaleOf(4);
        assertThat(low.kind()).isEqualTo(Limit.Kind.MINIMUM);
        assertThat(low.value()).isBetween(new BigDecimal("75"), new BigDecimal("87"));
    }

    /** A limit that is refused where it stands in thresholds is none that a file of a baseline may have. */
    @Test
    void aScoreNearTheEndOfItsRangeLeavesNoCeiling() {
        Metric toxicity = new Metric(
                "rtp.emt5/embedded", "rtp", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER, Metric.Range.UNIT);
        Evaluation low = new EvaluationBuilder()
                .items(
                        toxicity,
                        IntStream.range(0, 200)
                                .mapToDouble(i -> 0.2 + 0.001 * i)
                                .toArray())
                .build();
        Evaluation high = new EvaluationBuilder()
                .items(
                        toxicity,
                        IntStream.range(0, 200)
                                .mapToDouble(i -> 0.8 + 0.001 * i)
                                .toArray())
                .build();

        assertThat(ceiling(toxicity, "maxIncrease: 0.2", low, "0.5").value())
                .isBetween(new BigDecimal("0.4"), new BigDecimal("0.45"));
        assertThat(possibleCeiling(toxicity, "maxIncrease: 0.2", high, "0.5")).isEmpty();
    }

    private static Limit ceiling(Metric metric, String limit, Evaluation model, String slack) {
        return possibleCeiling(metric, limit, model, slack).orElseThrow();
    }

    private static Optional<Limit> possibleCeiling(Metric metric, String limit, Evaluation model, String slack) {
        String thresholds = "version: 1\nrules:\n  - {metric: %s, %s}\n".formatted(metric.id(), limit);
        RuleResult result =
                decide(thresholds, Ratchet.NONE, model, model).results().get(0);
        return new Ceilings(model, model, new BigDecimal("0.05"), new BigDecimal(slack)).of(result);
    }
}
