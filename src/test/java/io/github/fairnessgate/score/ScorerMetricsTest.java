package io.github.fairnessgate.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected values come from scikit-learn and NumPy: {@code src/test/fixtures/score/make_metrics_fixture.py}. */
class ScorerMetricsTest {

    @Test
    void everyNumberIsThatOfScikitLearn() throws IOException {
        JsonNode cases = cases();
        assertThat(cases).hasSize(3);
        for (JsonNode example : cases) {
            boolean[] labels = booleans(example.path("labels"));
            double[] scores = doubles(example.path("scores"));
            ScorerMetrics.BiasAucs bias = ScorerMetrics.biasAucs(labels, scores, booleans(example.path("group")));
            double[] areas = {bias.subgroup(), bias.bpsn(), bias.bnsp()};
            assertThat(ScorerMetrics.rocAuc(labels, scores))
                    .isEqualTo(example.path("rocAuc").asDouble(), within(1e-12));
            assertThat(areas).containsExactly(doubles(example.path("biasAucs")), within(1e-12));
            assertThat(ScorerMetrics.powerMean(areas, -5))
                    .isEqualTo(example.path("powerMean").asDouble(), within(1e-12));
            assertThat(ScorerMetrics.calibrationError(labels, scores, 10))
                    .isEqualTo(example.path("calibrationError").asDouble(), within(1e-12));
        }
    }

    @Test
    void anAreaNeedsBothClassesAndNumbers() {
        assertThatThrownBy(() -> ScorerMetrics.rocAuc(new boolean[] {true, true}, new double[] {0.1, 0.2}))
                .hasMessageContaining("2 positives and 0 negatives");
        assertThatThrownBy(() -> ScorerMetrics.rocAuc(new boolean[] {true, false}, new double[] {Double.NaN, 0.2}))
                .hasMessageContaining("not a number");
    }

    private static JsonNode cases() throws IOException {
        try (InputStream stream = ScorerMetricsTest.class.getResourceAsStream("/fixtures/score/metrics.json")) {
            return Json.MAPPER.readTree(stream);
        }
    }

    private static boolean[] booleans(JsonNode array) {
        boolean[] values = new boolean[array.size()];
        IntStream.range(0, values.length).forEach(i -> values[i] = array.path(i).asBoolean());
        return values;
    }

    private static double[] doubles(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToDouble(i -> array.path(i).asDouble())
                .toArray();
    }
}
