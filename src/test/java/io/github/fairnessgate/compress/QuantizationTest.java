package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.tensor.Activations;
import io.github.fairnessgate.tensor.BlockQuantizedTable;
import io.github.fairnessgate.tensor.BlockQuantizedWeight;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.FloatTensor;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.tensor.Weight;
import io.github.fairnessgate.train.FrozenGpt2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class QuantizationTest {

    private static final String HEAD = "version: 1\nseed: 3\ntext: text.txt\nstages:\n";
    private static final String QUANTIZATION = "  - method: quantization\n    scheme: ";
    private static final String HEAD_PRUNING = """
              - method: head-pruning
                importance: michel
                heads: 0.5
                examples: 2
                heldOut: 2
                sequenceLength: 16
            """;
    private static final String DISTILLATION =
            "  - method: distillation\n    layers: 2\n    steps: 2\n    batchSize: 2\n    sequenceLength: 16\n";
    private static final String LINEAR = "h.0.mlp.c_fc.weight";
    private static final int[] WINDOW =
            IntStream.range(0, 20).map(i -> (i * 37 + 5) % 257).toArray();

    @TempDir
    private Path directory;

    private ModelDirectory model;
    private Path target;

    @BeforeEach
    void makeModelAndText() throws IOException {
        model = TinyModels.builder().layers(3).heads(4).embedding(40).inner(100).write(directory.resolve("model"));
        target = directory.resolve("build/compressed");
        Files.writeString(directory.resolve("text.txt"), "the text of a model ".repeat(20));
    }

    @Test
    void everyKeyIsRead() {
        assertThat(stage("int8"))
                .isEqualTo(new Quantization.ToBlocks(8, 32, Activations.INT8, true, DType.F16, Optional.empty()));
        assertThat(stage("int4\n    blockSize: 128\n    activations: float32\n    embedding: rest\n    rest: float32"))
                .isEqualTo(new Quantization.ToBlocks(4, 128, Activations.FLOAT32, false, DType.F32, Optional.empty()));
        assertThat(stage("int8-dynamic\n    rest: float32")).isEqualTo(new Quantization.ToColumns(DType.F32));
        assertThat(stage("float16")).isEqualTo(new Quantization.ToFloat16());
        Recipe builtin = RecipeReader.read("int8", directory);
        assertThat(((Quantization) builtin.stages().get(0)).form())
                .isEqualTo(new Quantization.ToBlocks(8, 32, Activations.INT8, true, DType.F16, Optional.empty()));
    }

    private Quantization.Form stage(String rest) {
        return ((Quantization) RecipeReader.parse(HEAD + QUANTIZATION + rest + "\n", "recipe.yaml", directory)
                        .stages()
                        .get(0))
                .form();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int8  | blockSize: 24  | blockSize must be 16, 32, 64 or 128, but is \"24\"",
                "int4  | blockSize: 0   | blockSize must be a whole number from 1",
                "int4  | blockSize: 256 | blockSize must be 16, 32, 64 or 128, but is \"256\"",
                "int8  | rest: bfloat16 | rest is \"bfloat16\"; did you mean \"float16\"?",
                "int8  | blocksize: 32  | has no key \"blocksize\"; did you mean \"blockSize\"?",
                "float16 | blockSize: 32 | blockSize does not apply to this scheme, because float16 has no blocks; "
                        + "remove it",
                "float16 | rest: float32 | rest does not apply to this scheme, because float16 is for all weights; "
                        + "remove it",
                "int8 | activations: int4 | activations is \"int4\"; did you mean \"int8\"?",
                "int8 | blockSize: 128 | with activations: int8, blockSize must be 16 or 32; set activations: "
                        + "float32, or make the blocks smaller",
                "int4 | embedding: int4 | embedding is \"int4\"; did you mean \"int8\"?",
                "int8-dynamic | embedding: int8 | embedding does not apply to this scheme, because int8-dynamic "
                        + "leaves it with the rest; remove it",
                "float16 | activations: int8 | activations does not apply to this scheme, because float16 leaves "
                        + "them as they are; remove it",
                "int8-dynamic | activations: int8 | activations does not apply to this scheme, because "
                        + "int8-dynamic always makes them int8; remove it",
                "int8-dynamic | blockSize: 32 | blockSize does not apply to this scheme, because int8-dynamic has "
                        + "one scale for each output instead; remove it",
            })
    void aKeyThatCannotBeIsRefusedWithItsLine(String scheme, String line, String sentence) {
        assertThatThrownBy(() -> stage(scheme + "\n    " + line))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("recipe.yaml:7: ")
                .hasMessageContaining(sentence);
    }

    @Test
    void anUnknownSchemeIsRefusedWithTheOneThatWasMeant() {
        assertThatThrownBy(() -> stage("int8_dynamic"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "recipe.yaml:6: stages[0].scheme is \"int8_dynamic\"; did you mean \"int8-dynamic\"?");
    }

    @Test
    void nothingMayComeAfterAQuantization() {
        assertRefused(
                HEAD + QUANTIZATION + "int8\n" + DISTILLATION,
                "recipe.yaml:7: distillation comes after the quantization to int8 of line 5, but would not keep "
                        + "its few bits; make the quantization the last stage.");
        assertRefused(
                HEAD + QUANTIZATION + "int4\n" + HEAD_PRUNING,
                "recipe.yaml:7: head-pruning comes after the quantization to int4 of line 5");
        assertRefused(
                HEAD + QUANTIZATION + "int8-dynamic\n" + QUANTIZATION + "float16\n",
                "recipe.yaml:7: quantization comes after");
        assertRefused(
                HEAD + QUANTIZATION + "int8\n" + QUANTIZATION + "int8\n", "recipe.yaml:7: quantization comes after");
        assertRefused(HEAD + QUANTIZATION + "float16\n" + DISTILLATION, "the quantization to float16 of line 5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "float16",
                "int8",
                "int4",
                "int4\n    blockSize: 16\n    rest: float32",
                "int8-dynamic",
                "int8\n    activations: float32"
            })
    void theReportSaysWhatTheFolderHolds(String scheme) throws IOException {
        CompressionReport report = run(HEAD + QUANTIZATION + scheme + "\n");
        ModelDirectory compressed = ModelDirectory.open(target);
        StageReport.OfQuantization stage =
                (StageReport.OfQuantization) report.stages().get(0).stage();
        assertThat(stage.scheme()).isEqualTo(scheme.lines().findFirst().orElseThrow());
        assertThat(stage.bytesBefore()).isEqualTo(model.weightBytes());
        assertThat(stage.bytesAfter()).isEqualTo(compressed.weightBytes()).isLessThan(model.weightBytes());
        assertThat(stage.weights())
                .extracting(StageReport.QuantizedWeight::name)
                .containsExactlyElementsOf(model.tensors().keySet());
        assertThat(stage.weights().stream()
                        .mapToLong(StageReport.QuantizedWeight::bytesAfter)
                        .sum())
                .isEqualTo(stage.bytesAfter());
        for (StageReport.QuantizedWeight weight : stage.weights()) {
            assertThat(weight.rmsError()).isLessThanOrEqualTo(weight.largestError());
        }
        assertThat(report.output().parameters()).isEqualTo(model.parameters());
        JsonNode json = Json.MAPPER
                .readTree(target.resolve("compression.json").toFile())
                .at("/stages/0/stage");
        assertThat(json.get("method").textValue()).isEqualTo("quantization");
        assertThat(json.get("weights")).hasSize(model.tensors().size());
    }

    @Test
    void theErrorsAreThoseOfTheWeights() {
        CompressionReport report = run(HEAD + QUANTIZATION + "int4\n    rest: float32\n");
        StageReport.OfQuantization stage =
                (StageReport.OfQuantization) report.stages().get(0).stage();
        StageReport.QuantizedWeight linear = stage.weights().stream()
                .filter(weight -> weight.name().equals(LINEAR))
                .findFirst()
                .orElseThrow();
        float[] before = model.tensor(LINEAR).toFloats();
        BlockQuantizedWeight after =
                (BlockQuantizedWeight) ModelDirectory.open(target).tensor(LINEAR);
        double largest = IntStream.range(0, before.length)
                .mapToDouble(i -> Math.abs((double) after.toFloats()[i] - before[i]))
                .max()
                .orElseThrow();
        double widestStep = IntStream.range(0, after.scales().toFloats().length)
                .mapToDouble(i -> after.scales().toFloats()[i])
                .max()
                .orElseThrow();
        assertThat(linear.largestError()).isEqualTo(largest).isBetween(0.4 * widestStep, 0.50002 * widestStep);
        assertThat(linear.rmsError())
                .isBetween(0.1 * widestStep, 0.35 * widestStep); // 1 / sqrt(12) of a step, and most steps are smaller
        assertThat(stage.weights().get(1).largestError()).isZero();
    }

    @Test
    void onlyLinearLayersAndTheTokenEmbeddingBecomeWholeNumbers() {
        run(HEAD + QUANTIZATION + "int8\n");
        for (Weight weight : ModelDirectory.open(target).tensors().values()) {
            boolean isLinear = weight.name().matches("h\\.\\d\\.(attn|mlp)\\.c_\\w+\\.weight");
            assertThat(weight instanceof BlockQuantizedWeight).as(weight.name()).isEqualTo(isLinear);
            assertThat(weight instanceof BlockQuantizedTable)
                    .as(weight.name())
                    .isEqualTo(weight.name().equals("wte.weight"));
            assertThat(!(weight instanceof Tensor tensor) || tensor.dtype() == DType.F16)
                    .isTrue();
        }
    }

    /** In transformers the folder itself must not load: it would find no linear layer and make random ones. */
    @ParameterizedTest
    @ValueSource(strings = {"int8", "int4", "int8-dynamic"})
    void theTwinHasTheSameWeightsAsFloatsAndTheFolderItselfHasNoModelFile(String scheme) {
        run(HEAD + QUANTIZATION + scheme + "\n");
        ModelDirectory compressed = ModelDirectory.open(target);
        ModelDirectory dense = ModelDirectory.open(target.resolve("dense"));
        assertThat(target.resolve("model.safetensors")).doesNotExist();
        assertThat(target.resolve("dense/model.safetensors")).exists();
        assertThat(dense.isQuantized()).isFalse();
        dense.tensors().forEach((name, weight) -> {
            assertThat(((Tensor) weight).dtype()).isEqualTo(DType.F32);
            assertThat(weight.toFloats()).isEqualTo(compressed.tensor(name).toFloats());
        });
    }

    @Test
    void float16IsAnOrdinaryModelWithoutATwin() {
        run(HEAD + QUANTIZATION + "float16\n");
        assertThat(ModelDirectory.open(target).weightBytes()).isEqualTo(2 * model.parameters());
        assertThat(target.resolve("dense")).doesNotExist();
        assertThat(logits(ModelDirectory.open(target)))
                .containsExactly(logits(model), within(0.05f))
                .isNotEqualTo(logits(model));
    }

    @ParameterizedTest
    @ValueSource(strings = {"float16", "int8", "int4", "int8-dynamic"})
    void aPrunedModelCanBeQuantizedAndItsTwinHasAllHeads(String scheme) {
        run(HEAD + HEAD_PRUNING + DISTILLATION + QUANTIZATION + scheme + "\n");
        ModelDirectory compressed = ModelDirectory.open(target);
        ModelDirectory dense = ModelDirectory.open(target.resolve("dense"));
        assertThat(compressed.config().prunedHeads()).anyMatch(heads -> !heads.isEmpty());
        assertThat(compressed.config().layers()).isEqualTo(2);
        assertThat(dense.config().prunedHeads()).allMatch(List::isEmpty);
        assertThat(logits(dense)).containsExactly(logits(compressed), within(1e-5f));
    }

    @Test
    void theSameRecipeGivesTheSameBytes() {
        run(HEAD + QUANTIZATION + "int4\n");
        String first = Digests.sha256(target.resolve("quantized.safetensors"));
        String report = Digests.sha256(target.resolve("compression.json"));
        run(HEAD + QUANTIZATION + "int4\n");
        assertThat(Digests.sha256(target.resolve("quantized.safetensors"))).isEqualTo(first);
        assertThat(Digests.sha256(target.resolve("compression.json"))).isEqualTo(report);
    }

    @Test
    void aQuantizedModelCanTeach() {
        run(HEAD + QUANTIZATION + "int8\n");
        ModelDirectory teacher = ModelDirectory.open(target);
        Path student = directory.resolve("build/student");
        write("recipe.yaml", HEAD + DISTILLATION);
        Compressor.run(
                teacher,
                RecipeReader.read("recipe.yaml", directory),
                student,
                directory.resolve("checkpoints"),
                Device.CPU,
                Map.of(),
                Progress.NONE,
                folder -> {});
        assertThat(ModelDirectory.open(student).isQuantized()).isFalse();
        assertThat(ModelDirectory.open(student).config().layers()).isEqualTo(2);
    }

    @Test
    void aQuantizedModelIsNotQuantizedAgain() {
        run(HEAD + QUANTIZATION + "int8\n");
        model = ModelDirectory.open(target);
        target = directory.resolve("other/compressed");
        assertRefused(
                HEAD + QUANTIZATION + "float16\n",
                "recipe.yaml:5: the model " + model.path() + " is quantized already");
        assertRefused(HEAD + QUANTIZATION + "int4\n", "is quantized already");
    }

    @Test
    void aNumberBeyondFloat16IsRefusedWithItsTensor() {
        edit("ln_f.weight", -70000f);
        assertRefused(
                HEAD + QUANTIZATION + "float16\n",
                "recipe.yaml:5: tensor ln_f.weight has the value -70000.0 at index 3, but float16 ends at 65504;"
                        + " choose int8 with rest: float32, or leave the stage out.");
        assertRefused(
                HEAD + QUANTIZATION + "int8\n",
                "tensor ln_f.weight has the value -70000.0 at index 3, but float16 ends at 65504; set rest: float32.");
        run(HEAD + QUANTIZATION + "int8\n    rest: float32\n");
        assertThat(ModelDirectory.open(target).tensor("ln_f.weight").toFloats()[3])
                .isEqualTo(-70000f);
    }

    @Test
    void aLinearLayerBeyondFloat16IsNoProblemForWholeNumbers() {
        edit(LINEAR, 70000f);
        run(HEAD + QUANTIZATION + "int8\n");
        assertThat(ModelDirectory.open(target).tensor(LINEAR).toFloats()[3]).isCloseTo(70000f, within(150f));
    }

    private void edit(String tensor, float value) {
        Map<String, FloatTensor> weights = new LinkedHashMap<>();
        model.tensors()
                .forEach((name, weight) -> weights.put(name, new FloatTensor(weight.shape(), weight.toFloats())));
        weights.get(tensor).data()[3] = value;
        SafetensorsWriter.write(model.path().resolve("model.safetensors"), weights, DType.F32);
        model = ModelDirectory.open(model.path());
    }

    @Test
    void aStageThatMakesNothingSmallerIsRefused() {
        model = TinyModels.builder().dtype(DType.F16).write(directory.resolve("half"));
        assertRefused(
                HEAD + QUANTIZATION + "float16\n",
                "recipe.yaml:5: the weights would take " + model.weightBytes() + " bytes as float16, and they take "
                        + model.weightBytes() + " now, so nothing would be gained");
        assertRefused(
                HEAD + QUANTIZATION + "int8\n    blockSize: 128\n    activations: float32\n    embedding: rest\n",
                "so nothing would be gained; leave the stage out or choose another scheme or blockSize.");
    }

    private void assertRefused(String yaml, String... sentence) {
        assertThatThrownBy(() -> run(yaml))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(sentence);
        assertThat(target).doesNotExist();
    }

    private CompressionReport run(String yaml) {
        write("recipe.yaml", yaml + "\ndense: true\n");
        return Compressor.run(
                        model,
                        RecipeReader.read("recipe.yaml", directory),
                        target,
                        directory.resolve("checkpoints"),
                        Device.CPU,
                        Map.of(),
                        Progress.NONE,
                        folder -> {})
                .report();
    }

    private void write(String file, String text) {
        try {
            Files.writeString(directory.resolve(file), text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static float[] logits(ModelDirectory model) {
        try (FrozenGpt2 network = FrozenGpt2.open(model, Device.CPU)) {
            return network.logits(WINDOW);
        }
    }
}
