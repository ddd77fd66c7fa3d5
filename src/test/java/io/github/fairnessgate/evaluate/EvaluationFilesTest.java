package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.metric.Metric;
import io.github.fairnessgate.metric.Metric.Direction;
import io.github.fairnessgate.metric.Metric.Estimator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationFilesTest {

    private static final Metric METRIC =
            new Metric("stereoset.ss/micro", "stereoset", Estimator.SHARE, Direction.PARITY);

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadToTheLastBit() {
        Evaluation evaluation = evaluation("a".repeat(64), 1. / 3);
        EvaluationFiles.write(folder, "baseline", evaluation);
        assertThat(EvaluationFiles.read(folder, "baseline")).isEqualTo(evaluation);
    }

    /** Twice as many do not fit by far where every text is kept as an object, or a file in one piece. */
    @Test
    void manyPromptsFitIntoALittleMemory() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyItems.class.getName(),
                        folder.toString(),
                        "4000",
                        "25")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.strip()).isEqualTo("PASS by 4000 items, the last of 25 texts, equal: true");
    }

    @Test
    void theNameThatTheUserGaveAModelChangesNothingElseOfWhereItsNumbersComeFrom() {
        Provenance measured = Provenance.of(
                "a".repeat(64),
                "/cache/models/a",
                Device.CPU,
                EvaluationPrecision.FLOAT16,
                new TreeMap<>(Map.of("onnxruntime", "1.29.0")));
        Evaluation evaluation =
                Evaluation.of(SuiteResult.of("stereoset", List.of(METRIC), List.of(item(0, 1), item(1, 2))), measured);
        Provenance named = evaluation
                .from("org.example:model:1", new TreeMap<>(Map.of("stereoset", "2 of 2,106 items")))
                .provenance();
        assertThat(named.source()).isEqualTo("org.example:model:1");
        assertThat(named.settings()).containsEntry("stereoset", "2 of 2,106 items");
        assertThat(named.computing()).isEqualTo("cpu, float16");
        assertThat(named)
                .usingRecursiveComparison()
                .ignoringFields("source", "settings")
                .isEqualTo(evaluation.provenance());
    }

    @Test
    void aMissingEvaluationSaysWhichGoalMakesIt() {
        assertThatThrownBy(() -> EvaluationFiles.read(folder, "baseline"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("baseline.json")
                .hasMessageContaining("fairness:evaluate");
    }

    @Test
    void itemsThatWereEditedOrCutShortAreNoticed() throws IOException {
        EvaluationFiles.write(folder, "candidate", evaluation("a".repeat(64), .5));
        Path items = folder.resolve("items/candidate-stereoset.jsonl");
        List<String> lines = Files.readAllLines(items);
        Files.write(items, lines.subList(0, lines.size() - 1));
        assertThatThrownBy(() -> EvaluationFiles.read(folder, "candidate"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(items.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /                       | an object was expected, but it is null
            /provenance             | it lacks its provenance
            /provenance/model       | the provenance lacks the model
            /provenance/source      | the provenance lacks the source
            /provenance/device      | the provenance lacks the device
            /provenance/data/stereoset | the provenance's data lack a text for stereoset
            /metrics                | is not an evaluation
            /metrics/0              | is not an evaluation
            /values                 | is not an evaluation
            /values/0/metric        | a value lacks its metric
            /values/0/slice         | a value lacks its slice
            /items                  | is not an evaluation
            /items/stereoset        | it lacks the items of stereoset
            /items/stereoset/file   | it lacks the name of a file of items
            /items/stereoset/sha256 | it lacks the digest of a file of items
            """)
    void whatLacksSomethingIsNoEvaluation(String pointer, String sentence) throws IOException {
        EvaluationFiles.write(folder, "baseline", evaluation("a".repeat(64), .5));
        Path file = folder.resolve("baseline.json");
        Files.writeString(
                file, without(pointer, Json.MAPPER.readTree(file.toFile())).toString());
        assertThatThrownBy(() -> EvaluationFiles.read(folder, "baseline"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(file + " is not an evaluation")
                .hasMessageContaining(sentence)
                .hasMessageEndingWith("run fairness:evaluate again.");
    }

    private static JsonNode without(String pointer, JsonNode tree) {
        if (pointer.equals("/")) {
            return NullNode.instance;
        }
        JsonPointer at = JsonPointer.compile(pointer);
        if (tree.at(at.head()) instanceof ArrayNode list) {
            list.setNull(at.last().getMatchingIndex());
        } else {
            ((ObjectNode) tree.at(at.head())).putNull(at.last().getMatchingProperty());
        }
        return tree;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "", "..", "items", "items/../baseline.json", "/etc/passwd", "items/a\u0000b"})
    void itemsAreInTheirFolder(String name) throws IOException {
        EvaluationFiles.write(folder, "baseline", evaluation("a".repeat(64), .5));
        Path file = folder.resolve("baseline.json");
        JsonNode summary = Json.MAPPER.readTree(file.toFile());
        ((ObjectNode) summary.at("/items/stereoset")).put("file", name);
        Files.writeString(file, summary.toString());
        assertThatThrownBy(() -> EvaluationFiles.read(folder, "baseline"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("which is not in its folder of items");
    }

    @Test
    void anotherFormatIsRefused() throws IOException {
        EvaluationFiles.write(folder, "baseline", evaluation("a".repeat(64), .5));
        Path file = folder.resolve("baseline.json");
        Files.writeString(file, Files.readString(file).replace("\"format\" : 3", "\"format\" : 99"));
        assertThatThrownBy(() -> EvaluationFiles.read(folder, "baseline"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("format 99");
    }

    @Test
    void numbersThatAreNotNumbersNeverBecomeAnItem() {
        assertThatThrownBy(() -> item(0, Double.NaN))
                .hasMessageContaining("item-0")
                .hasMessageContaining("NaN");
    }

    @Test
    void aSuiteWithoutItemsNeverBecomesAResult() {
        assertThatThrownBy(() -> SuiteResult.of("stereoset", List.of(METRIC), List.of()))
                .hasMessageContaining("stereoset has no items");
    }

    private static Evaluation evaluation(String model, double score) {
        SuiteResult result = SuiteResult.of("stereoset", List.of(METRIC), List.of(item(0, score), item(1, score / 7)));
        return Evaluation.of(
                result,
                new Provenance(
                        model,
                        "src/main/model",
                        "cpu",
                        new TreeMap<>(Map.of("stereoset", "0".repeat(64))),
                        new TreeMap<>(Map.of("onnxruntime", "1.29.0")),
                        new TreeMap<>()));
    }

    private static Item item(int index, double score) {
        return new Item(
                "item-" + index,
                "term",
                List.of("race"),
                new TreeMap<>(Map.of("stereotype", "text \u2028 \"quoted\"")),
                new TreeMap<>(Map.of("stereotype", score)),
                new TreeMap<>(Map.of(METRIC.id(), (double) index)),
                1);
    }
}
