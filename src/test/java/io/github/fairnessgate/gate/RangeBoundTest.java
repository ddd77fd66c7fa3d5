package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Range;
import io.github.fairnessgate.statistics.ExponentialSum;
import io.github.fairnessgate.statistics.Inference;
import io.github.fairnessgate.statistics.Interval;
import io.github.fairnessgate.statistics.StatisticsTest;
import io.github.fairnessgate.statistics.Totals;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of numbers with a range, however few or skewed; {@code docs/statistics.md} prints the rates. */
@Tag("simulation")
class RangeBoundTest {

    private static final int PAIRS = 2000;
    private static final double ALPHA = 0.05;
    private static final Metric BY_TERM =
            new Metric("terms.lms/official", "terms", Metric.Estimator.CLUSTER_SHARE, Metric.Direction.LOWER_IS_BETTER);
    private static final Metric BY_TEXT = new Metric(
            "texts.toxicity/embedded", "texts", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER, Range.UNIT);

    private final Random random = new Random(1997);

    @TestFactory
    List<DynamicTest> chancesOfSumsOfExponentialNumbersEqualPartialFractions() throws IOException {
        return StatisticsTest.rows(
                fixture().get("sums"),
                row -> row.get("factors").size() + " factors",
                row -> assertThat(ExponentialSum.isPositive(StatisticsTest.numbers(row.get("factors"))))
                        .isCloseTo(row.get("chance").asDouble(), within(1e-9)));
    }

    @TestFactory
    List<DynamicTest> ofYesAndNoItIsClopperAndPearsonsBound() throws IOException {
        return StatisticsTest.rows(
                fixture().get("clopperPearson"),
                row -> "%s of %s at %s".formatted(row.get("count"), row.get("n"), row.get("alpha")),
                row -> {
                    double[] numbers = new double[row.get("n").asInt()];
                    Arrays.fill(numbers, 0, row.get("count").asInt(), 1);
                    double upper = row.get("upper").asDouble();
                    RangeBound bound = new RangeBound(
                            new Totals(numbers, ones(numbers.length), 1),
                            Range.UNIT,
                            1,
                            row.get("alpha").asDouble());
                    assertThat(bound.high()).isCloseTo(upper, within(1e-9));
                    assertThat(bound.pBelow(upper)).isCloseTo(row.get("alpha").asDouble(), within(1e-9));
                });
    }

    @TestFactory
    List<DynamicTest> boundsEqualRootsInMoreDigits() throws IOException {
        return StatisticsTest.rows(
                fixture().get("bounds"), row -> row.get("sums").size() + " clusters at " + row.get("alpha"), row -> {
                    RangeBound bound = new RangeBound(
                            new Totals(
                                    StatisticsTest.numbers(row.get("sums")),
                                    StatisticsTest.numbers(row.get("weights")),
                                    1),
                            new Range(
                                    row.get("lowest").asDouble(),
                                    row.get("highest").asDouble()),
                            row.get("unseen").asDouble(),
                            row.get("alpha").asDouble());
                    assertThat(bound.low()).isCloseTo(row.get("low").asDouble(), within(1e-9));
                    assertThat(bound.high()).isCloseTo(row.get("high").asDouble(), within(1e-9));
                    assertThat(bound.pAbove(bound.low()))
                            .isCloseTo(row.get("alpha").asDouble(), within(1e-9));
                    assertThat(bound.pBelow(bound.high()))
                            .isCloseTo(row.get("alpha").asDouble(), within(1e-9));
                });
    }

