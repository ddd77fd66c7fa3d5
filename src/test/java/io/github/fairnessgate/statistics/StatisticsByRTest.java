package io.github.fairnessgate.statistics;

import static io.github.fairnessgate.statistics.StatisticsTest.fixture;
import static io.github.fairnessgate.statistics.StatisticsTest.numbers;
import static io.github.fairnessgate.statistics.StatisticsTest.resamples;
import static io.github.fairnessgate.statistics.StatisticsTest.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The gate's statistics against R's; {@code src/test/fixtures/gate/cross_check.R} says by which packages, and where
 * definitions differ.
 */
class StatisticsByRTest {

    private static final Offset<Double> CLOSE = within(1e-9);

    private static JsonNode byR;

    @BeforeAll
    static void read() throws IOException {
        byR = fixture("r");
    }

    @TestFactory
    List<DynamicTest> adjustedPValuesEqualThoseOfPAdjust() {
        return rows(byR.get("families"), row -> row.get("pValues").size() + " tests", row -> {
            double[] pValues = numbers(row.get("pValues"));
            assertThat(PValueAdjustment.holm(pValues)).containsExactly(numbers(row.get("holm")), CLOSE);
            assertThat(PValueAdjustment.benjaminiHochberg(pValues))
                    .containsExactly(numbers(row.get("benjaminiHochberg")), CLOSE);
        });
    }

    @TestFactory
    List<DynamicTest> mcNemarEqualsTheBinomialTest() {
        return rows(byR.get("pairs"), row -> "b=%s c=%s".formatted(row.get("b"), row.get("c")), row -> {
            McNemar test = new McNemar(row.get("b").asInt(), row.get("c").asInt());
            assertThat(test.exactIncrease()).isCloseTo(row.get("exactIncrease").asDouble(), CLOSE);
            assertThat(test.exactTwoSided()).isCloseTo(row.get("exactTwoSided").asDouble(), CLOSE);
            assertThat(test.midIncrease()).isCloseTo(row.get("midIncrease").asDouble(), CLOSE);
            assertThat(test.midTwoSided()).isCloseTo(row.get("midTwoSided").asDouble(), CLOSE);
        });
    }

    @TestFactory
    List<DynamicTest> wilsonsBoundsAndTestEqualThoseOfPropTest() {
        return rows(
                byR.get("shares"),
                row -> "%s of %s at %s".formatted(row.get("count"), row.get("n"), row.get("alpha")),
                row -> {
                    double alpha = row.get("alpha").asDouble();
                    WilsonShare share = WilsonShare.of(
                            row.get("count").asLong(), row.get("n").asLong(), alpha);
                    assertThat(share.low() / 100).isCloseTo(row.get("low").asDouble(), CLOSE);
                    assertThat(share.high() / 100).isCloseTo(row.get("high").asDouble(), CLOSE);
                    assertThat(ClusterBootstrap.clopperPearsonUpper(
                                    row.get("count").asLong(), row.get("n").asLong(), alpha))
                            .isCloseTo(row.get("exactUpper").asDouble(), CLOSE);
                    row.get("tests").forEach(test -> {
                        double hypothesis = 100 * test.get("share").asDouble();
                        assertThat(share.pAbove(hypothesis))
                                .isCloseTo(test.get("above").asDouble(), CLOSE);
                        assertThat(share.pBelow(hypothesis))
                                .isCloseTo(test.get("below").asDouble(), CLOSE);
                    });
                });
    }

    @TestFactory
    List<DynamicTest> tangosBoundsAreTheRootsThatRFinds() {
        return rows(
                byR.get("tango"),
                row -> "b=%s c=%s n=%s alpha=%s".formatted(row.get("b"), row.get("c"), row.get("n"), row.get("alpha")),
                row -> {
                    TangoScore table = new TangoScore(
                            row.get("b").asLong(),
                            row.get("c").asLong(),
                            row.get("n").asLong());
                    assertThat(table.lower(row.get("alpha").asDouble()))
                            .isCloseTo(row.get("lower").asDouble(), CLOSE);
                    assertThat(table.upper(row.get("alpha").asDouble()))
                            .isCloseTo(row.get("upper").asDouble(), CLOSE);
                });
    }

