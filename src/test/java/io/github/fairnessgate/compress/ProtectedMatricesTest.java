package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.QuantizedWeights;
import io.github.fairnessgate.tensor.BlockQuantizedWeight;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.tensor.Weight;
import io.github.fairnessgate.train.TrainingFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against PyTorch and NumPy (src/test/fixtures/train/make_gap_fixture.py). */
@Tag("native")
class ProtectedMatricesTest {

    private static final String RECIPE =
            "version: 1\nseed: 3\nstages:\n  - method: quantization\n    scheme: SCHEME\n    blockSize: 16\n    ";

    @TempDir
    private Path directory;

    private JsonNode expected;
    private ModelDirectory model;

    @BeforeEach
    void makeModelAndPairs() throws IOException {
        model = TrainingFixture.load("importance", Files.createDirectories(directory.resolve("model")))
                .model();
        try (InputStream in = ProtectedMatricesTest.class.getResourceAsStream("/fixtures/train/gaps.json")) {
            expected = Json.MAPPER.readTree(in);
        }
        List<String> lines = new ArrayList<>();
        for (JsonNode pair : expected.get("pairs")) {
            lines.add("{\"id\": \"%d\", \"more\": %s, \"less\": %s}".formatted(lines.size(), pair.get(0), pair.get(1)));
        }
        Files.write(directory.resolve("pairs.jsonl"), lines);
    }

    @Test
    void theMatricesThatMovePreferencesMostForTheirSizeHaveEightBitsInsteadOfFour() {
        StageReport.OfQuantization stage = run("int4", "{pairs: pairs.jsonl, share: 0.3}");
        List<String> kept = texts(expected.get("kept"));
        for (Weight weight :
                ModelDirectory.open(directory.resolve("out")).tensors().values()) {
            if (QuantizedWeights.isLinear(weight.name())) {
                assertThat(((BlockQuantizedWeight) weight).quantization().bits())
                        .as(weight.name())
                        .isEqualTo(kept.contains(weight.name()) ? 8 : 4);
            }
        }
        StageReport.Protected report = stage.protection();
        assertThat(report.pairs()).isEqualTo("pairs.jsonl");
        assertThat(report.pairCount()).isEqualTo(30);
        assertThat(report.share()).isLessThanOrEqualTo(0.3).isGreaterThan(0.2);
        assertThat(report.expectedChange())
                .isCloseTo(expected.get("expectedChange").doubleValue(), within(1e-5));
        assertThat(report.expectedChangeProtected())
                .isCloseTo(expected.get("expectedChangeProtected").doubleValue(), within(1e-5));
        assertThat(report.matrices())
                .filteredOn(StageReport.MatrixEffect::kept)
                .extracting(StageReport.MatrixEffect::name)
                .containsExactlyElementsOf(kept);
        for (int matrix = 0; matrix < report.matrices().size(); matrix++) {
            assertThat(report.matrices().get(matrix).change())
                    .isCloseTo(expected.get("change").get(matrix).doubleValue(), within(1e-5));
        }
    }

    @Test
    void whatIsProtectedFromEightBitsBelongsToTheRest() {
        StageReport.Protected report =
                run("int8", "{pairs: pairs.jsonl, share: 0.3}").protection();
        ModelDirectory made = ModelDirectory.open(directory.resolve("out"));
        assertThat(report.matrices()).anyMatch(StageReport.MatrixEffect::kept).anyMatch(matrix -> !matrix.kept());
        for (StageReport.MatrixEffect matrix : report.matrices()) {
            Weight weight = made.tensor(matrix.name());
            assertThat(weight instanceof Tensor tensor && tensor.dtype() == DType.F16)
                    .as(matrix.name())
                    .isEqualTo(matrix.kept());
        }
    }

    @Test
    void theReportKeepsToItsSchema() throws IOException {
        run("int4", "{pairs: pairs.jsonl, share: 0.3}");
        JsonNode json =
                Json.MAPPER.readTree(directory.resolve("out/compression.json").toFile());
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(CompressionReport.class.getResourceAsStream("compression.schema.json"));
        assertThat(schema.validate(json)).isEmpty();
        ((ObjectNode) json.at("/stages/0/stage/protection")).remove("reliability");
        assertThat(schema.validate(json)).hasSize(1);
    }

    @Test
    void aStageWithoutItReportsNoProtection() throws IOException {
        assertThat(run("int4", null).protection()).isNull();
        assertThat(Files.readString(directory.resolve("out/compression.json"))).doesNotContain("protection");
    }

    @Test
    void theDataOfThePairsArePartOfTheKey() {
        Stage stage = read("int4", "{pairs: pairs.jsonl, share: 0.3}").stages().get(0);
        assertThat(stage.data()).hasSize(1).containsKey("pairs.jsonl");
        assertThat(read("int4", null).stages().get(0).data()).isEqualTo(Map.of());
        assertThat(stage.needsText()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int4 | {pairs: pairs.jsonl} | recipe.yaml:7: stages[0].protect needs the key \"share\"",
                "int4 | {share: 0.2} | recipe.yaml:7: stages[0].protect needs the key \"pairs\"",
                "int4 | {pairs: pairs.jsonl, share: 1} | share must be a number above 0 and below 1, but is \"1\"",
                "int4 | {pairs: pairs.jsonl, share: 0.3, bias: signed} | has no key \"bias\"",
                "int4 | {pairs: builtin:winobias, share: 0.3} | there are no pairs \"builtin:winobias\"",
                "int4 | {pairs: none.jsonl, share: 0.3} | none.jsonl do not exist",
                "int4 | {pairs: pairs.jsonl, share: 0.01} | share is 0.01, but whole matrices are protected, and the "
                        + "smallest has 0.0278 of the weights of linear layers; raise it, or leave out protect.",
                "int4 | {pairs: pairs.jsonl, share: 0.3, minReliability: 1} | the effect of rounding on preferences "
                        + "cannot be told from noise: over 30 pairs of pairs.jsonl",
            })
    void aProtectionThatCannotBeIsRefused(String scheme, String protect, String sentence) {
        assertThatThrownBy(() -> run(scheme, protect))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(sentence);
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"float16, float16 is precise enough", "int8-dynamic, int8-dynamic has one precision for all layers"})
    void otherSchemesRefuseIt(String scheme, String sentence) {
        String recipe = RECIPE.replace("SCHEME", scheme).replace("    blockSize: 16\n", "")
                + "protect: {pairs: pairs.jsonl, share: 0.3}\n";
        assertThatThrownBy(() -> RecipeReader.parse(recipe, "recipe.yaml", directory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("protect does not apply to this scheme, because " + sentence);
    }

    private StageReport.OfQuantization run(String scheme, String protect) {
        return (StageReport.OfQuantization) Compressor.run(
                        model,
                        read(scheme, protect),
                        directory.resolve("out"),
                        directory.resolve("checkpoints"),
                        Device.CPU,
                        Map.of(),
                        Progress.NONE,
                        folder -> {})
                .report()
                .stages()
                .get(0)
                .stage();
    }

    private Recipe read(String scheme, String protect) {
        return RecipeReader.parse(
                RECIPE.replace("SCHEME", scheme) + (protect == null ? "rest: float16" : "protect: " + protect) + "\n",
                "recipe.yaml",
                directory);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.textValue()));
        return texts;
    }
}
