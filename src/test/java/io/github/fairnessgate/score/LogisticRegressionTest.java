package io.github.fairnessgate.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.score.LogisticRegression.Example;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected weights come from scikit-learn: {@code src/test/fixtures/score/make_metrics_fixture.py}. */
class LogisticRegressionTest {

    @Test
    void theWeightsAreThoseOfScikitLearn() throws IOException {
        JsonNode fixture = fixture();
        double[] expected = IntStream.range(0, fixture.path("weights").size())
                .mapToDouble(i -> fixture.path("weights").path(i).asDouble())
                .toArray();
        List<Example> examples = examples(fixture);
        assertThat(LogisticRegression.weights(examples, expected.length, 7)).containsExactly(expected, within(2e-3));
    }

    @Test
    void theSameSeedGivesTheSameWeightsToTheLastBit() throws IOException {
        List<Example> examples = examples(fixture());
        assertThat(LogisticRegression.weights(examples, 5, 7))
                .isEqualTo(LogisticRegression.weights(examples, 5, 7))
                .isNotEqualTo(LogisticRegression.weights(examples, 5, 8));
    }

    private static List<Example> examples(JsonNode fixture) {
        List<Example> examples = new ArrayList<>();
        for (int row = 0; row < fixture.path("values").size(); row++) {
            JsonNode values = fixture.path("values").path(row);
            int[] features = IntStream.range(0, values.size())
                    .filter(i -> values.path(i).asDouble() != 0)
                    .toArray();
            float[] present = new float[features.length];
            for (int i = 0; i < features.length; i++) {
                present[i] = (float) values.path(features[i]).asDouble();
            }
            examples.add(new Example(
                    features,
                    present,
                    fixture.path("labels").path(row).asBoolean(),
                    fixture.path("costs").path(row).asDouble()));
        }
        return examples;
    }

    private static JsonNode fixture() throws IOException {
        try (InputStream stream =
                LogisticRegressionTest.class.getResourceAsStream("/fixtures/score/logistic-regression.json")) {
            return Json.MAPPER.readTree(stream);
        }
    }
}
