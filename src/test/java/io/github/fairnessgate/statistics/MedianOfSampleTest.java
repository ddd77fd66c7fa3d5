package io.github.fairnessgate.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Against {@code scipy.stats.quantile_test} (scipy 1.17.1), see {@code src/test/fixtures/gate/median.py}. */
class MedianOfSampleTest {

    @Test
    void boundsAndTestsEqualThoseOfScipy() throws IOException {
        JsonNode fixture;
        try (InputStream in = MedianOfSampleTest.class.getResourceAsStream("/fixtures/gate/median.json")) {
            fixture = Json.MAPPER.readTree(in);
        }
        assertThat(fixture.get("rows")).hasSize(21);
        for (JsonNode row : fixture.get("rows")) {
            MedianOfSample median = new MedianOfSample(
                    numbers(row.get("sample")), row.get("alpha").asDouble());
            assertThat(median.estimate()).isEqualTo(row.get("median").asDouble());
            assertThat(median.low())
                    .as(row.toString())
                    .isEqualTo(
                            row.get("low").isNull()
                                    ? Double.NEGATIVE_INFINITY
                                    : row.get("low").asDouble());
            assertThat(median.high())
                    .as(row.toString())
                    .isEqualTo(
                            row.get("high").isNull()
                                    ? Double.POSITIVE_INFINITY
                                    : row.get("high").asDouble());
            double[] hypotheses = numbers(fixture.get("hypotheses"));
            for (int i = 0; i < hypotheses.length; i++) {
                assertThat(median.pAbove(hypotheses[i]))
                        .isCloseTo(row.get("above").get(i).asDouble(), within(1e-12));
                assertThat(median.pBelow(hypotheses[i]))
                        .isCloseTo(row.get("below").get(i).asDouble(), within(1e-12));
            }
        }
    }

    /** Rounds of a clock: heavy tails, and now and then one that something else disturbed. */
    @Test
    void aBoundIsOnTheWrongSideInNoMoreThanAlphaOfSamples() {
        Random random = new Random(7);
        int wrong = 0;
        int samples = 4000;
        for (int s = 0; s < samples; s++) {
            double[] ratios = new double[25];
            for (int i = 0; i < ratios.length; i++) {
                double disturbed = random.nextInt(5) == 0 ? 1 + 4 * random.nextDouble() : 1;
                ratios[i] = Math.exp(0.05 * random.nextGaussian()) * (random.nextBoolean() ? disturbed : 1 / disturbed);
            }
            wrong += new MedianOfSample(ratios, 0.05).high() < 1 ? 1 : 0;
        }
        assertThat((double) wrong / samples).isLessThan(0.05);
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }
}