    @TestFactory
    List<DynamicTest> newcombesIntervalEqualsItsFormulasOnIntervalsOfPropTest() {
        return rows(
                byR.get("newcombe"),
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
    List<DynamicTest> bootstrapIntervalsEqualThoseOfBootOnTheSameResamples() {
        return rows(
                byR.get("bootstrap"),
                row -> row.get("name").asText(),
                row -> row.get("intervals").forEach(interval -> {
                    ClusterBootstrap bootstrap = bootstrap(row, interval);
                    assertThat(bootstrap.estimate())
                            .isCloseTo(row.get("estimate").asDouble(), CLOSE);
                    assertThat(bootstrap.low()).isCloseTo(interval.get("low").asDouble(), CLOSE);
                    assertThat(bootstrap.high()).isCloseTo(interval.get("high").asDouble(), CLOSE);
                    Inference.SecondOpinion bca = bootstrap.secondOpinion().orElseThrow();
                    assertThat(bca.low()).isCloseTo(interval.get("bcaLow").asDouble(), CLOSE);
                    assertThat(bca.high()).isCloseTo(interval.get("bcaHigh").asDouble(), CLOSE);
                }));
    }

    @TestFactory
    List<DynamicTest> whereBootInterpolatesOtherwiseTheEndsOfBcaLieNoMoreThanTwoReplicatesApart() {
        return rows(
                byR.get("bootstrap"),
                row -> row.get("name").asText(),
                row -> row.get("intervals").forEach(interval -> {
                    double[] replicates = replicates(row);
                    Inference.SecondOpinion bca =
                            bootstrap(row, interval).secondOpinion().orElseThrow();
                    assertThat(between(
                                    replicates,
                                    bca.low(),
                                    interval.get("bcaNormalLow").asDouble()))
                            .isLessThanOrEqualTo(2);
                    assertThat(between(
                                    replicates,
                                    bca.high(),
                                    interval.get("bcaNormalHigh").asDouble()))
                            .isLessThanOrEqualTo(2);
                }));
    }

    private static ClusterBootstrap bootstrap(JsonNode row, JsonNode interval) {
        return ClusterBootstrap.ofRatio(
                numbers(row.get("sums")),
                numbers(row.get("weights")),
                1,
                interval.get("alpha").asDouble(),
                clusters -> resamples(row.get("resamples")));
    }

    private static double[] replicates(JsonNode row) {
        double[] sums = numbers(row.get("sums"));
        double[] weights = numbers(row.get("weights"));
        Resamples resamples = resamples(row.get("resamples"));
        return IntStream.range(0, resamples.count())
                .mapToDouble(resample ->
                        total(resamples, resample, k -> sums[k]) / total(resamples, resample, k -> weights[k]))
                .toArray();
    }

    private static double total(Resamples resamples, int resample, IntToDoubleFunction of) {
        double total = 0;
        for (char k : resamples.draw(resample)) {
            total += of.applyAsDouble(k);
        }
        return total;
    }

    private static long between(double[] replicates, double one, double other) {
        return Arrays.stream(replicates)
                .filter(value -> value > Math.min(one, other) && value < Math.max(one, other))
                .count();
    }

    @TestFactory
    List<DynamicTest> theSignFlipTestHasTheExactPermutationDistribution() {
        return rows(
                byR.get("flips"),
                row -> "%s by %s".formatted(row.get("changes"), row.get("by")),
                row -> assertThat(SignFlip.pIncrease(numbers(row.get("changes")), 1))
                        .isCloseTo(row.get("pValue").asDouble(), CLOSE));
    }

    @TestFactory
    List<DynamicTest> theSmallestMarginIsTheEffectAtWhichTheNormalTestHasThePower() {
        return rows(
                byR.get("power"),
                Object::toString,
                row -> assertThat(new Power(
                                        row.get("alpha").asDouble(),
                                        row.get("power").asDouble())
                                .smallestMargin(
                                        row.get("variance").asDouble(),
                                        row.get("n").asDouble(),
                                        row.get("designEffect").asDouble()))
                        .isCloseTo(row.get("margin").asDouble(), CLOSE));
    }
}
