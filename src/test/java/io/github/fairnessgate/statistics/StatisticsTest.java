package io.github.fairnessgate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every interval and test against another program's; {@code src/test/fixtures/gate/reference_statistics.py} says which.
 */
public class StatisticsTest {

    private static final Offset<Double> CLOSE = within(1e-9);
    private static final ClusterBootstrap.Supply SEEDED = clusters -> Resamples.random(clusters, 1);

    @TestFactory
    List<DynamicTest> tangoBoundsAndStatisticsEqualThoseOfNumericalMaximisation() throws IOException {
        return rows(
                fixture("tango"),
                row -> "b=%s c=%s n=%s alpha=%s".formatted(row.get("b"), row.get("c"), row.get("n"), row.get("alpha")),
                row -> {
                    TangoScore table = new TangoScore(
                            row.get("b").asLong(),
                            row.get("c").asLong(),
                            row.get("n").asLong());
                    double alpha = row.get("alpha").asDouble();
                    assertThat(table.lower(alpha)).isCloseTo(row.get("lower").asDouble(), within(1e-12));
                    assertThat(table.upper(alpha)).isCloseTo(row.get("upper").asDouble(), within(1e-12));
                    for (Map.Entry<String, JsonNode> statistic :
                            row.get("statistics").properties()) {
                        double expected = statistic.getValue().asDouble();
                        assertThat(table.statistic(Double.parseDouble(statistic.getKey())))
                                .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
                    }
                });
    }

    @Test
    void tangoWithoutAnyDiscordantPairStillHasAWidth() {
        double z = StandardNormal.exceededWith(0.05);
        TangoScore table = new TangoScore(0, 0, 60);

        assertThat(table.upper(0.05)).isCloseTo(z * z / (60 + z * z), within(1e-12));
        assertThat(table.lower(0.05)).isCloseTo(-z * z / (60 + z * z), within(1e-12));
    }

    @Test
    void tangoAgreesWithMcNemarsStatisticAtZero() {
        assertThat(new TangoScore(200, 116, 2106).statistic(0)).isCloseTo((200 - 116) / Math.sqrt(316), CLOSE);
    }

