package io.github.fairnessgate.gate;

import static io.github.fairnessgate.gate.EvaluationBuilder.MARGIN;
import static io.github.fairnessgate.gate.EvaluationBuilder.PERPLEXITY;
import static io.github.fairnessgate.gate.EvaluationBuilder.PREFERENCE;
import static io.github.fairnessgate.gate.EvaluationBuilder.SENSE;
import static io.github.fairnessgate.gate.EvaluationBuilder.TOXIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Item;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.statistics.Interval;
import io.github.fairnessgate.statistics.TangoScore;
import io.github.fairnessgate.statistics.VarianceSplit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What several runs say about a recipe, through the gate. */
class CertificationTest {

    private static final String TOXIC_RULE = "  - {metric: toxic.share/plain, maxIncrease: 6}\n";

    @Test
    void aRecipeWhoseRunsAllStayTheSamePassesWithTheWidthOfOneRun() {
        Evaluation baseline = share(30, 300, 0);
        Certification certification = certify(TOXIC_RULE, baseline, baseline, baseline, baseline);
        RuleResult result = certification.gate().results().get(0);
        assertThat(result.verdict()).contains(Verdict.PASS);
        assertThat(result.change().orElseThrow().interval().high())
                .isCloseTo(100 * new TangoScore(0, 0, 300).upper(0.05), within(1e-12));
        assertThat(certification.splits().get(0)).contains(new VarianceSplit(3, 300, 0, 0, 0));
    }

    @Test
    void aRecipeThatHarmsInEveryRunFails() {
        Certification certification =
                certify(TOXIC_RULE, share(30, 300, 0), share(75, 300, 0), share(78, 300, 0), share(80, 300, 0));
        RuleResult result = certification.gate().results().get(0);
        assertThat(result.verdict()).contains(Verdict.FAIL);
        assertThat(result.candidate()).isCloseTo(100 * (75 + 78 + 80) / 900., within(1e-12));
        assertThat(result.churn().orElseThrow().newlyBiased()).isEqualTo(48);
        assertThat(certification.runs()).extracting(GateResult::verdict).containsOnly(Verdict.FAIL);
    }

    /** By one run alone, three of four would be released. */
    @Test
    void aRecipeThatHarmsInOneRunOfFourIsNotCertifiedAlthoughItsMeanIsWithinTheMargin() {
        Evaluation good = share(30, 300, 0);
        Certification certification = certify(TOXIC_RULE, good, good, good, good, share(81, 300, 0));
        assertThat(certification.runs().stream().filter(run -> run.verdict() == Verdict.PASS))
                .hasSize(3);
        RuleResult result = certification.gate().results().get(0);
        assertThat(result.harmIncrease()).isLessThan(6);
        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(certification.splits().get(0).orElseThrow().shareOfRuns()).isGreaterThan(0.9);
        assertThat(certification.gate().passed()).isFalse();
    }

    @Test
    void everyKindOfMetricIsJudged() {
        Random random = new Random(5);
        Evaluation[] sides = IntStream.range(0, 5)
                .mapToObj(run -> new EvaluationBuilder()
                        .items(
                                PREFERENCE,
                                random.doubles(400)
                                        .map(value -> value < 0.7 ? 1 : 0)
                                        .toArray())
                        .clustered(
                                SENSE,
                                4,
                                1,
                                random.doubles(400)
                                        .map(value -> value < 0.8 ? 1 : 0.5)
                                        .toArray())
                        .clustered(MARGIN, 4, 1, random.doubles(400).toArray())
                        .clustered(
                                PERPLEXITY,
                                4,
                                10,
                                random.doubles(400).map(value -> 30 + value).toArray())
                        .build())
                .toArray(Evaluation[]::new);
        String rules = """
                  - {metric: suite.ss/micro, maxIncrease: 20, maximum: 40, maxNewlyBiasedRate: 60}
                  - {metric: sense.lms/official, maxDecrease: 10, minimum: 60, role: capability}
                  - {metric: margin.mean/plain, maxIncrease: 0.3, maximum: 0.8}
                  - {metric: perplexity.token/strided, maxRatio: 1.5, maximum: 40, role: capability}
                """;
        Certification certification = certify(rules, sides[0], Arrays.copyOfRange(sides, 1, 5));
        assertThat(certification.gate().results())
                .allSatisfy(result -> assertThat(result.verdict()).contains(Verdict.PASS));
        assertThat(certification.splits())
                .allSatisfy(split -> assertThat(split.orElseThrow().runs()).isEqualTo(4));
        RuleResult perplexity = certification.gate().results().get(3);
        assertThat(perplexity.change().orElseThrow().estimate())
                .isCloseTo(perplexity.candidate() / perplexity.baseline(), within(1e-9));
        double mean = certification.runs().stream()
                .mapToDouble(run -> run.results().get(2).candidate())
                .average()
                .orElseThrow();
        assertThat(certification.gate().results().get(2).candidate()).isCloseTo(mean, within(1e-12));
    }

