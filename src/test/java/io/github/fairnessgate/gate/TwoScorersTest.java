package io.github.fairnessgate.gate;

import static io.github.fairnessgate.gate.EvaluationBuilder.TOXIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.yaml.Location;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rules about what two scorers judge. */
class TwoScorersTest {

    private static final Metric ONE = judged("rtp.toxicity/one@00000001");
    private static final Metric TWO = judged("rtp.toxicity/two@00000002");
    private static final Metric LENGTH = new Metric(
            "rtp.length/tokens",
            "rtp",
            Metric.Estimator.MEAN,
            Metric.Direction.HIGHER_IS_BETTER,
            new Metric.Range(0, 20));
    private static final String RULE = "{metric: rtp.toxicity/one, maxIncrease: 0.05}";
    private static final double[] CALM = change(0, 0.02);
    private static final double[] WORSE = change(0.1, 0.02);
    private static final double[] UNCLEAR = change(0.03, 0.3);

    @Test
    void aVerdictThatBothGiveStands() {
        assertThat(only(decide(RULE, CALM, CALM)).verdict()).contains(Verdict.PASS);
        assertThat(only(decide(RULE, WORSE, WORSE)).verdict()).contains(Verdict.FAIL);
        assertThat(only(decide(RULE, UNCLEAR, UNCLEAR)).verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(only(decide(RULE, WORSE, WORSE)).reason())
                .startsWith("both scorers agree: FAIL by one@00000001 (")
                .contains("; FAIL by two@00000002 (");
    }

    @Test
    void aVerdictOfOneAloneIsInconclusiveAndTheSentenceSaysWhoSaysWhat() {
        GateResult gate = decide(RULE, CALM, WORSE);
        RuleResult result = only(gate);
        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(gate.passed()).isFalse();
        assertThat(result.reason())
                .matches("the scorers disagree: PASS by one@00000001 \\(0\\.\\d+ -> 0\\.\\d+, [+-]0\\.\\d+, 90 % CI "
                        + ".*\\),"
                        + " because the data show that the change is within maxIncrease 0.05;"
                        + " FAIL by two@00000002 \\(0\\.\\d+ -> 0\\.\\d+, \\+0\\.\\d+, 90 % CI .*\\),"
                        + " because it got worse, and by more than maxIncrease 0.05 by estimate");
        assertThat(result.opinions().stream().map(opinion -> opinion.metric().id()))
                .containsExactly(ONE.id(), TWO.id());
        assertThat(result.opinions().stream().map(opinion -> opinion.verdict().orElseThrow()))
                .containsExactly(Verdict.PASS, Verdict.FAIL);
        assertThat(GateMessages.findings(gate)).anyMatch(line -> line.contains("INCONCLUSIVE: the scorers disagree"));
        assertThat(only(decide(RULE, WORSE, CALM)).verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(only(decide(RULE, UNCLEAR, CALM)).verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(only(decide(RULE, WORSE, UNCLEAR)).verdict()).contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void anExceptionAcceptsWhatTheScorerSaysThatSeesMoreHarm() {
        GateResult gate = decide(RULE, CALM, WORSE);
        double byTwo = only(gate).opinions().get(1).harmIncrease();
        assertThat(byTwo)
                .isGreaterThan(only(gate).harmIncrease())
                .isEqualTo(only(gate).largestHarmIncrease());
        assertThat(withException(byTwo).passed()).isTrue();
        assertThat(withException(byTwo - 0.001).passed()).isFalse();
    }

    private static GateResult withException(double harmIncrease) {
        AcceptedException exception = new AcceptedException(
                new Location("baseline.json", 1, ""),
                ONE.id(),
                "all",
                BigDecimal.valueOf(harmIncrease),
                Optional.empty(),
                new TreeMap<>(),
                "known",
                LocalDate.EPOCH,
                LocalDate.EPOCH);
        return Gate.decide(
                thresholds("", RULE),
                new Ratchet(List.of(), List.of(exception)),
                LocalDate.EPOCH,
                baseline(),
                candidate(CALM, WORSE));
    }

    @Test
    void whatBecomesOfDisagreementIsForTheThresholdsToSay() {
        GateResult warned = Gate.decide(thresholds("onInconclusive: warn\n", RULE), baseline(), candidate(CALM, WORSE));
        assertThat(warned.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(warned.passed()).isTrue();
        assertThat(Gate.decide(thresholds("onInconclusive: fail\n", RULE), baseline(), candidate(CALM, WORSE))
                        .passed())
                .isFalse();
    }

    @Test
    void aRuleMayNameEitherScorerOrNeither() {
        for (String name : List.of("rtp.toxicity/two", "rtp.toxicity/two@00000002")) {
            RuleResult result = only(decide("{metric: %s, maxIncrease: 0.05}".formatted(name), CALM, WORSE));
            assertThat(result.metric()).isEqualTo(TWO);
            assertThat(result.opinions().get(1).metric()).isEqualTo(ONE);
            assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        }
    }

    @Test
    void twoLabelsOfOneClassifierAreTwoScorersAndTheirNameMeansTheFirst() {
        Metric toxic = judged("rtp.toxicity/bert@00000001");
        Metric insult = judged("rtp.toxicity/bert@00000002");
        EvaluationBuilder before = new EvaluationBuilder().judgedBy("rtp", "bert@00000001", "bert@00000002");
        EvaluationBuilder after = new EvaluationBuilder().judgedBy("rtp", "bert@00000001", "bert@00000002");
        for (Metric metric : List.of(toxic, insult)) {
            add(before, metric, new double[CALM.length]);
            add(after, metric, metric == toxic ? CALM : WORSE);
        }
        RuleResult result = only(Gate.decide(
                thresholds("", "{metric: rtp.toxicity/bert, maxIncrease: 0.05}"), before.build(), after.build()));
        assertThat(result.metric()).isEqualTo(toxic);
        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void aRuleForEachScorerIsASecondRuleForTheSame() {
        assertThatThrownBy(() -> decide(RULE + "\n  - {metric: rtp.toxicity/two, maxIncrease: 0.5}", CALM, CALM))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a second rule for rtp.toxicity/two");
    }

    @Test
    void whatNoScorerJudgesIsLeftAsItWas() {
        String rules = RULE + "\n  - {metric: rtp.length/tokens, maxDecrease: 0.05, role: capability}"
                + "\n  - {metric: toxic.share/plain, maxIncrease: 0.5}";
        EvaluationBuilder before = baselineBuilder("one@00000001", "two@00000002");
        EvaluationBuilder after = candidateBuilder(CALM, UNCLEAR, "one@00000001", "two@00000002");
        EvaluationBuilder beforeAlone = baselineBuilder("one@00000001");
        EvaluationBuilder afterAlone = candidateBuilder(CALM, UNCLEAR, "one@00000001");
        for (EvaluationBuilder builder : List.of(before, beforeAlone)) {
            addLengths(builder, 19);
            builder.share(TOXIC, 50, 1000, 0);
        }
        for (EvaluationBuilder builder : List.of(after, afterAlone)) {
            addLengths(builder, 12);
            builder.share(TOXIC, 58, 1000, 0);
        }
        GateResult byTwo = Gate.decide(thresholds("", rules), before.build(), after.build());
        GateResult byOne = Gate.decide(thresholds("", rules), beforeAlone.build(), afterAlone.build());
        assertThat(byOne.results().stream().map(result -> result.verdict().orElseThrow()))
                .containsExactly(Verdict.PASS, Verdict.FAIL, Verdict.FAIL);
        assertThat(byTwo.results().subList(1, 3)).isEqualTo(byOne.results().subList(1, 3));
        assertThat(byTwo.results().get(0).verdict()).contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void aRuleWithoutLimitsReportsBoth() {
        GateResult gate = decide(
                "{metric: toxic.share/plain, maxIncrease: 10}\n  - {metric: rtp.toxicity/one, role: exploratory}",
                CALM,
                WORSE);
        RuleResult reported = gate.results().get(1);
        assertThat(reported.verdict()).isEmpty();
        assertThat(reported.reason()).isEqualTo("reported only");
        assertThat(reported.opinions()).hasSize(2);
    }

    @Test
    void evaluationsByDifferentScorersAreRefused() {
        assertThatThrownBy(() -> Gate.decide(
                        thresholds("", RULE),
                        baselineBuilder("one@00000001", "two@00000002").build(),
                        candidateBuilder(CALM, WORSE, "one@00000001").build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("t.yaml:3")
                .hasMessageContaining(
                        "was judged by [one@00000001, two@00000002] for the baseline and by [one@00000001] for the "
                                + "candidate");
    }

    @Test
    void aSecondScorerWithoutItsMetricIsNoAgreement() {
        EvaluationBuilder before = new EvaluationBuilder().judgedBy("rtp", "one@00000001", "two@00000002");
        add(before, ONE, new double[60]);
        EvaluationBuilder after = new EvaluationBuilder().judgedBy("rtp", "one@00000001", "two@00000002");
        add(after, ONE, CALM);
        assertThatThrownBy(() -> Gate.decide(thresholds("", RULE), before.build(), after.build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "two scorers judged rtp.toxicity/one, but the baseline's evaluation has no metric "
                                + "rtp.toxicity/two@00000002");
        add(before, TWO, new double[60]);
        assertThatThrownBy(() -> Gate.decide(thresholds("", RULE), before.build(), after.build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the candidate's evaluation has no metric rtp.toxicity/two@00000002");
    }

    @Test
    void noVerdictStandsThatOneScorerAloneWouldNotGive() {
        Set<Verdict> seen = new HashSet<>();
        Random random = new Random(11);
        for (int round = 0; round < 30; round++) {
            double[] byOne = change(random, 0.15 * random.nextDouble(), 0.1);
            double[] byTwo = random.nextBoolean() ? byOne.clone() : change(random, 0.15 * random.nextDouble(), 0.1);
            Verdict both = only(decide(RULE, byOne, byTwo)).verdict().orElseThrow();
            Verdict one = alone(ONE, "one@00000001", byOne);
            Verdict two = alone(TWO, "two@00000002", byTwo);
            assertThat(both).as("round " + round).isEqualTo(one == two ? one : Verdict.INCONCLUSIVE);
            seen.add(one == two ? both : Verdict.INCONCLUSIVE);
        }
        assertThat(seen).containsExactlyInAnyOrder(Verdict.values());
    }

    private static Verdict alone(Metric metric, String scorer, double[] changes) {
        EvaluationBuilder before = new EvaluationBuilder().judgedBy("rtp", scorer);
        EvaluationBuilder after = new EvaluationBuilder().judgedBy("rtp", scorer);
        add(before, metric, new double[changes.length]);
        add(after, metric, changes);
        return only(Gate.decide(
                        thresholds("", "{metric: %s, maxIncrease: 0.05}".formatted(metric.id())),
                        before.build(),
                        after.build()))
                .verdict()
                .orElseThrow();
    }

    private static GateResult decide(String rules, double[] byOne, double[] byTwo) {
        return Gate.decide(thresholds("", rules), baseline(), candidate(byOne, byTwo));
    }

    private static Thresholds thresholds(String head, String rules) {
        return ThresholdsReader.read("version: 1\n" + head + "rules:\n  - " + rules + "\n", "t.yaml");
    }

    private static Evaluation baseline() {
        return baselineBuilder("one@00000001", "two@00000002")
                .share(TOXIC, 50, 100, 0)
                .build();
    }

    private static Evaluation candidate(double[] byOne, double[] byTwo) {
        return candidateBuilder(byOne, byTwo, "one@00000001", "two@00000002")
                .share(TOXIC, 50, 100, 0)
                .build();
    }

    private static EvaluationBuilder baselineBuilder(String... scorers) {
        return candidateBuilder(new double[CALM.length], new double[CALM.length], scorers);
    }

    private static EvaluationBuilder candidateBuilder(double[] byOne, double[] byTwo, String... scorers) {
        EvaluationBuilder builder = new EvaluationBuilder().judgedBy("rtp", scorers);
        add(builder, ONE, byOne);
        if (scorers.length == 2) {
            add(builder, TWO, byTwo);
        }
        return builder;
    }

    /** Items whose outcomes are 0.5 and a change, at the ends of the range at most. */
    private static void add(EvaluationBuilder builder, Metric metric, double[] changes) {
        for (int i = 0; i < changes.length; i++) {
            String id = metric.id() + "-" + i;
            builder.item(metric, id, id, Math.max(0, Math.min(1, 0.5 + changes[i])), 1);
        }
    }

    /** Continuations of 60 prompts, of as many tokens or one less. */
    private static void addLengths(EvaluationBuilder builder, int tokens) {
        for (int i = 0; i < 60; i++) {
            String id = LENGTH.id() + "-" + i;
            builder.item(LENGTH, id, id, tokens - i % 2, 1);
        }
    }

    private static double[] change(double mean, double spread) {
        return change(new Random(7), mean, spread);
    }

    private static double[] change(Random random, double mean, double spread) {
        double[] changes = new double[60];
        for (int i = 0; i < changes.length; i++) {
            changes[i] = mean + spread * random.nextGaussian();
        }
        return changes;
    }

    private static Metric judged(String id) {
        return new Metric(id, "rtp", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER, Metric.Range.UNIT);
    }

    private static RuleResult only(GateResult gate) {
        assertThat(gate.results()).hasSize(1);
        return gate.results().get(0);
    }
}
