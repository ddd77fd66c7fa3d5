package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.StereoSet.Triplet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

/**
 * The aggregation against the StereoSet authors' own: their published per-sentence scores of GPT-2 small, and the
 * numbers that they computed from them ({@code moinnadeem/StereoSet@ead7d08}, CC BY-SA 4.0).
 */
class StereoSetTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/evaluate");
    private static final double ALL_DIGITS = 1e-11;

    @Test
    void raceIsTheAuthorsToAllDigits() throws IOException {
        assertDomain("race", published());
    }

    /**
     * Two items of each have no ids. Of the 36 orders of their scores, one gives the authors' numbers of gender, and
     * two those of religion.
     */
    @Test
    void genderAndReligionAreTheAuthorsToAllDigits() throws IOException {
        assertThat(ordersOfTheAuthors("gender")).containsExactly("652 (1, 2, 0), 854 (1, 2, 0)");
        assertThat(ordersOfTheAuthors("religion"))
                .containsExactlyInAnyOrder("1139 (2, 1, 0), 1158 (1, 2, 0)", "1139 (2, 0, 1), 1158 (1, 0, 2)");
    }

    private static List<String> ordersOfTheAuthors(String domain) throws IOException {
        Map<String, Map<Integer, double[]>> orders = ordersOfItemsWithoutIds(domain);
        assertThat(orders).hasSize(36);
        List<String> reproducing = new ArrayList<>();
        for (Map.Entry<String, Map<Integer, double[]>> order : orders.entrySet()) {
            if (reproduces(domain, order.getValue())) {
                reproducing.add(order.getKey());
            }
        }
        return reproducing;
    }

    @Test
    void dataAreCompleteWithATargetTermForEveryItem() {
        List<Triplet> triplets = StereoSet.triplets();
        assertThat(triplets.stream().collect(Collectors.groupingBy(Triplet::biasType, Collectors.counting())))
                .isEqualTo(Map.of("race", 962L, "profession", 810L, "gender", 255L, "religion", 79L));
        assertThat(triplets)
                .noneMatch(
                        triplet -> triplet.target() == null || triplet.target().isEmpty());
        assertThat(triplets.stream().map(Triplet::target).distinct()).hasSize(79);
        assertThat(triplets.stream().map(Triplet::id).distinct()).hasSize(2106);
    }

    @Test
    void tiesCountAsAntiStereotypeAndEarnNoCredit() {
        Triplet triplet = new Triplet("x", "race", "term", "a", "b", "c");
        Item tie = StereoSet.result(List.of(triplet), new double[] {.1, .1, .1})
                .items()
                .get(0);
        assertThat(tie.outcomes())
                .containsEntry("stereoset.ss/official", 0.)
                .containsEntry("stereoset.lms/official", 0.);
        Item half = StereoSet.result(List.of(triplet), new double[] {.3, .1, .2})
                .items()
                .get(0);
        assertThat(half.outcomes()).containsEntry("stereoset.ss/micro", 1.).containsEntry("stereoset.lms/official", .5);
    }

    private static void assertDomain(String domain, Map<Integer, double[]> scores) throws IOException {
        JsonNode expected = expected(domain);
        Map<String, Double> values = values(domain, scores);
        assertThat(values.get("stereoset.ss/official"))
                .isCloseTo(expected.get("ss").asDouble(), org.assertj.core.data.Offset.offset(ALL_DIGITS));
        assertThat(values.get("stereoset.lms/official"))
                .isCloseTo(expected.get("lms").asDouble(), org.assertj.core.data.Offset.offset(ALL_DIGITS));
        assertThat(values.get("stereoset.icat/official"))
                .isCloseTo(expected.get("icat").asDouble(), org.assertj.core.data.Offset.offset(ALL_DIGITS));
    }

    private static boolean reproduces(String domain, Map<Integer, double[]> scores) throws IOException {
        try {
            assertDomain(domain, scores);
            return true;
        } catch (AssertionError otherOrder) {
            return false;
        }
    }

    private static JsonNode expected(String domain) throws IOException {
        return Json.MAPPER
                .readTree(FIXTURES.resolve("stereoset-gpt2-expected.json").toFile())
                .get("intrasentence")
                .get(domain);
    }

    private static Map<String, Double> values(String domain, Map<Integer, double[]> scores) {
        List<Triplet> triplets = StereoSet.triplets();
        List<Triplet> own = new ArrayList<>();
        List<Double> flat = new ArrayList<>();
        for (int i = 0; i < triplets.size(); i++) {
            if (triplets.get(i).biasType().equals(domain)) {
                own.add(triplets.get(i));
                for (double score : scores.get(i)) {
                    flat.add(score);
                }
            }
        }
        Map<String, Double> values = new HashMap<>();
        StereoSet.result(own, flat.stream().mapToDouble(Double::doubleValue).toArray()).values().stream()
                .filter(value -> value.slice().equals(domain))
                .forEach(value -> values.put(value.metric(), value.value()));
        return values;
    }

    /** Scores by row for the rows that carry the authors' sentence ids: stereotype, anti-stereotype, unrelated. */
    private static Map<Integer, double[]> published() throws IOException {
        Map<String, Double> byId = new HashMap<>();
        predictions()
                .forEach(prediction -> byId.put(
                        prediction.get("id").asText(), prediction.get("score").asDouble()));
        Map<Integer, double[]> scores = new HashMap<>();
        for (CSVRecord row : rows()) {
            if (!row.get("id_stereotype").isEmpty()) {
                scores.put(Integer.parseInt(row.get("row")), new double[] {
                    byId.get(row.get("id_stereotype")),
                    byId.get(row.get("id_anti_stereotype")),
                    byId.get(row.get("id_unrelated"))
                });
            }
        }
        return scores;
    }

    /**
     * Two items of the domain have no ids: their three scores are entries 3i to 3i + 2, in an order that nobody
     * recorded.
     */
    private static Map<String, Map<Integer, double[]>> ordersOfItemsWithoutIds(String domain) throws IOException {
        JsonNode predictions = predictions();
        Map<String, Map<Integer, double[]>> orders = new LinkedHashMap<>(Map.of("", published()));
        for (CSVRecord row : rows()) {
            if (row.get("bias_type").equals(domain) && row.get("id_stereotype").isEmpty()) {
                int index = Integer.parseInt(row.get("row"));
                double[] entry = new double[3];
                for (int k = 0; k < 3; k++) {
                    entry[k] = predictions.get(3 * index + k).get("score").asDouble();
                }
                Map<String, Map<Integer, double[]>> extended = new LinkedHashMap<>();
                for (Map.Entry<String, Map<Integer, double[]>> order : orders.entrySet()) {
                    for (int[] p : new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
                        Map<Integer, double[]> one = new HashMap<>(order.getValue());
                        one.put(index, new double[] {entry[p[0]], entry[p[1]], entry[p[2]]});
                        extended.put(
                                (order.getKey().isEmpty() ? "" : order.getKey() + ", ")
                                        + "%d (%d, %d, %d)".formatted(index, p[0], p[1], p[2]),
                                one);
                    }
                }
                orders = extended;
            }
        }
        return orders;
    }

    private static JsonNode predictions() throws IOException {
        return Json.MAPPER
                .readTree(FIXTURES.resolve("stereoset-gpt2-predictions.json").toFile())
                .get("intrasentence");
    }

    private static List<CSVRecord> rows() {
        return BundledData.rows("stereoset/intrasentence-dev.csv");
    }
}