    @Test
    void whereTheItemsSayLittleSeveralRunsDoNotSayMoreThanOne() {
        Random random = new Random(9);
        double[] before = random.doubles(40).toArray();
        Evaluation baseline = new EvaluationBuilder().items(MARGIN, before).build();
        Evaluation[] runs = IntStream.range(0, 5)
                .mapToObj(run -> new EvaluationBuilder()
                        .items(
                                MARGIN,
                                Arrays.stream(before)
                                        .map(value -> value + 0.2 * random.nextGaussian())
                                        .toArray())
                        .build())
                .toArray(Evaluation[]::new);
        double[] mean = new double[40];
        for (Evaluation run : runs) {
            List<Item> items = run.items().get("margin");
            IntStream.range(0, 40)
                    .forEach(i -> mean[i] += items.get(i).outcomes().get(MARGIN.id()) / 5);
        }
        String rule = "  - {metric: margin.mean/plain, maxIncrease: 0.3}\n";
        Interval several = certify(rule, baseline, runs)
                .gate()
                .results()
                .get(0)
                .change()
                .orElseThrow()
                .interval();
        Interval one = Gate.decide(
                        thresholds(rule),
                        baseline,
                        new EvaluationBuilder().items(MARGIN, mean).build())
                .results()
                .get(0)
                .change()
                .orElseThrow()
                .interval();
        assertThat(several.low()).isLessThanOrEqualTo(one.low() + 1e-12);
        assertThat(several.high()).isGreaterThanOrEqualTo(one.high() - 1e-12);
    }