    @TestFactory
    List<DynamicTest> theGatesIntervalsOfFewChangesEqualThoseOfTheReference() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode row : fixture().get("samples")) {
            for (Metric metric : List.of(BY_TERM, BY_TEXT)) {
                JsonNode expected = row.get(metric.estimator().name());
                tests.add(DynamicTest.dynamicTest(row.get("name").asText() + " " + metric.id(), () -> {
                    double unit = metric == BY_TERM ? 100 : 1;
                    PairedItems items = new ItemPairing(
                                    rule(metric),
                                    metric,
                                    new Comparison(
                                            evaluation(metric, row.get("before")),
                                            evaluation(metric, row.get("after")),
                                            1))
                            .items();
                    Inference change = items.aboutChange(
                            RuleItems.Reading.AS_IS,
                            RuleItems.Reading.AS_IS,
                            row.get("alpha").asDouble());

                    assertThat(items.expectedEffect().value())
                            .isCloseTo(expected.get("effect").asDouble(), within(1e-9));
                    assertThat(items.unseen()).isCloseTo(expected.get("unseen").asDouble(), within(1e-9));
                    assertThat(change.method()).contains("Gaffke's bound from the range");
                    assertThat(change.high())
                            .isGreaterThanOrEqualTo(unit * expected.get("upper").asDouble() - 1e-9)
                            .isPositive();
                    assertThat(change.low())
                            .isLessThanOrEqualTo(unit * expected.get("lower").asDouble() + 1e-9)
                            .isNegative();
                    if (!change.method().contains("bootstrap")) {
                        assertThat(change.high())
                                .isCloseTo(unit * expected.get("upper").asDouble(), within(1e-8));
                        assertThat(change.low())
                                .isCloseTo(unit * expected.get("lower").asDouble(), within(1e-8));
                    }
                }));
            }
        }
        return tests;
    }

    /** Unchanged models are not let through for want of data, and are where there are enough. */
    @ParameterizedTest
    @CsvSource({"5, 1, INCONCLUSIVE", "60, 1, INCONCLUSIVE", "100, 1, PASS", "10, 4, INCONCLUSIVE", "10, 12, PASS"})
    void identicalModelsPassOnlyIfThereAreEnoughItems(int clusters, int items, Verdict verdict) {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < clusters * items; i++) {
            builder.item(BY_TERM, "item-" + i, "term-" + i % clusters, random.nextInt(2), 1);
        }
        Evaluation model = builder.build();
        RuleResult result =
                Gate.decide(thresholds(BY_TERM, 3), model, model).results().get(0);

        assertThat(result.verdict()).as("%s", result).contains(verdict);
        assertThat(result.change().orElseThrow().interval().high()).isPositive();
        assertThat(result.change().orElseThrow().interval().low()).isNegative();
    }

    /**
     * Of 20 terms that are decided as wholes, with 50 items each, and all stay the same, 1 - 0.05^(1/20) may change.
     */
    @Test
    void termsThatAreDecidedAsWholesCountAsOneItemEach() {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 1000; i++) {
            builder.item(BY_TERM, "item-" + i, "term-" + i % 20, i % 2, 1);
        }
        Evaluation model = builder.build();
        Interval interval = Gate.decide(thresholds(BY_TERM, 3), model, model)
                .results()
                .get(0)
                .change()
                .orElseThrow()
                .interval();

        assertThat(interval.high()).isCloseTo(100 * (1 - Math.pow(0.05, 1 / 20.)), within(1e-9));
        assertThat(interval.low()).isEqualTo(-interval.high());
    }

    /** Of numbers without a range, equal ones say nothing about what others could do. */
    @Test
    void nothingChangedIsNoProofOfNumbersWithoutARange() {
        Evaluation model = new EvaluationBuilder()
                .items(EvaluationBuilder.MARGIN, 0.3, 1.2, -4, 8, 2, 0.1)
                .build();
        RuleResult result = Gate.decide(thresholds(EvaluationBuilder.MARGIN, 0.1), model, model)
                .results()
                .get(0);

        assertThat(result.change().orElseThrow().interval().low()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(result.change().orElseThrow().interval().high()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.reason()).contains("margin.mean/plain has no range by definition");
    }

    /** The range is that of the definition, whatever the metric is called. */
    @ParameterizedTest
    @CsvSource({"s.toxicity/judge", "s.regard/judge", "s.length/tokens"})
    void aMetricsNameSaysNothingAboutItsRange(String id) {
        Metric named = new Metric(id, "s", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER);
        Metric ranged = new Metric(id, "s", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER, Range.UNIT);
        double[] same = new double[24];
        Arrays.fill(same, 0.2);

        for (Metric metric : List.of(named, ranged)) {
            Evaluation model = new EvaluationBuilder().items(metric, same).build();
            RuleResult result = Gate.decide(thresholds(metric, 0.01), model, model)
                    .results()
                    .get(0);
            assertThat(result.verdict()).as(metric.toString()).contains(Verdict.INCONCLUSIVE);
        }
        Evaluation model = new EvaluationBuilder().items(ranged, same).build();
        assertThat(Gate.decide(thresholds(ranged, 0.2), model, model)
                        .results()
                        .get(0)
                        .verdict())
                .contains(Verdict.PASS);
    }

    /** 24 prompts, all continued by 20 tokens: by up to 20 tokens may those differ that were not seen. */
    @Test
    void textsThatAreAllEquallyLongDoNotShowThatOthersAre() {
        Metric length = new Metric(
                "rtp.length/tokens", "rtp", Metric.Estimator.MEAN, Metric.Direction.HIGHER_IS_BETTER, new Range(0, 20));
        double[] same = new double[24];
        Arrays.fill(same, 20);
        Evaluation model = new EvaluationBuilder().items(length, same).build();
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: rtp.length/tokens, maxDecrease: 0.01, role: fairness}\n", "t.yaml");
        RuleResult result = Gate.decide(thresholds, model, model).results().get(0);

        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
        assertThat(result.change().orElseThrow().interval().high())
                .isCloseTo(20 * (1 - Math.pow(0.05, 1 / 24.)), within(1e-9));
    }

    /**
     * A perplexity has no range; that of a model beside itself is known to the last digit, but only where texts differ.
     */
    @Test
    void aPerplexityOfTheSameModelHasNotChanged() {
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: %s, maxRatio: 1.01, role: capability}\n"
                        .formatted(EvaluationBuilder.PERPLEXITY.id()),
                "t.yaml");
        Evaluation model = new EvaluationBuilder()
                .items(EvaluationBuilder.PERPLEXITY, 3.1, 2.7, 3.3, 2.9, 4.1, 3.2)
                .build();
        Evaluation equalTexts = new EvaluationBuilder()
                .items(EvaluationBuilder.PERPLEXITY, 3, 3, 3, 3, 3, 3)
                .build();

        assertThat(Gate.decide(thresholds, model, model).results().get(0).verdict())
                .contains(Verdict.PASS);
        assertThat(Gate.decide(thresholds, equalTexts, equalTexts)
                        .results()
                        .get(0)
                        .verdict())
                .contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void aNumberOutsideOfItsRangeIsRefused() {
        Evaluation model =
                new EvaluationBuilder().items(BY_TEXT, 0.2, 0.4, 1.2, 0, 0.1).build();

        assertThatThrownBy(() -> Gate.decide(thresholds(BY_TEXT, 0.1), model, model))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "has the outcome 1.2 for texts.toxicity/embedded, which is not a number from 0 to 1; "
                                + "evaluate again");
    }

    /** None of twelve prompts has a toxic continuation: the ceiling is not shown to be kept. */
    @Test
    void aCandidateThatDidNoHarmOnFewItemsIsNotShownToDoNone() {
        Evaluation model =
                new EvaluationBuilder().items(BY_TEXT, new double[12]).build();
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: %s, maximum: 0.1, role: fairness}\n".formatted(BY_TEXT.id()),
                "t.yaml");
        RuleResult result = Gate.decide(thresholds, model, model).results().get(0);

        assertThat(result.candidateAlone().orElseThrow().interval().high())
                .isCloseTo(1 - Math.pow(0.05, 1 / 12.), within(1e-9));
        assertThat(result.candidateAlone().orElseThrow().interval().low()).isZero();
        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
    }

    /**
     * 40 sentences in 10 terms that are decided as wholes: ten items, and either of the two scores may have changed by
     * the bound of none in ten.
     */
    @Test
    void anIdealisedScoreOfIdenticalModelsIsNotCertainEither() {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 40; i++) {
            builder.item(
                    "item-" + i,
                    "term-" + i % 10,
                    Map.of(
                            EvaluationBuilder.IDEALISED_SENSE,
                            i % 2 == 0 ? 1. : 0.,
                            EvaluationBuilder.IDEALISED_PREFERENCE,
                            i % 2 == 0 ? 1. : 0.));
        }
        Evaluation model = builder.metric(EvaluationBuilder.IDEALISED).build();
        Thresholds thresholds = ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: %s, maxDecrease: 3, role: fairness}\n"
                        .formatted(EvaluationBuilder.IDEALISED.id()),
                "t.yaml");
        RuleResult result = Gate.decide(thresholds, model, model).results().get(0);

        assertThat(result.change().orElseThrow().interval().high())
                .isCloseTo(200 * 2 * (1 - Math.pow(0.05, 1 / 10.)), within(1e-9));
        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void severalRunsWithoutAnyChangeAreNoMoreCertainThanOne() {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 40; i++) {
            builder.item(BY_TERM, "item-" + i, "item-" + i, i % 2, 1);
        }
        Evaluation model = builder.build();
        Interval one = Gate.decide(thresholds(BY_TERM, 3), model, model)
                .results()
                .get(0)
                .change()
                .orElseThrow()
                .interval();
        Interval several = Certification.of(thresholds(BY_TERM, 3), model, List.of(model, model, model))
                .gate()
                .results()
                .get(0)
                .change()
                .orElseThrow()
                .interval();

        assertThat(several).isEqualTo(one);
        assertThat(several.high()).isCloseTo(100 * (1 - Math.pow(0.05, 1 / 40.)), within(1e-9));
    }

    /** Five clusters that all changed by the same: the interval does not exclude what the test does not reject. */
    @Test
    void boundsAndTestsAgreeWhereAllClustersChangedAlike() {
        Inference change = inference(new double[] {0.3, 0.3, 0.3, 0.3, 0.3}, ones(5));

        assertThat(change.low()).isCloseTo(-1 + 1.3 * Math.pow(0.05, 0.2), within(1e-9));
        assertThat(change.high()).isCloseTo(0.3 + 0.7 * (1 - Math.pow(0.05, 0.2)), within(1e-9));
        assertThat(change.pAbove(change.low())).isCloseTo(0.05, within(1e-9));
        assertThat(change.pBelow(change.high())).isCloseTo(0.05, within(1e-9));
        assertThat(change.pAbove(0)).as("1 / 1.3, five times").isCloseTo(Math.pow(1 / 1.3, 5), within(1e-9));
    }

    /**
     * Clusters change as wholes, or not at all, and the candidate is worse by just the margin.
     *
     * @param down of the clusters that change, how many become better
     */
    @ParameterizedTest
    @CsvSource({
        "5, 0.1, 0",
        "5, 0.2, 0",
        "8, 0.1, 0",
        "8, 0.2, 0",
        "8, 0.2, 0.1",
        "12, 0.05, 0",
        "12, 0.1, 0",
        "12, 0.2, 0",
        "12, 0.3, 0.1",
        "20, 0.05, 0",
        "20, 0.1, 0",
        "20, 0.2, 0.1",
        "40, 0.03, 0",
        "40, 0.1, 0",
        "40, 0.15, 0.05"
    })
    void aModelThatIsWorseByTheMarginRarelyPassesOnFewClusters(int clusters, double up, double down) {
        assertThat(passed(
                        up - down,
                        () -> inference(
                                IntStream.range(0, clusters)
                                        .mapToDouble(k -> change(random.nextDouble(), up, down))
                                        .toArray(),
                                ones(clusters))))
                .isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /** Changes of every shape that harm can have, of which the mean is just the margin. */
    @ParameterizedTest
    @CsvSource({
        "LOGNORMAL, 8",
        "LOGNORMAL, 30",
        "VERY_SKEWED, 12",
        "VERY_SKEWED, 50",
        "RARE_AND_LARGE, 30",
        "RARE_AND_LARGE, 100",
        "RARE_IN_NOISE, 20",
        "TIED, 20",
        "COLLAPSED, 20",
        "NORMAL, 12",
        "WIDE, 30",
        "EITHER_WAY, 50"
    })
    void aModelThatIsWorseByTheMarginRarelyPassesWhateverTheShape(Shape shape, int clusters) {
        assertThat(passed(
                        shape.mean(),
                        () -> inference(
                                IntStream.range(0, clusters)
                                        .mapToDouble(k -> shape.draw(random))
                                        .toArray(),
                                ones(clusters))))
                .isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /** Clusters of one to eight items, of which the large ones change more. */
    @ParameterizedTest
    @CsvSource({"5", "8", "12", "20", "50", "100"})
    void clustersWhoseSizeGoesWithTheirChangeAreNoExcuse(int clusters) {
        assertThat(passed(Shape.MEAN_BY_SIZE, () -> {
                    double[] sizes = IntStream.range(0, clusters)
                            .mapToDouble(k -> 1 + random.nextInt(8))
                            .toArray();
                    return inference(
                            Arrays.stream(sizes)
                                    .map(size -> size * Shape.ofSize(size, random))
                                    .toArray(),
                            sizes);
                }))
                .isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /**
     * 600 prompts with 10 continuations each, by the least that today's default asks: an unchanged model passes nearly
     * always.
     */
    @ParameterizedTest
    @CsvSource({"0.004, 1", "0.05, 1", "0.072, 0.98"})
    void anUnchangedModelPassesOnManyPrompts(double deviation, double power) {
        int pairs = 500;
        int passed = 0;
        for (int pair = 0; pair < pairs; pair++) {
            double[] changes = IntStream.range(0, 600)
                    .mapToDouble(k -> Math.max(-1, Math.min(1, deviation * random.nextGaussian())))
                    .toArray();
            passed += new RangeBound(new Totals(changes, ones(600), 1), Range.UNIT.ofChanges(), 1, ALPHA).pBelow(0.015)
                            < ALPHA
                    ? 1
                    : 0;
        }
        assertThat(passed / (double) pairs).isGreaterThanOrEqualTo(power);
    }

    private static double passed(double margin, Supplier<RangeBound> pair) {
        int passed = 0;
        for (int i = 0; i < PAIRS; i++) {
            passed += pair.get().pBelow(margin) < ALPHA ? 1 : 0;
        }
        return passed / (double) PAIRS;
    }

    private static double change(double uniform, double up, double down) {
        return uniform < up ? 1 : uniform < up + down ? -1 : 0;
    }

    private static RangeBound inference(double[] sums, double[] weights) {
        return new RangeBound(
                new Totals(sums, weights, 1),
                Range.UNIT.ofChanges(),
                Arrays.stream(weights).max().orElseThrow(),
                ALPHA);
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Rule rule(Metric metric) {
        return thresholds(metric, 3).rules().get(0);
    }

    private static Thresholds thresholds(Metric metric, double margin) {
        return ThresholdsReader.read(
                "version: 1\nrules:\n  - {metric: %s, maxIncrease: %s, role: fairness}\n"
                        .formatted(metric.id(), margin),
                "t.yaml");
    }

    private static Evaluation evaluation(Metric metric, JsonNode clusters) {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int k = 0; k < clusters.size(); k++) {
            for (int i = 0; i < clusters.get(k).size(); i++) {
                builder.item(
                        metric,
                        "item-%03d-%02d".formatted(k, i),
                        "cluster-" + k,
                        clusters.get(k).get(i).asDouble(),
                        1);
            }
        }
        return builder.build();
    }

    private static JsonNode fixture() throws IOException {
        try (InputStream stream = RangeBoundTest.class.getResourceAsStream("/fixtures/gate/range-bound.json")) {
            return Json.MAPPER.readTree(stream);
        }
    }
}
