package io.github.fairnessgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.Metric;
import io.github.fairnessgate.gate.NearlyAllEqual.Counts;
import io.github.fairnessgate.gate.NearlyAllEqual.Range;
import io.github.fairnessgate.gate.NearlyAllEqual.Rest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known where the clusters of a number between 0 and 1 are all, or nearly all, the same; {@code docs/statistics.md} prints the rates. */
class NearlyAllEqualTest {

    private static final int PAIRS = 2000;
    private static final double ALPHA = 0.05;
    private static final Metric BY_TERM = new Metric("terms.lms/official", "terms", Metric.Estimator.CLUSTER_SHARE, Metric.Direction.LOWER_IS_BETTER);
    private static final Metric BY_TEXT = new Metric("texts.toxicity/embedded", "texts", Metric.Estimator.MEAN, Metric.Direction.LOWER_IS_BETTER);

    private final Random random = new Random(1997);
    private char[][] draws;

    @TestFactory
    List<DynamicTest> boundsAreRootsOfTheBinomialDistribution() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode row : fixture().get("bounds")) {
            tests.add(DynamicTest.dynamicTest("%s of %s at %s".formatted(row.get("count"), row.get("n"), row.get("alpha")), () -> {
                NearlyAllEqual.OneSided limit = new NearlyAllEqual.OneSided(0, 1, row.get("count").asDouble(), row.get("n").asDouble());
                double upper = row.get("upper").asDouble();
                assertThat(limit.bound(row.get("alpha").asDouble())).isCloseTo(upper, within(1e-9));
                assertThat(limit.p(upper)).isCloseTo(upper == 1 ? 1 : row.get("alpha").asDouble(), within(1e-9));
            }));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> theGatesIntervalsOfFewChangesEqualThoseOfScipy() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode row : fixture().get("samples")) {
            for (Metric metric : List.of(BY_TERM, BY_TEXT)) {
                JsonNode expected = row.get(metric.estimator().name());
                tests.add(DynamicTest.dynamicTest(row.get("name").asText() + " " + metric.id(), () -> {
                    double unit = metric == BY_TERM ? 100 : 1;
                    PairedItems items = new ItemPairing(rule(metric), metric, new Comparison(evaluation(metric, row.get("before")), evaluation(metric, row.get("after")), 1)).items();
                    Inference change = items.aboutChange(RuleItems.Reading.AS_IS, RuleItems.Reading.AS_IS, row.get("alpha").asDouble());

                    assertThat(items.expectedEffect().value()).isCloseTo(expected.get("effect").asDouble(), within(1e-9));
                    assertThat(change.method()).contains("Clopper-Pearson");
                    NearlyAllEqual nearly = (NearlyAllEqual) ((PairedClusterChange) change).bootstrap();
                    assertThat(change.high()).isCloseTo(Math.max(nearly.bootstrap().high(), unit * expected.get("upper").asDouble()), within(1e-9));
                    assertThat(change.low()).isCloseTo(Math.min(nearly.bootstrap().low(), unit * expected.get("lower").asDouble()), within(1e-9));
                    assertThat(change.high()).as("no claim of certainty").isGreaterThanOrEqualTo(unit * expected.get("upper").asDouble() - 1e-9).isPositive();
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
        RuleResult result = Gate.decide(thresholds(BY_TERM, 3), model, model).results().get(0);

        assertThat(result.verdict()).as("%s", result).contains(verdict);
        assertThat(result.change().orElseThrow().interval().high()).isPositive();
        assertThat(result.change().orElseThrow().interval().low()).isNegative();
    }

    /** Of 20 terms that are decided as wholes, with 50 items each, and all stay the same, 1 - 0.05^(1/20) may change. */
    @Test
    void termsThatAreDecidedAsWholesCountAsOneItemEach() {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 1000; i++) {
            builder.item(BY_TERM, "item-" + i, "term-" + i % 20, i % 2, 1);
        }
        Evaluation model = builder.build();
        Interval interval = Gate.decide(thresholds(BY_TERM, 3), model, model).results().get(0).change().orElseThrow().interval();

        assertThat(interval.high()).isCloseTo(100 * (1 - Math.pow(0.05, 1 / 20.)), within(1e-9));
        assertThat(interval.low()).isEqualTo(-interval.high());
    }

    /** A number of which every value has some chance is the same for all items only if the model is. */
    @Test
    void aNumberWithoutARangeIsTakenAsItIs() {
        Evaluation model = new EvaluationBuilder().items(EvaluationBuilder.MARGIN, 0.3, 1.2, -4, 8, 2, 0.1).build();
        Interval interval = Gate.decide(thresholds(EvaluationBuilder.MARGIN, 0.1), model, model).results().get(0).change().orElseThrow().interval();

        assertThat(interval.low()).isZero();
        assertThat(interval.high()).isZero();
    }

    @Test
    void aNumberOutsideOfItsRangeIsRefused() {
        Evaluation model = new EvaluationBuilder().items(BY_TEXT, 0.2, 0.4, 1.2, 0, 0.1).build();

        assertThatThrownBy(() -> Gate.decide(thresholds(BY_TEXT, 0.1), model, model)).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("has the outcome 1.2 for texts.toxicity/embedded, which is no number from 0 to 1; evaluate again");
    }

    /** None of twelve prompts has a toxic continuation: the ceiling is not shown to be kept. */
    @Test
    void aCandidateThatDidNoHarmOnFewItemsIsNotShownToDoNone() {
        Evaluation model = new EvaluationBuilder().items(BY_TEXT, new double[12]).build();
        Thresholds thresholds = ThresholdsReader.read("version: 1\nrules:\n  - {metric: %s, maximum: 0.1, role: fairness}\n".formatted(BY_TEXT.id()), "t.yaml");
        RuleResult result = Gate.decide(thresholds, model, model).results().get(0);

        assertThat(result.candidateAlone().orElseThrow().interval().high()).isCloseTo(1 - Math.pow(0.05, 1 / 12.), within(1e-9));
        assertThat(result.candidateAlone().orElseThrow().interval().low()).isZero();
        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
    }

    /** 40 sentences in 10 terms that are decided as wholes: ten items, and either of the two scores may have changed by the bound of none in ten. */
    @Test
    void anIdealisedScoreOfIdenticalModelsIsNotCertainEither() {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 40; i++) {
            builder.item("item-" + i, "term-" + i % 10, Map.of(EvaluationBuilder.IDEALISED_SENSE, i % 2 == 0 ? 1. : 0., EvaluationBuilder.IDEALISED_PREFERENCE, i % 2 == 0 ? 1. : 0.));
        }
        Evaluation model = builder.metric(EvaluationBuilder.IDEALISED).build();
        Thresholds thresholds = ThresholdsReader.read("version: 1\nrules:\n  - {metric: %s, maxDecrease: 3, role: fairness}\n".formatted(EvaluationBuilder.IDEALISED.id()), "t.yaml");
        RuleResult result = Gate.decide(thresholds, model, model).results().get(0);

        assertThat(result.change().orElseThrow().interval().high()).isCloseTo(200 * 2 * (1 - Math.pow(0.05, 1 / 10.)), within(1e-9));
        assertThat(result.verdict()).contains(Verdict.INCONCLUSIVE);
    }

    @Test
    void severalRunsWithoutAnyChangeAreNoMoreCertainThanOne() {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int i = 0; i < 40; i++) {
            builder.item(BY_TERM, "item-" + i, "item-" + i, i % 2, 1);
        }
        Evaluation model = builder.build();
        Interval one = Gate.decide(thresholds(BY_TERM, 3), model, model).results().get(0).change().orElseThrow().interval();
        Interval several = Certification.of(thresholds(BY_TERM, 3), model, List.of(model, model, model)).gate().results().get(0).change().orElseThrow().interval();

        assertThat(several).isEqualTo(one);
        assertThat(several.high()).isCloseTo(100 * (1 - Math.pow(0.05, 1 / 40.)), within(1e-9));
    }

    /** Five clusters that all changed by the same: the interval does not exclude what the test does not reject. */
    @Test
    void boundsAndTestsAgreeWhereAllClustersChangedAlike() {
        double[] changes = {0.3, 0.3, 0.3, 0.3, 0.3};
        Inference change = inference(changes, new Counts(new Rest(0, 0), 5, 0, 5));

        assertThat(change.low()).isCloseTo(-1 + 1.3 * Math.pow(0.05, 0.2), within(1e-12));
        assertThat(change.high()).isCloseTo(0.3 + 0.7 * (1 - Math.pow(0.05, 0.2)), within(1e-12));
        assertThat(change.pAbove(change.low())).isCloseTo(0.05, within(1e-9));
        assertThat(change.pBelow(change.high())).isCloseTo(0.05, within(1e-9));
        assertThat(change.pAbove(0)).as("1 / 1.3, five times").isCloseTo(Math.pow(1 / 1.3, 5), within(1e-12));
    }

    /**
     * Clusters change as wholes, or not at all, and the candidate is worse by just the margin.
     *
     * @param down of the clusters that change, how many become better
     */
    @ParameterizedTest
    @CsvSource({"5, 0.1, 0", "5, 0.2, 0", "8, 0.1, 0", "8, 0.2, 0", "8, 0.2, 0.1", "12, 0.05, 0", "12, 0.1, 0", "12, 0.2, 0", "12, 0.3, 0.1", "20, 0.05, 0", "20, 0.1, 0", "20, 0.2, 0.1",
        "40, 0.03, 0", "40, 0.1, 0", "40, 0.15, 0.05"})
    void aModelThatIsWorseByTheMarginRarelyPassesOnFewClusters(int clusters, double up, double down) {
        double margin = up - down;
        int byBootstrap = 0;
        int passed = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            double[] changes = new double[clusters];
            Arrays.setAll(changes, k -> change(random.nextDouble(), up, down));
            Inference change = inference(changes, counts(changes));
            byBootstrap += (change instanceof NearlyAllEqual nearly ? nearly.bootstrap() : change).high() < margin ? 1 : 0;
            passed += change.high() < margin ? 1 : 0;
        }

        assertThat(byBootstrap).isGreaterThanOrEqualTo(passed);
        assertThat(passed / (double) PAIRS).isLessThanOrEqualTo(ALPHA + 0.01);
    }

    /** Among changes of up to half a point few are large, and the candidate is worse by just the margin. */
    @ParameterizedTest
    @CsvSource({"8, 0.1, 0.5", "12, 0.1, 0.5", "12, 0.05, 1", "20, 0.1, 0.5", "40, 0.05, 1"})
    void smallChangesDoNotHideThatLargeOnesAreRare(int clusters, double chance, double size) {
        int byBootstrap = 0;
        int passed = 0;
        for (int pair = 0; pair < PAIRS; pair++) {
            double[] changes = new double[clusters];
            Arrays.setAll(changes, k -> random.nextDouble() < chance ? size : (random.nextDouble() - 0.5) / 100);
            Inference change = inference(changes, counts(changes));
            byBootstrap += (change instanceof NearlyAllEqual nearly ? nearly.bootstrap() : change).high() < chance * size ? 1 : 0;
            passed += change.high() < chance * size ? 1 : 0;
        }

        assertThat(byBootstrap / (double) PAIRS).as("what the bootstrap lets through").isGreaterThan(2 * ALPHA);
        assertThat(passed / (double) PAIRS).isLessThanOrEqualTo(ALPHA + 0.01);
    }

    private static double change(double uniform, double up, double down) {
        return uniform < up ? 1 : uniform < up + down ? -1 : 0;
    }

    private static Counts counts(double[] changes) {
        Rest rest = Rest.around(0, changes);
        return new Counts(rest, Arrays.stream(changes).filter(change -> change > rest.highest()).count(),
                Arrays.stream(changes).filter(change -> change < rest.lowest()).count(), changes.length);
    }

    private Inference inference(double[] changes, Counts counts) {
        draws = new char[199][changes.length];
        for (char[] draw : draws) {
            for (int k = 0; k < draw.length; k++) {
                draw[k] = (char) random.nextInt(draw.length);
            }
        }
        double[] ones = new double[changes.length];
        Arrays.fill(ones, 1);
        return NearlyAllEqual.of(ClusterBootstrap.ofMean(changes, 1, ALPHA, count -> new Resamples(draws)), new Totals(changes, ones, 1), Range.CHANGE, List.of(counts), ALPHA);
    }

    private static Rule rule(Metric metric) {
        return thresholds(metric, 3).rules().get(0);
    }

    private static Thresholds thresholds(Metric metric, double margin) {
        return ThresholdsReader.read("version: 1\nrules:\n  - {metric: %s, maxIncrease: %s, role: fairness}\n".formatted(metric.id(), margin), "t.yaml");
    }

    private static Evaluation evaluation(Metric metric, JsonNode clusters) {
        EvaluationBuilder builder = new EvaluationBuilder();
        for (int k = 0; k < clusters.size(); k++) {
            for (int i = 0; i < clusters.get(k).size(); i++) {
                builder.item(metric, "item-%03d-%02d".formatted(k, i), "cluster-" + k, clusters.get(k).get(i).asDouble(), 1);
            }
        }
        return builder.build();
    }

    private static JsonNode fixture() throws IOException {
        try (InputStream stream = NearlyAllEqualTest.class.getResourceAsStream("/fixtures/gate/few-changes.json")) {
            return Json.MAPPER.readTree(stream);
        }
    }
}
