package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.score.ScorerCard;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected values come from scikit-learn and SciPy: {@code src/test/fixtures/evaluate/make_agreement_fixture.py}. */
class AgreementTest {

    @Test
    void everyNumberIsThatOfScikitLearnAndSciPy() throws IOException {
        JsonNode cases = cases();
        assertThat(cases).hasSize(10);
        for (JsonNode example : cases) {
            Agreement agreement = Agreement.of(doubles(example.path("first")), doubles(example.path("second")));
            String name = example.path("name").asText();
            assertThat(new double[] {
                        agreement.bothToxic(), agreement.onlyFirst(), agreement.onlySecond(), agreement.neither()
                    })
                    .as(name)
                    .containsExactly(doubles(example.path("table")));
            assertThat(agreement.texts())
                    .as(name)
                    .isEqualTo(example.path("first").size());
            assertThat(agreement.differing())
                    .as(name)
                    .isEqualTo(example.path("differing").asDouble(), within(1e-15));
            assertSame(name, agreement.kappa(), example.path("kappa"));
            assertSame(name, agreement.correlation(), example.path("correlation"));
        }
    }

    @Test
    void theScoresAreThoseOfTheItemsWhateverTheirNumber() {
        Evaluation evaluation = evaluation(
                item(
                        "a",
                        Map.of(
                                "toxicity.00/one@1",
                                .9,
                                "toxicity.00/two@2",
                                .8,
                                "toxicity.01/one@1",
                                .1,
                                "toxicity.01/two@2",
                                .7,
                                "truncated",
                                0.)),
                item("b", Map.of("toxicity.00/one@1", .2, "toxicity.00/two@2", .3, "truncated", 1.)));
        assertThat(Agreement.of(evaluation, "mine"))
                .contains(Agreement.of(new double[] {.9, .1, .2}, new double[] {.8, .7, .3}));
        assertThat(Agreement.of(evaluation, "another")).isEmpty();
    }

    @Test
    void aTextWithoutASecondScoreIsAnError() {
        Evaluation evaluation = evaluation(item("a", Map.of("toxicity.00/one@1", .9)));
        assertThatThrownBy(() -> Agreement.of(evaluation, "mine"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("item a has no score toxicity.00/two@2");
    }

    private static void assertSame(String name, OptionalDouble actual, JsonNode expected) {
        assertThat(actual.isEmpty()).as(name).isEqualTo(expected.isNull());
        actual.ifPresent(number -> assertThat(number).as(name).isEqualTo(expected.asDouble(), within(1e-12)));
    }

    private static Evaluation evaluation(Item... items) {
        Judging judging = new Judging(List.of(scorer("one@1"), scorer("two@2")), items.length, 0, items.length);
        return Evaluation.of(
                new SuiteResult("mine", List.of(), List.of(), List.of(items), Optional.of(judging)),
                new Provenance("digest", "model", "cpu", new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
    }

    private static Judging.Scorer scorer(String variant) {
        return new Judging.Scorer(variant, new ScorerCard(variant, "0".repeat(64), "", "toxic", ""), 0);
    }

    private static Item item(String id, Map<String, Double> scores) {
        SortedMap<String, Double> sorted = new TreeMap<>(scores);
        return new Item(id, id, List.of(), new TreeMap<>(), sorted, new TreeMap<>(), 1);
    }

    private static double[] doubles(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToDouble(i -> array.path(i).asDouble())
                .toArray();
    }

    private static JsonNode cases() throws IOException {
        try (InputStream stream = AgreementTest.class.getResourceAsStream("/fixtures/evaluate/agreement.json")) {
            return Json.MAPPER.readTree(stream).path("cases");
        }
    }
}
