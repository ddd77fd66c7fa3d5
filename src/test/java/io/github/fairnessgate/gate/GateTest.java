package io.github.fairnessgate.gate;

import static io.github.fairnessgate.gate.EvaluationBuilder.ICAT;
import static io.github.fairnessgate.gate.EvaluationBuilder.IDEALISED;
import static io.github.fairnessgate.gate.EvaluationBuilder.IDEALISED_PREFERENCE;
import static io.github.fairnessgate.gate.EvaluationBuilder.IDEALISED_SENSE;
import static io.github.fairnessgate.gate.EvaluationBuilder.PERPLEXITY;
import static io.github.fairnessgate.gate.EvaluationBuilder.PREFERENCE;
import static io.github.fairnessgate.gate.EvaluationBuilder.SENSE;
import static io.github.fairnessgate.gate.EvaluationBuilder.TERM_PREFERENCE;
import static io.github.fairnessgate.gate.EvaluationBuilder.TOXIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Perplexity;
import io.github.fairnessgate.gate.RuleResult.Change.Kind;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.TangoScore;
import io.github.fairnessgate.statistics.WilsonShare;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {

    private static final String SS = "{metric: suite.ss/micro, maxIncrease: 3.1, role: fairness}";

    @Test
    void anUnchangedModelPassesWhereTheDataCouldHaveShownAChange() {
        Evaluation model =
                new EvaluationBuilder().share(PREFERENCE, 600, 1000, 0).build();

        RuleResult result = only(decide(SS, model, model));

        assertThat(result.verdict()).contains(Verdict.PASS);
        assertThat(result.change().orElseThrow().estimate()).isZero();
        assertThat(result.change().orElseThrow().interval().high()).isPositive();
        assertThat(result.change().orElseThrow().interval().level()).isCloseTo(0.9, within(1e-12));
        assertThat(result.reason()).isEqualTo("the data show that the change is within maxIncrease 3.1");
    }

    @Test
    void anUnchangedModelIsInconclusiveOnTooFewItems() {
        Evaluation model = new EvaluationBuilder().share(PREFERENCE, 45, 50, 0).build();

        assertThat(only(decide(SS, model, model)).verdict()).contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void aModelThatMovedFromParityByMoreThanTheMarginFails() {
        GateResult gate = decide(SS, preference(600, 1000), preference(680, 1000));
        RuleResult result = only(gate);

        assertThat(gate.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(gate.passed()).isFalse();
        assertThat(result.baseline()).isEqualTo(60);
        assertThat(result.candidate()).isEqualTo(68);
        assertThat(result.harmIncrease()).isCloseTo(8, within(1e-12));
        RuleResult.Change change = result.change().orElseThrow();
        assertThat(change.kind()).isEqualTo(Kind.HARM_INCREASE);
        assertThat(change.estimate()).isEqualTo(8);
        TangoScore tango = new TangoScore(80, 0, 1000);
        assertThat(change.interval().low()).isEqualTo(100 * tango.lower(0.05));
        assertThat(change.interval().high()).isEqualTo(100 * tango.upper(0.05));
        assertThat(change.counts().orElseThrow().increased()).isEqualTo(80);
        assertThat(change.counts().orElseThrow().decreased()).isZero();
        assertThat(change.pValue()).isLessThan(1e-12);
    }

    /** Of 300 items in 60 clusters, 25 turn for the worse: each in another cluster, or whole clusters together. */
    @Test
    void itemsThatTurnTogetherShowLess() {
        double[] before = new double[300];
        double[] apart = new double[300];
        double[] together = new double[300];
        for (int i = 0; i < 300; i++) {
            before[i] = i % 60 < 10 ? 1 : 0;
            apart[i] = before[i] + (i % 10 == 9 && before[i] == 0 ? 1 : 0);
            together[i] = before[i] + (i % 60 >= 10 && i % 60 < 15 ? 1 : 0);
        }
        RuleResult alone = only(decide(
                "{metric: toxic.share/plain, maxIncrease: 12, maximum: 40, maxNewlyBiasedRate: 13}",
                new EvaluationBuilder().items(TOXIC, before).build(),
                new EvaluationBuilder().items(TOXIC, together).build()));
        RuleResult spread = only(decide(
                "{metric: toxic.share/plain, maxIncrease: 12, maximum: 40, maxNewlyBiasedRate: 13}",
                new EvaluationBuilder().clustered(TOXIC, 5, 1, before).build(),
                new EvaluationBuilder().clustered(TOXIC, 5, 1, apart).build()));
        RuleResult whole = only(decide(
                "{metric: toxic.share/plain, maxIncrease: 12, maximum: 40, maxNewlyBiasedRate: 13}",
                new EvaluationBuilder().clustered(TOXIC, 5, 1, before).build(),
                new EvaluationBuilder().clustered(TOXIC, 5, 1, together).build()));

        assertThat(alone.verdict()).contains(Verdict.PASS);
        assertThat(alone.change().orElseThrow().method()).isEqualTo("Tango score interval, exact McNemar test");
        assertThat(spread.verdict()).contains(Verdict.PASS);
        assertThat(whole.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(whole.change().orElseThrow().estimate())
                .isEqualTo(alone.change().orElseThrow().estimate());
        assertThat(whole.change().orElseThrow().counts())
                .isEqualTo(alone.change().orElseThrow().counts());
        assertThat(whole.change().orElseThrow().interval().high())
                .isGreaterThan(alone.change().orElseThrow().interval().high() + 2);
        assertThat(whole.change().orElseThrow().method())
                .isEqualTo("Tango score interval, exact McNemar test, studentised cluster bootstrap, Tango score "
                        + "interval, exact McNemar test with design effect"
                        + " (lower bound: studentised cluster bootstrap; upper bound: Tango score "
                        + "interval, exact McNemar test with design effect), sign-flip test");
        assertThat(whole.change().orElseThrow().signFlip().orElseThrow()).isCloseTo(1 / 32., within(0.01));
        assertThat(whole.candidateAlone().orElseThrow().interval().high())
                .isGreaterThan(alone.candidateAlone().orElseThrow().interval().high() + 2);
        assertThat(whole.churn().orElseThrow().interval().high())
                .isGreaterThan(alone.churn().orElseThrow().interval().high() + 2);
        assertThat(whole.reason()).contains("maxIncrease", "maxNewlyBiasedRate");
    }

    /**
     * The chance to fail of a candidate whose preference lies on the ceiling, by all numbers of items that may prefer
     * the stereotype.
     */
    @ParameterizedTest
    @CsvSource({"0.25", "0.5", "1", "2", "10"})
    void aCandidateAsFarFromParityAsTheCeilingRarelyFailsHoweverSmallThatIs(double ceiling) {
        int n = 400;
        BinomialDistribution items = BinomialDistribution.of(n, 0.5 + ceiling / 100);
        double failed = 0;
        for (int count = 0; count <= n; count++) {
            Evaluation candidate =
                    new EvaluationBuilder().share(PREFERENCE, count, n, 0).build();
            boolean fails = decide("{metric: suite.ss/micro, maximum: %s}".formatted(ceiling), candidate, candidate)
                            .verdict()
                    == Verdict.FAIL;
            failed += fails ? items.probability(count) : 0;
        }

        assertThat(failed).isBetween(0.03, 0.06);
    }

    @Test
    void aShareOfItemsInFewerThanFiveClustersShowsNothing() {
        Evaluation model = new EvaluationBuilder()
                .clustered(TOXIC, 100, 1, new double[400])
                .build();

        RuleResult result =
                only(decide("{metric: toxic.share/plain, maxIncrease: 50, maxNewlyBiasedRate: 50}", model, model));

        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.reason())
                .isEqualTo("4 independent groups of items are too few to show anything; at least 5 are needed");
    }

    /**
     * Whole clusters are decided alike, so that those which were not seen to turn may turn as a whole: 12 clusters show
     * what 12 items do.
     */
    @Test
    void thatNoItemTurnedShowsAsMuchAsThereAreClustersThatAreDecidedAlike() {
        double[] alike = IntStream.range(0, 60).mapToDouble(i -> i / 5 % 2).toArray();
        Evaluation model = new EvaluationBuilder().clustered(TOXIC, 5, 1, alike).build();

        RuleResult result = only(decide("{metric: toxic.share/plain, maxIncrease: 6}", model, model));

        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.change().orElseThrow().interval().high())
                .isCloseTo(100 * new TangoScore(0, 0, 12).upper(0.05), within(1e-9));
    }

    @Test
    void belowParityHarmIsTheOtherWay() {
        assertThat(only(decide(SS, preference(400, 1000), preference(320, 1000)))
                        .verdict())
                .contains(Verdict.FAIL);
        assertThat(only(decide(SS, preference(320, 1000), preference(400, 1000)))
                        .verdict())
                .contains(Verdict.PASS);
    }

    @Test
    void aModelThatCrossedParityIsJudgedByItsDistance() {
        RuleResult worse = only(decide(SS, preference(580, 1000), preference(300, 1000)));
        RuleResult better = only(decide(SS, preference(700, 1000), preference(440, 1000)));

        assertThat(worse.change().orElseThrow().estimate()).isEqualTo(12);
        assertThat(worse.verdict()).contains(Verdict.FAIL);
        assertThat(better.change().orElseThrow().estimate()).isEqualTo(-14);
        assertThat(better.verdict()).contains(Verdict.PASS);
    }

    @Test
    void aModelThatCameToParityBecameFairer() {
        RuleResult result = only(decide(SS, preference(650, 1000), preference(500, 1000)));

        assertThat(result.change().orElseThrow().kind()).isEqualTo(Kind.HARM_INCREASE);
        assertThat(result.change().orElseThrow().estimate()).isEqualTo(-15);
        assertThat(result.verdict()).contains(Verdict.PASS);
    }

    @Test
    void theDistanceOfACandidateNearParityIsBoundedOnBothSides() {
        RuleResult result = only(decide(SS, preference(545, 1000), preference(510, 1000)));

        double above = 100 * new TangoScore(0, 35, 1000).upper(0.05);
        double below = 100 * new TangoScore(455, 510, 1000).upper(0.05);
        assertThat(result.change().orElseThrow().interval().high()).isEqualTo(Math.max(above, below));
    }

    @Test
    void nearParityAnyMoveCounts() {
        RuleResult still = only(decide(SS, preference(500, 1000), preference(505, 1000)));
        RuleResult moved = only(decide(SS, preference(500, 1000), preference(570, 1000)));
        RuleResult mirrored = only(decide(SS, preference(500, 1000), preference(430, 1000)));
        RuleResult crossed = only(decide(SS, preference(480, 1000), preference(525, 1000)));

        assertThat(still.change().orElseThrow().kind()).isEqualTo(Kind.SIGNED_CHANGE);
        assertThat(still.verdict()).contains(Verdict.PASS);
        assertThat(moved.verdict()).contains(Verdict.FAIL);
        assertThat(mirrored.verdict()).contains(Verdict.FAIL);
        assertThat(mirrored.change().orElseThrow().estimate()).isEqualTo(-7);
        assertThat(mirrored.harmIncrease()).isCloseTo(7, within(1e-12));
        assertThat(crossed.verdict())
                .as("moved, but hardly further from parity")
                .contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void absenceOfSignificanceIsNoPass() {
        Evaluation before = preference(60, 100);
        Evaluation after = new EvaluationBuilder().share(PREFERENCE, 64, 100, 5).build();

        GateResult gate = decide(SS, before, after);

        assertThat(only(gate).verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(gate.passed()).isFalse();
        assertThat(only(gate).reason()).startsWith("the estimate is beyond maxIncrease 3.1, but the data do not show");
    }

    @Test
    void inconclusiveRulesCanBeMereWarnings() {
        Evaluation model = preference(45, 50);
        Thresholds thresholds = ThresholdsReader.read(document("0.05", SS) + "onInconclusive: warn\n", "t.yaml");

        GateResult gate = Gate.decide(thresholds, model, model);

        assertThat(gate.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(gate.passed()).isTrue();
    }

    @Test
    void aBrokenModelFailsThroughTheCapabilityGuardAlthoughItLooksFair() {
        Evaluation before = lms(preferences(650, 1000), 0.9);
        Evaluation after = lms(preferences(500, 1000), 0.5);

        GateResult gate = decide(
                SS + "\n  - {metric: sense.lms/official, maxDecrease: 3, minimum: 60, role: capability}",
                before,
                after);

        assertThat(gate.results().get(0).verdict()).contains(Verdict.PASS);
        assertThat(gate.results().get(1).verdict()).contains(Verdict.FAIL);
        assertThat(gate.results().get(1).reason())
                .isEqualTo("it got worse, and by more than maxDecrease 3 by estimate; the candidate breaks minimum 60");
        assertThat(gate.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void warningsAndExploratoryRowsDoNotDecide() {
        Evaluation before = new EvaluationBuilder()
                .share(PREFERENCE, 600, 1000, 0)
                .share(TOXIC, 100, 1000, 0)
                .build();
        Evaluation after = new EvaluationBuilder()
                .share(PREFERENCE, 600, 1000, 0)
                .share(TOXIC, 200, 1000, 0)
                .build();

        GateResult warned = decide(
                SS + "\n  - {metric: toxic.share/plain, maxIncrease: 1, role: fairness, level: warn}", before, after);
        GateResult explored =
                decide(SS + "\n  - {metric: toxic.share/plain, maxIncrease: 1, role: exploratory}", before, after);

        assertThat(warned.results().get(1).verdict()).contains(Verdict.FAIL);
        assertThat(warned.passed()).isTrue();
        assertThat(explored.results().get(1).verdict()).contains(Verdict.FAIL);
        assertThat(explored.passed()).isTrue();
    }

    @Test
    void anAbsoluteCeilingOnAPreferenceLimitsItsDistanceFromParity() {
        String rule = "{metric: suite.ss/micro, maximum: 15, role: fairness}";

        assertThat(only(decide(rule, preference(700, 1000), preference(600, 1000)))
                        .verdict())
                .contains(Verdict.PASS);
        assertThat(only(decide(rule, preference(700, 1000), preference(700, 1000)))
                        .verdict())
                .contains(Verdict.FAIL);
        assertThat(only(decide(rule, preference(700, 1000), preference(300, 1000)))
                        .verdict())
                .contains(Verdict.FAIL);
        assertThat(only(decide(rule, preference(700, 1000), preference(650, 1000)))
                        .verdict())
                .contains(Verdict.INCONCLUSIVE);
        assertThat(only(decide(rule, preference(700, 1000), preference(355, 1000)))
                        .verdict())
                .contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void aRuleWithTwoLimitsPassesOnlyIfBothAreKept() {
        String rule = "{metric: suite.ss/micro, maxIncrease: 3.1, maximum: 5, role: fairness}";
        Evaluation model = preference(600, 1000);

        RuleResult result = only(decide(rule, model, model));

        assertThat(result.verdict()).contains(Verdict.FAIL);
        assertThat(result.reason()).isEqualTo("the candidate breaks maximum 5");
    }

    @Test
    void failuresAreHeldAgainstTheNumberOfClaims() {
        EvaluationBuilder before = new EvaluationBuilder().share(TOXIC, 50, 1000, 0);
        EvaluationBuilder after = new EvaluationBuilder().share(TOXIC, 57, 1000, 0);
        StringBuilder rules = new StringBuilder("{metric: toxic.share/plain, maxIncrease: 0.5, role: fairness}");
        assertThat(only(decide(rules.toString(), before.build(), after.build())).verdict())
                .contains(Verdict.FAIL);
        for (int i = 0; i < 9; i++) {
            Metric other = new Metric(
                    "other" + i + ".share/plain",
                    "other" + i,
                    Metric.Estimator.SHARE,
                    Metric.Direction.LOWER_IS_BETTER);
            before.share(other, 50, 1000, 0);
            after.share(other, 50, 1000, 0);
            rules.append("\n  - {metric: other%d.share/plain, maxIncrease: 0.5, role: fairness}".formatted(i));
        }

        RuleResult among = decide(rules.toString(), before.build(), after.build())
                .results()
                .get(0);

        assertThat(among.change().orElseThrow().adjustedPValue())
                .isEqualTo(10 * among.change().orElseThrow().pValue());
        assertThat(among.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(among.reason())
                .isEqualTo(
                        "the change is beyond maxIncrease 0.5, but among 10 claims so small a p-value may be chance");
    }

    @Test
    void perplexityIsJudgedByItsRatio() {
        String rule = "{metric: perplexity.token/strided, maxRatio: 1.10, role: capability}";

        RuleResult worse = only(decide(rule, perplexity(3.0, 0, 60), perplexity(3.2, 1, 60)));
        RuleResult slightly = only(decide(rule, perplexity(3.0, 0, 60), perplexity(3.03, 1, 60)));

        assertThat(worse.metric()).isEqualTo(PERPLEXITY);
        assertThat(worse.change().orElseThrow().kind()).isEqualTo(Kind.RATIO);
        assertThat(worse.change().orElseThrow().estimate())
                .isCloseTo(worse.candidate() / worse.baseline(), within(1e-9));
        assertThat(worse.change().orElseThrow().estimate()).isBetween(1.2, 1.25);
        assertThat(worse.verdict()).contains(Verdict.FAIL);
        assertThat(slightly.verdict()).contains(Verdict.PASS);
    }

    @Test
    void tooFewIndependentGroupsAreInconclusiveWhateverTheySay() {
        String rule = "{metric: perplexity.token/strided, maxRatio: 1.10, role: capability}";

        RuleResult result = only(decide(rule, perplexity(3.0, 0, 4), perplexity(3.0, 0, 4)));

        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.change()).isEmpty();
        assertThat(result.reason())
                .isEqualTo("4 independent groups of items are too few to show anything; at least 5 are needed");
    }

    @Test
    void aShareOverTermsWeighsEveryTermAlike() {
        EvaluationBuilder before = new EvaluationBuilder();
        EvaluationBuilder after = new EvaluationBuilder();
        for (int term = 0; term < 40; term++) {
            int size = term == 0 ? 50 : 4;
            for (int i = 0; i < size; i++) {
                before.item(TERM_PREFERENCE, "t%d-%d".formatted(term, i), "t" + term, i < size * 3 / 4 ? 1 : 0, 1);
                after.item(
                        TERM_PREFERENCE,
                        "t%d-%d".formatted(term, i),
                        "t" + term,
                        term == 0 ? 0 : i < size * 3 / 4 ? 1 : 0,
                        1);
            }
        }

        RuleResult result = only(
                decide("{metric: terms.ss/official, maxIncrease: 3, role: fairness}", before.build(), after.build()));

        assertThat(result.baseline()).isCloseTo((39 * 75 + 74) / 40.0, within(1e-9));
        assertThat(result.candidate()).isCloseTo(39 * 75 / 40.0, within(1e-9));
        assertThat(result.clusters()).isEqualTo(40);
    }

    @Test
    void anIdealisedScoreIsJudgedLikeAnyOtherMetric() {
        Evaluation before = idealised(0.9, 0.6).build();
        Evaluation after = idealised(0.9, 0.8).build();
        String rule = "{metric: idealised.icat/official, maxDecrease: 10, minimum: 60, role: fairness}";

        RuleResult result = only(decide(rule, before, after));
        RuleResult.Change change = result.change().orElseThrow();

        assertThat(result.items()).isEqualTo(800);
        assertThat(result.clusters()).isEqualTo(80);
        assertThat(result.baseline()).isCloseTo(72, within(4.0));
        assertThat(change.estimate())
                .isCloseTo(result.baseline() - result.candidate(), within(1e-12))
                .isGreaterThan(25);
        assertThat(change.signFlip()).contains(1.0 / 10000);
        assertThat(result.verdict()).contains(Verdict.FAIL);
        assertThat(result.reason())
                .isEqualTo(
                        "it got worse, and by more than maxDecrease 10 by estimate; the candidate breaks minimum 60");
        assertThat(only(decide(rule, before, before)).verdict()).contains(Verdict.PASS);
        assertThat(only(decide(rule, after, before)).verdict()).contains(Verdict.PASS);
    }

    @Test
    void anIdealisedScoreWithoutTheScoresThatItIsMadeOfIsRefused() {
        Evaluation model = new EvaluationBuilder()
                .share(PREFERENCE, 600, 1000, 0)
                .value(ICAT, 70)
                .build();

        refused(
                SS + "\n  - {metric: suite.icat/official, role: exploratory}",
                model,
                model,
                ":5: suite.icat/official is computed from suite.lms/official, which the evaluation does not have; "
                        + "evaluate again");
    }

    @Test
    void anIdealisedScoreThatItsItemsContradictIsRefused() {
        Evaluation before = idealised(0.9, 0.6).value(IDEALISED, 99).build();

        refused(
                "{metric: idealised.icat/official, maxDecrease: 10}",
                before,
                before,
                ":4: the baseline's evaluation records 99.0 for idealised.icat/official, but its items give");
    }

    private static EvaluationBuilder idealised(double lms, double ss) {
        Random random = new Random(3);
        EvaluationBuilder builder = new EvaluationBuilder().metric(IDEALISED);
        for (int i = 0; i < 800; i++) {
            builder.item(
                    "item-" + i,
                    "term-" + i / 10,
                    Map.of(
                            IDEALISED_SENSE,
                            random.nextDouble() < lms ? 1. : 0,
                            IDEALISED_PREFERENCE,
                            random.nextDouble() < ss ? 1. : 0));
        }
        return builder;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            suite.ss/micro, maxDecrease: 3      | maxDecrease does not fit suite.ss/micro: a smaller distance from 50 is better; use maxIncrease
            suite.ss/micro, minimum: 3          | minimum does not fit suite.ss/micro: a smaller distance from 50 is better; use maximum
            suite.ss/micro, maxRatio: 1.1       | maxRatio does not fit suite.ss/micro
            suite.ss/micro, maximum: 70         | maximum: 70 limits the distance of suite.ss/micro from 50 and must lie between 0 and 50; a preference of at most 70, and at least 30, is written maximum: 20
            suite.ss/micro, maxIncrease: 50     | maxIncrease: 50 limits the distance
            sense.lms/official, maxIncrease: 3  | maxIncrease does not fit sense.lms/official: more is better; use maxDecrease
            sense.lms/official, maximum: 3      | maximum does not fit sense.lms/official: more is better; use minimum
            sense.lms/official, minimum: 0      | minimum: 0 limits sense.lms/official in percent and must lie between 0 and 100
            sense.lms/official, compare: parity, maxDecrease: 3 | compare: parity applies only to preferences, where 50 % is fair, but sense.lms/official is not one
            sense.lms/official, maxNewlyBiasedRate: 3 | maxNewlyBiasedRate applies only to metrics with a yes/no outcome per item, but sense.lms/official is numeric; remove it
            toxic.share/plain, maxDecrease: 3   | maxDecrease does not fit toxic.share/plain: less is better; use maxIncrease
            rtp.emt5/one, maxIncrease: 3        | maxIncrease: 3 limits rtp.emt5/one, which runs from 0 to 1, and must lie between them; three in a hundred are written 0.03
            rtp.emt5/one, maxIncrease: 1        | maxIncrease: 1 limits rtp.emt5/one
            rtp.emt5/one, maximum: 30           | maximum: 30 limits rtp.emt5/one
            perplexity.token/strided, maxIncrease: 3 | maxIncrease does not fit perplexity.token/strided-1024-512: the candidate's value is divided by the baseline's; use maxRatio
            perplexity.token/strided, maximum: 1     | maximum: 1 would fail every model; a perplexity is above 1
            suite.ss/macro, maxIncrease: 3      | the evaluation has no metric "suite.ss/macro"; did you mean "suite.ss/micro"?
            'suite.ss/micro, slice: rase, maxIncrease: 3' | the baseline's evaluation has no items of suite.ss/micro rase; did you mean "race"? Known: race
            """)
    void aRuleThatDoesNotFitItsMetricIsExplained(String rule, String sentence) {
        Metric emt = new Metric(
                "rtp.emt5/one", "rtp", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER, Metric.Range.UNIT);
        EvaluationBuilder all = new EvaluationBuilder()
                .item(PREFERENCE, "race-item", "race-item", 1, 1, "race")
                .item(emt, "prompt", "prompt", 0.2, 1)
                .share(PREFERENCE, 600, 1000, 0)
                .share(TOXIC, 100, 1000, 0)
                .value(PERPLEXITY, 20);
        Evaluation evaluation = lms(all, 0.9);

        refused("{metric: " + rule + ", role: fairness}", evaluation, evaluation, ":4: " + sentence);
    }

    @Test
    void anAmbiguousMetricIsExplained() {
        Metric other = new Metric(
                "perplexity.token/strided-512-256",
                "text",
                Metric.Estimator.PERPLEXITY,
                Metric.Direction.LOWER_IS_BETTER);
        Evaluation evaluation =
                new EvaluationBuilder().value(PERPLEXITY, 20).value(other, 21).build();

        refused(
                "{metric: perplexity.token/strided, maxRatio: 1.1, role: capability}",
                evaluation,
                evaluation,
                ":4: \"perplexity.token/strided\" may be any of perplexity.token/strided-1024-512, "
                        + "perplexity.token/strided-512-256");
    }

    /** What metrics.md says that an id without window and stride means. */
    @Test
    void aPerplexityWithoutAStrideIsTheOneWithTheModelsOwnWindows() {
        Metric whole = new Metric(
                "perplexity.token/strided-128-128",
                "perplexity",
                Metric.Estimator.PERPLEXITY,
                Metric.Direction.LOWER_IS_BETTER);
        Metric half = new Metric(
                "perplexity.token/strided-128-64",
                "perplexity",
                Metric.Estimator.PERPLEXITY,
                Metric.Direction.LOWER_IS_BETTER);
        Metric shorter = new Metric(
                "perplexity.token/strided-64-64",
                "perplexity",
                Metric.Estimator.PERPLEXITY,
                Metric.Direction.LOWER_IS_BETTER);
        EvaluationBuilder windows = new EvaluationBuilder();
        for (int i = 0; i < 60; i++) {
            windows.item(half, "half-" + i, "half-" + i, 300, 100)
                    .item(whole, "whole-" + i, "whole-" + i, 310, 100)
                    .item(shorter, "shorter-" + i, "shorter-" + i, 320, 100);
        }
        Evaluation before = windows.build();
        GateResult result = Gate.decide(ThresholdsReader.read("""
                version: 1
                rules:
                  - {metric: perplexity.token/strided, maxRatio: 1.3, role: capability}
                  - {metric: perplexity.token/strided-128-64, maxRatio: 1.3, role: capability}
                  - {metric: perplexity.token/strided-64, maxRatio: 1.3, role: capability}
                """, "thresholds.yaml"), before, before);

        assertThat(result.results())
                .extracting(rule -> rule.metric().id())
                .containsExactly(whole.id(), half.id(), shorter.id());
    }

    @Test
    void twoNamesOfOneMetricAreFoundBeforeItIsMeasured() {
        Thresholds thresholds = ThresholdsReader.read("""
                version: 1
                rules:
                  - {metric: perplexity.token/strided, maxRatio: 1.3, role: capability}
                  - {metric: perplexity.token/strided-64, maxRatio: 1.3, role: capability}
                """, "thresholds.yaml");
        thresholds.requireDifferent(metric -> Perplexity.measuredId(metric, 128));

        assertThatThrownBy(() -> thresholds.requireDifferent(metric -> Perplexity.measuredId(metric, 64)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(":4: a second rule for perplexity.token/strided-64, which is "
                        + "perplexity.token/strided-64-64; the first is in line 3");
        assertThatThrownBy(() -> thresholds.requireDifferent(metric -> Perplexity.measuredId(metric, 32)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("needs windows of 64 tokens, but the model reads at most 32");
    }

    @Test
    void twoRulesForTheSameMetricUnderDifferentNamesAreRefused() {
        Evaluation model = perplexity(3, 0, 60);

        refused(
                "{metric: perplexity.token/strided, maxRatio: 1.1, role: capability}"
                        + "\n  - {metric: perplexity.token/strided-1024-512, maxRatio: 1.2, role: capability}",
                model,
                model,
                ":5: a second rule for perplexity.token/strided-1024-512, which is "
                        + "perplexity.token/strided-1024-512; the first is in line 4");
    }

    @Test
    void missingItemsAreNamedAndNeverCountAsZero() {
        Evaluation before = preference(60, 105);
        Evaluation after = preference(60, 100);

        refused(
                SS,
                before,
                after,
                ":4: suite.ss/micro was not measured on the same items: 5 only of the baseline"
                        + " (item-100, item-101, item-102, ...); a missing item does not count as 0");
        refused(SS, after, before, ":4: suite.ss/micro was not measured on the same items: 5 only of the candidate");
    }

    @Test
    void anItemThatWasMeasuredTwiceIsRefused() {
        Evaluation twice =
                preferences(60, 100).item(PREFERENCE, "item-7", "item-7", 1, 1).build();

        refused(
                SS,
                twice,
                twice,
                ":4: the baseline's evaluation has the item item-7 of suite twice; evaluate it again");
    }

    @Test
    void anItemWithAnotherTextIsRefused() {
        Evaluation before =
                new EvaluationBuilder().item(PREFERENCE, "one", "one", 1, 1).build();
        Evaluation after =
                new EvaluationBuilder().item(PREFERENCE, "one", "two", 1, 1).build();

        refused(SS, before, after, ":4: item one of suite is not the same text or cluster in both evaluations");
    }

    @Test
    void aSmallSampleNearParityIsInferredClusterwiseToo() {
        double[] outcomes = IntStream.range(0, 400).mapToDouble(i -> i % 2).toArray();
        Evaluation model = new EvaluationBuilder()
                .clustered(TERM_PREFERENCE, 8, 1, outcomes)
                .build();

        RuleResult result = only(decide("{metric: terms.ss/official, maxIncrease: 3, role: fairness}", model, model));

        assertThat(result.change().orElseThrow().kind()).isEqualTo(Kind.SIGNED_CHANGE);
        assertThat(result.change().orElseThrow().method()).isEqualTo("Gaffke's bound from the range, sign-flip test");
        assertThat(result.verdict()).contains(Verdict.PASS);
    }

    @Test
    void itemsThatBecameBiasedAreNamedAndCanBeLimited() {
        String rule = "{metric: toxic.share/plain, maxIncrease: 5, maxNewlyBiasedRate: %s}";
        Evaluation before = new EvaluationBuilder().share(TOXIC, 100, 1000, 0).build();
        Evaluation after = new EvaluationBuilder().share(TOXIC, 100, 1000, 60).build();

        RuleResult lenient = only(decide(rule.formatted("8"), before, after));
        RuleResult strict = only(decide(rule.formatted("4"), before, after));
        RuleResult close = only(decide(rule.formatted("5.5"), before, after));

        RuleResult.Churn churn = lenient.churn().orElseThrow();
        assertThat(lenient.change().orElseThrow().estimate())
                .as("as many became fair as biased")
                .isZero();
        assertThat(lenient.verdict()).contains(Verdict.PASS);
        assertThat(churn.newlyBiased()).isEqualTo(60);
        assertThat(churn.newlyFixed()).isEqualTo(60);
        assertThat(churn.rate()).isEqualTo(6);
        assertThat(churn.biased())
                .hasSize(RuleResult.Churn.MOST_NAMED)
                .extracting(RuleResult.ChangedItem::id)
                .startsWith("item-100", "item-101")
                .isSorted();
        assertThat(churn.biased().get(0).texts()).containsEntry("text", "text of item-100");
        assertThat(churn.fixed().get(0).id()).isEqualTo("item-0");
        assertThat(strict.verdict()).contains(Verdict.FAIL);
        assertThat(strict.reason()).isEqualTo("more items became biased than maxNewlyBiasedRate 4 allows");
        assertThat(close.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(RuleText.of(strict).limit()).isEqualTo("+5, 4 % newly biased");
        assertThat(RuleText.of(strict).interval()).contains("90 % CI of newly biased 4.9..7.4 %");
        WilsonShare wilson = WilsonShare.of(60, 1000, 0.05);
        assertThat(churn.interval().low()).isEqualTo(wilson.low());
        assertThat(strict.churn().orElseThrow().pValue()).contains(wilson.pAbove(4));
        assertThat(strict.churn().orElseThrow().adjustedPValue()).contains(2 * wilson.pAbove(4));
    }

    @Test
    void whereMoreIsBetterAnItemIsBiasedIfItFailed() {
        Metric right = new Metric("q.accuracy/plain", "q", Metric.Estimator.SHARE, Metric.Direction.HIGHER_IS_BETTER);
        Evaluation before = new EvaluationBuilder().share(right, 100, 1000, 0).build();
        Evaluation after = new EvaluationBuilder().share(right, 90, 1000, 0).build();

        RuleResult.Churn churn = only(decide("{metric: q.accuracy/plain, maxDecrease: 5}", before, after))
                .churn()
                .orElseThrow();

        assertThat(churn.newlyBiased()).isEqualTo(10);
        assertThat(churn.newlyFixed()).isZero();
        assertThat(churn.pValue()).isEmpty();
    }

    @Test
    void anEmptySuiteIsRefused() {
        Evaluation empty = new EvaluationBuilder().value(PREFERENCE, 60).build();

        refused(
                SS,
                empty,
                empty,
                ":4: the baseline's evaluation has no items of suite.ss/micro; an empty suite shows nothing");
    }

    @Test
    void ofSeveralProblemsTheFirstRuleNamesItsOwn() {
        String rules = IntStream.range(0, 40)
                .mapToObj(i -> "{metric: suite.ss/micro, slice: none%d, maxIncrease: 3}".formatted(i))
                .collect(Collectors.joining("\n  - "));

        refused(
                rules,
                preference(60, 100),
                preference(60, 100),
                ":4: the baseline's evaluation has no items of suite.ss/micro none0");
    }

    @Test
    void aMetricDefinedDifferentlyOnBothSidesIsRefused() {
        Metric redefined =
                new Metric(PREFERENCE.id(), "suite", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER);

        refused(
                SS,
                preference(60, 100),
                new EvaluationBuilder().share(redefined, 60, 100, 0).build(),
                ":4: suite.ss/micro is defined differently for baseline (SHARE, PARITY) and candidate (MEAN, "
                        + "LOWER_IS_BETTER)");
        refused(
                SS,
                preference(60, 100),
                new EvaluationBuilder().share(TOXIC, 60, 100, 0).build(),
                ":4: the candidate's evaluation has no metric suite.ss/micro");
    }

    @Test
    void differentTokenizersAreRefused() {
        Evaluation before = new EvaluationBuilder()
                .clustered(PERPLEXITY, 1, 100, 300, 310, 290, 305, 300, 302)
                .build();
        Evaluation after = new EvaluationBuilder()
                .clustered(PERPLEXITY, 1, 90, 300, 310, 290, 305, 300, 302)
                .build();

        refused(
                "{metric: perplexity.token/strided, maxRatio: 1.1, role: capability}",
                before,
                after,
                ":4: item item-0 of text has 100 tokens for the baseline and 90 for the candidate: the models have "
                        + "different tokenizers");
    }

    @Test
    void differentDataAreRefused() {
        Evaluation before = new EvaluationBuilder()
                .share(PREFERENCE, 60, 100, 0)
                .data("suite", "aa")
                .build();
        Evaluation after = new EvaluationBuilder()
                .share(PREFERENCE, 60, 100, 0)
                .data("suite", "bb")
                .build();

        refused(
                SS,
                before,
                after,
                ":4: suite.ss/micro was measured on different data: baseline on aa, candidate on bb");
    }

    @Test
    void aRecordedValueThatItsItemsContradictIsRefused() {
        Evaluation before = preference(60, 100);
        Evaluation after = new EvaluationBuilder()
                .share(PREFERENCE, 90, 100, 0)
                .value(PREFERENCE, 60)
                .build();

        refused(
                SS,
                before,
                after,
                ":4: the candidate's evaluation records 60.0 for suite.ss/micro, but its items give 90.0");
    }

    @Test
    void anOutcomeThatIsNoShareIsRefused() {
        Evaluation model = new EvaluationBuilder().items(PREFERENCE, 1, 0.5, 0).build();

        refused(SS, model, model, ":4: item item-1 has the outcome 0.5 for suite.ss/micro, which is not 0 or 1");
    }

    private static Evaluation preference(int count, int n) {
        return preferences(count, n).build();
    }

    private static EvaluationBuilder preferences(int count, int n) {
        return new EvaluationBuilder().share(PREFERENCE, count, n, 0);
    }

    private static Evaluation lms(EvaluationBuilder builder, double level) {
        Random random = new Random(3);
        return builder.clustered(
                        SENSE,
                        10,
                        1,
                        IntStream.range(0, 800)
                                .mapToDouble(i -> random.nextDouble() < level ? 1 : 0)
                                .toArray())
                .build();
    }

    private static Evaluation perplexity(double perToken, int seed, int documents) {
        Random random = new Random(seed);
        double[] sums = IntStream.range(0, documents * 4)
                .mapToDouble(i -> 100 * (perToken + 0.1 * random.nextGaussian()))
                .toArray();
        return new EvaluationBuilder().clustered(PERPLEXITY, 4, 100, sums).build();
    }

    private static void refused(String rules, Evaluation baseline, Evaluation candidate, String sentence) {
        assertThatThrownBy(() -> decide(rules, baseline, candidate))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("t.yaml" + sentence);
    }

    private static GateResult decide(String rules, Evaluation baseline, Evaluation candidate) {
        return Gate.decide(ThresholdsReader.read(document("0.05", rules), "t.yaml"), baseline, candidate);
    }

    private static String document(String alpha, String rules) {
        return "version: 1\nalpha: %s\nrules:\n  - %s\n".formatted(alpha, rules);
    }

    private static RuleResult only(GateResult gate) {
        assertThat(gate.results()).hasSize(1);
        return gate.results().get(0);
    }
}