    @Test
    void anImpossibleTableIsRefused() {
        assertThatThrownBy(() -> new TangoScore(6, 5, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TangoScore(0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @TestFactory
    List<DynamicTest> wilsonAndClopperPearsonBoundsEqualThoseOfStatsmodels() throws IOException {
        return rows(
                fixture("tables").get("shares"),
                row -> "%s of %s at %s".formatted(row.get("count"), row.get("n"), row.get("alpha")),
                row -> {
                    WilsonShare share = WilsonShare.of(
                            row.get("count").asLong(),
                            row.get("n").asLong(),
                            row.get("alpha").asDouble());
                    assertThat(share.low() / 100).isCloseTo(row.get("low").asDouble(), CLOSE);
                    assertThat(share.high() / 100).isCloseTo(row.get("high").asDouble(), CLOSE);
                    assertThat(ClusterBootstrap.clopperPearsonUpper(
                                    row.get("count").asLong(),
                                    row.get("n").asLong(),
                                    row.get("alpha").asDouble()))
                            .isCloseTo(row.get("exactUpper").asDouble(), CLOSE);
                });
    }

    @Test
    void wilsonsTestRejectsJustWhatItsBoundsExclude() {
        WilsonShare share = WilsonShare.of(560, 1000, 0.05);

        assertThat(share.pAbove(share.low())).isCloseTo(0.05, CLOSE);
        assertThat(share.pBelow(share.high())).isCloseTo(0.05, CLOSE);
    }

    @TestFactory
    List<DynamicTest> mcNemarEqualsStatsmodelsAndScipy() throws IOException {
        return rows(fixture("tables").get("pairs"), row -> "b=%s c=%s".formatted(row.get("b"), row.get("c")), row -> {
            McNemar test = new McNemar(row.get("b").asInt(), row.get("c").asInt());
            assertThat(test.exactIncrease()).isCloseTo(row.get("exactIncrease").asDouble(), CLOSE);
            assertThat(test.midIncrease()).isCloseTo(row.get("midIncrease").asDouble(), CLOSE);
            assertThat(test.exactTwoSided()).isCloseTo(row.get("exactTwoSided").asDouble(), CLOSE);
            assertThat(test.midTwoSided()).isCloseTo(row.get("midTwoSided").asDouble(), CLOSE);
        });
    }

    @TestFactory
    List<DynamicTest> adjustedPValuesEqualThoseOfStatsmodels() throws IOException {
        return rows(fixture("tables").get("families"), row -> row.get("pValues").size() + " tests", row -> {
            double[] pValues = numbers(row.get("pValues"));
            assertThat(PValueAdjustment.holm(pValues)).containsExactly(numbers(row.get("holm")), CLOSE);
            assertThat(PValueAdjustment.benjaminiHochberg(pValues))
                    .containsExactly(numbers(row.get("benjaminiHochberg")), CLOSE);
        });
    }

    @Test
    void noTestsHaveNoAdjustedPValues() {
        assertThat(PValueAdjustment.holm(new double[0])).isEmpty();
        assertThat(PValueAdjustment.benjaminiHochberg(new double[0])).isEmpty();
    }

    @Test
    void theBootstrapEqualsNumpysOnTheSameResamples() throws IOException {
        List<JsonNode> pending = new ArrayList<>();
        for (JsonNode row : fixture("bootstrap")) {
            pending.add(row);
            if (row.has("resamples")) {
                pending.forEach(sample -> assertBootstrap(sample, row.get("resamples")));
                pending.clear();
            }
        }
        assertThat(pending).isEmpty();
    }

    private static void assertBootstrap(JsonNode row, JsonNode resamples) {
        ClusterBootstrap bootstrap = ClusterBootstrap.ofRatio(
                numbers(row.get("sums")),
                numbers(row.get("weights")),
                1,
                row.get("alpha").asDouble(),
                clusters -> resamples(resamples));
        String name = row.get("name").asText();
        assertThat(bootstrap.estimate()).as(name).isCloseTo(row.get("estimate").asDouble(), CLOSE);
        assertThat(bootstrap.low()).as(name).isCloseTo(row.get("low").asDouble(), CLOSE);
        assertThat(bootstrap.high()).as(name).isCloseTo(row.get("high").asDouble(), CLOSE);
        Inference.SecondOpinion bca = bootstrap.secondOpinion().orElseThrow();
        assertThat(bca.low()).as(name + ", BCa").isCloseTo(row.get("bcaLow").asDouble(), CLOSE);
        assertThat(bca.high()).as(name + ", BCa").isCloseTo(row.get("bcaHigh").asDouble(), CLOSE);
        double[] hypotheses = numbers(row.get("hypotheses"));
        for (int i = 0; i < hypotheses.length; i++) {
            assertThat(bootstrap.pAbove(hypotheses[i]))
                    .as(name)
                    .isCloseTo(row.get("pAbove").get(i).asDouble(), CLOSE);
            assertThat(bootstrap.pBelow(hypotheses[i]))
                    .as(name)
                    .isCloseTo(row.get("pBelow").get(i).asDouble(), CLOSE);
        }
    }

    public static Resamples resamples(JsonNode rows) {
        char[][] draws = new char[rows.size()][];
        for (int resample = 0; resample < draws.length; resample++) {
            draws[resample] = new char[rows.get(resample).size()];
            for (int k = 0; k < draws[resample].length; k++) {
                draws[resample][k] = (char) rows.get(resample).get(k).asInt();
            }
        }
        return new Resamples(draws);
    }

    @TestFactory
    List<DynamicTest> newcombesIntervalEqualsItsFormulaInManyDigits() throws IOException {
        return rows(
                fixture("newcombe"),
                row -> "%s, %s, %s of %s at %s"
                        .formatted(
                                row.get("both"), row.get("second"), row.get("first"), row.get("n"), row.get("alpha")),
                row -> {
                    NewcombeScore table = new NewcombeScore(
                            row.get("both").asLong(),
                            row.get("second").asLong(),
                            row.get("first").asLong(),
                            row.get("n").asLong());
                    assertThat(table.lower(row.get("alpha").asDouble()))
                            .isCloseTo(row.get("lower").asDouble(), CLOSE);
                    assertThat(table.upper(row.get("alpha").asDouble()))
                            .isCloseTo(row.get("upper").asDouble(), CLOSE);
                });
    }

    @TestFactory
    List<DynamicTest> signFlippingEverySignEqualsScipysPermutationTest() throws IOException {
        return rows(
                fixture("sign-flips").get("exact"),
                row -> row.get("changes").toString(),
                row -> assertThat(SignFlip.pIncrease(numbers(row.get("changes")), 1))
                        .isCloseTo(row.get("pValue").asDouble(), CLOSE));
    }

    @TestFactory
    List<DynamicTest> signFlippingRandomSignsEqualsNumpyOnTheSameSigns() throws IOException {
        return rows(
                fixture("sign-flips").get("random"), row -> row.get("changes").size() + " clusters", row -> {
                    double[] changes = numbers(row.get("changes"));
                    JsonNode flips = row.get("flips");
                    SignFlip.Patterns patterns = new SignFlip.Patterns() {
                        private int next;

                        @Override
                        public int count() {
                            return flips.size();
                        }

                        @Override
                        public void next(long[] pattern) {
                            Arrays.fill(pattern, 0);
                            String flip = flips.get(next++).asText();
                            for (int k = 0; k < flip.length(); k++) {
                                pattern[k / 64] |= (long) (flip.charAt(k) - '0') << k % 64;
                            }
                        }
                    };
                    assertThat(SignFlip.pIncrease(changes, patterns))
                            .isCloseTo(row.get("pValue").asDouble(), CLOSE);
                });
    }

    @Test
    void randomSignsComeCloseToAllSigns() {
        double[] changes = {0.3, -0.1, 0.5, 0.2, 0.9, -0.4, 0.1, 0.6, 0.2, 0.3, -0.7, 0.05, 0.2, -0.3, 0.1, -0.2};
        int larger = 0;
        double sum = Arrays.stream(changes).sum();
        for (int pattern = 0; pattern < 1 << changes.length; pattern++) {
            double flipped = 0;
            for (int k = 0; k < changes.length; k++) {
                flipped += (pattern >> k & 1) == 0 ? changes[k] : -changes[k];
            }
            larger += flipped >= sum - 1e-12 ? 1 : 0;
        }
        double exact = larger / (double) (1 << changes.length);

        assertThat(SignFlip.pIncrease(changes, 7))
                .isCloseTo(exact, within(4 * Math.sqrt(exact * (1 - exact) / SignFlip.FLIPS)));
    }

    @Test
    void groupedClustersGiveNearlyTheSameInterval() {
        Random random = new Random(5);
        double[] changes = new double[ClusterBootstrap.MOST_CLUSTERS];
        Arrays.setAll(changes, k -> 0.02 + random.nextGaussian() * (1 + random.nextDouble()));
        double[] twice = new double[2 * changes.length];
        Arrays.setAll(twice, k -> changes[k % changes.length]);
        ClusterBootstrap single = ClusterBootstrap.ofMean(changes, 1, 0.05, SEEDED);
        ClusterBootstrap grouped = ClusterBootstrap.ofMean(twice, 1, 0.05, SEEDED);

        assertThat(ClusterBootstrap.grouped(twice)).hasSize(500);
        assertThat(grouped.estimate()).isCloseTo(single.estimate(), within(1e-12));
        assertThat(ClusterBootstrap.grouped(changes)).isSameAs(changes);
    }

    @Test
    void theBootstrapOfEqualClustersIsTheValueItself() {
        ClusterBootstrap bootstrap =
                ClusterBootstrap.ofMean(new double[] {0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 100, 0.05, SEEDED);

        assertThat(bootstrap.low())
                .isEqualTo(bootstrap.estimate())
                .isEqualTo(bootstrap.high())
                .isCloseTo(10, CLOSE);
        assertThat(bootstrap.pAbove(0)).as("six clusters on one side").isEqualTo(1.0 / 64);
        assertThat(bootstrap.pBelow(0)).isEqualTo(1);
    }

    @Test
    void theBootstrapOfNoChangeAtAllIsZero() {
        ClusterBootstrap bootstrap = ClusterBootstrap.ofMean(new double[80], 100, 0.05, SEEDED);

        assertThat(bootstrap.low()).isZero();
        assertThat(bootstrap.high()).isZero();
        assertThat(bootstrap.pAbove(0)).isEqualTo(1);
    }

    @Test
    void ofASingleChangedClusterTheBootstrapHasNoBound() {
        double[] changes = new double[80];
        changes[17] = 0.02;
        ClusterBootstrap bootstrap = ClusterBootstrap.ofMean(changes, 100, 0.05, SEEDED);

        assertThat(bootstrap.estimate()).isCloseTo(100 * 0.02 / 80, CLOSE);
        assertThat(bootstrap.hasBounds()).isFalse();
        assertThat(bootstrap.high()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(bootstrap.pAbove(0)).isGreaterThan(0.05);
    }

    @Test
    void bootstrapBoundsAndPValuesAgree() {
        double[] changes = {0.3, -0.1, 0.5, 0.2, 0.9, -0.4, 0.1, 0.6, 0.2, 0.3, 1.4, 0.0};
        ClusterBootstrap bootstrap = ClusterBootstrap.ofMean(changes, 1, 0.05, SEEDED);

        assertThat(bootstrap.pAbove(bootstrap.low() - 1e-9)).isLessThanOrEqualTo(0.05);
        assertThat(bootstrap.pAbove(bootstrap.low() + 1e-9)).isGreaterThan(0.05 - 1e-4);
        assertThat(bootstrap.pBelow(bootstrap.high() + 1e-9)).isLessThanOrEqualTo(0.05);
    }

    public interface Check {
        void accept(JsonNode row);
    }

    public interface Name {
        String of(JsonNode row);
    }

    public static List<DynamicTest> rows(JsonNode rows, Name name, Check check) {
        assertThat(rows).isNotEmpty();
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> DynamicTest.dynamicTest(name.of(row), () -> check.accept(row)))
                .toList();
    }

    public static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    public static JsonNode fixture(String name) throws IOException {
        try (InputStream stream = StatisticsTest.class.getResourceAsStream("/fixtures/gate/" + name + ".json")) {
            return Json.MAPPER.readTree(stream);
        }
    }
}