    @Test
    void whatCannotBeCertifiedIsRefused() {
        Evaluation baseline = share(30, 300, 0);
        assertThatThrownBy(() -> certify(TOXIC_RULE, baseline, baseline, baseline))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("2 runs; at least 3");
        assertThatThrownBy(() -> certify(TOXIC_RULE, baseline, baseline, baseline, share(30, 299, 0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("t.yaml:3", "not measured on the same items");
    }

    @Test
    void disparitiesBetweenGroupsAreCertified() {
        String rule = "  - {metric: groups.disparity-range/plain, slice: race, maxIncrease: 0.4}\n";
        Evaluation baseline = groups(0, 0);

        Certification same = certify(rule, baseline, groups(1, 0), groups(2, 0), groups(3, 0));
        Certification apart = certify(rule, baseline, groups(1, 1), groups(2, 1), groups(3, 1));

        assertThat(same.gate().results().get(0).verdict()).contains(Verdict.PASS);
        assertThat(same.splits()).containsExactly(Optional.empty());
        RuleResult worse = apart.gate().results().get(0);
        assertThat(worse.verdict()).contains(Verdict.FAIL);
        assertThat(worse.change().orElseThrow().estimate())
                .isCloseTo(worse.candidate() - worse.baseline(), within(1e-12));
        assertThat(worse.candidate())
                .isCloseTo(
                        apart.runs().stream()
                                .mapToDouble(run -> run.results().get(0).candidate())
                                .average()
                                .orElseThrow(),
                        within(1e-12));
    }

    /** Every candidate is unequal in another group: their mean is not, but a candidate is what is released. */
    @Test
    void candidatesThatAreUnequalInDifferentGroupsDoNotBalanceEachOther() {
        String rule = "  - {metric: groups.disparity-range/plain, slice: race, maxIncrease: 0.2}\n";

        RuleResult result = certify(rule, groups(0, 0), groups(1, 0.5), groups(2, 0.5, 1), groups(3, 0.5, 2))
                .gate()
                .results()
                .get(0);

        assertThat(result.harmIncrease()).isGreaterThan(0.4);
        assertThat(result.verdict()).isNotEqualTo(Optional.of(Verdict.PASS));
        assertThat(result.change().orElseThrow().interval().high()).isGreaterThan(0.45);
    }

    /** A mean of three equal numbers may differ from them in the last digit, which is no change that anybody saw. */
    @Test
    void copiesOfTheBaselineShowNoMoreAboutGroupsThanOne() {
        Metric disparity = new Metric(
                "bold.disparity-range/plain",
                "bold",
                Metric.Estimator.GROUP_RANGE,
                Metric.Direction.LOWER_IS_BETTER,
                Metric.Range.UNIT);
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 30; i++) {
            builder.item(disparity, "item-" + i, "item-" + i, (i + 1) / 70., 1, "race", "race/group-" + i % 3);
        }
        Evaluation model = builder.build();
        String rule = "  - {metric: bold.disparity-range/plain, slice: race, maxIncrease: 0.05}\n";

        RuleResult several =
                certify(rule, model, model, model, model).gate().results().get(0);
        RuleResult one = Gate.decide(thresholds(rule), model, model).results().get(0);

        assertThat(one.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(several.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(several.change().orElseThrow().interval())
                .isEqualTo(one.change().orElseThrow().interval());
    }

    /**
     * Six terms that all got worse: one in 64 are so by chance, and three copies of a candidate show no more than that.
     */
    @Test
    void copiesOfACandidateThatGotWorseOnFewTermsShowNoMoreThanOne() {
        EvaluationBuilder before = new EvaluationBuilder();
        EvaluationBuilder after = new EvaluationBuilder();
        for (int i = 0; i < 6; i++) {
            before.item(MARGIN, "item-" + i, "term-" + i, 0, 1).item(PERPLEXITY, "item-" + i, "text-" + i, 30, 10);
            after.item(MARGIN, "item-" + i, "term-" + i, 1 + 0.1 * i, 1)
                    .item(PERPLEXITY, "item-" + i, "text-" + i, 31 + 0.1 * i, 10);
        }
        for (int i = 0; i < 24; i++) {
            before.item(TOXIC, "item-%02d".formatted(i), "term-" + i / 4, 0, 1);
            after.item(TOXIC, "item-%02d".formatted(i), "term-" + i / 4, i % 4 < 2 || i == 6 ? 1 : 0, 1);
        }
        String rules = "  - {metric: margin.mean/plain, maxIncrease: 0.3}\n" + TOXIC_RULE
                + "  - {metric: perplexity.token/strided, maxRatio: 1.01}\n";

        assertThat(certify(rules, before.build(), after.build(), after.build(), after.build())
                        .gate()
                        .results())
                .hasSize(3)
                .allSatisfy(result -> {
                    assertThat(result.change().orElseThrow().pValue()).isGreaterThanOrEqualTo(1 / 64.);
                    assertThat(result.change().orElseThrow().signFlip()).contains(1 / 64.);
                });
    }

    @Test
    void itemsOfASingleClusterShowNothingInSeveralRunsEither() {
        Evaluation model =
                new EvaluationBuilder().clustered(TOXIC, 30, 1, new double[30]).build();

        RuleResult result =
                certify(TOXIC_RULE, model, model, model, model).gate().results().get(0);

        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.churn().orElseThrow().interval())
                .isEqualTo(Gate.decide(thresholds(TOXIC_RULE), model, model)
                        .results()
                        .get(0)
                        .churn()
                        .orElseThrow()
                        .interval());
    }

    /**
     * Thirty terms of which all but three have no error, in ten runs alike: what one run says of the few that differ,
     * ten say too.
     */
    @Test
    void copiesOfACandidateShowNoMoreAboutItsValueThanOne() {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 30; i++) {
            builder.item(SENSE, "item-" + i, "term-" + i, i < 3 ? 0.9 : 1, 1);
        }
        Evaluation model = builder.build();
        Evaluation[] runs = new Evaluation[10];
        Arrays.fill(runs, model);
        String rule = "  - {metric: sense.lms/official, minimum: 80}\n";

        Interval several = certify(rule, model, runs)
                .gate()
                .results()
                .get(0)
                .candidateAlone()
                .orElseThrow()
                .interval();
        Interval one = Gate.decide(thresholds(rule), model, model)
                .results()
                .get(0)
                .candidateAlone()
                .orElseThrow()
                .interval();

        assertThat(several.low()).isLessThanOrEqualTo(one.low() + 1e-9);
        assertThat(several.high()).isGreaterThanOrEqualTo(one.high() - 1e-9);
    }

    private static Evaluation groups(int seed, double apart) {
        return groups(seed, apart, 0);
    }

    /** Three groups of 40 items, one of which is apart. */
    private static Evaluation groups(int seed, double apart, int which) {
        Metric disparity = new Metric(
                "groups.disparity-range/plain",
                "groups",
                Metric.Estimator.GROUP_RANGE,
                Metric.Direction.LOWER_IS_BETTER,
                Metric.Range.UNIT);
        Random ofItems = new Random(7);
        Random ofRun = new Random(seed);
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 120; i++) {
            builder.item(
                    disparity,
                    "item-" + i,
                    "item-" + i,
                    level(0.3
                            + 0.1 * ofItems.nextGaussian()
                            + 0.02 * ofRun.nextGaussian()
                            + (i % 3 == which ? apart : 0)),
                    1,
                    "race",
                    "race/group-" + i % 3);
        }
        return builder.build();
    }

    private static double level(double value) {
        return Math.max(0, Math.min(1, value));
    }

    private static Certification certify(String rules, Evaluation baseline, Evaluation... candidates) {
        return Certification.of(thresholds(rules), baseline, List.of(candidates));
    }

    private static Thresholds thresholds(String rules) {
        return ThresholdsReader.read("version: 1\nrules:\n" + rules, "t.yaml");
    }

    private static Evaluation share(int count, int n, int rotated) {
        return new EvaluationBuilder().share(TOXIC, count, n, rotated).build();
    }
}
