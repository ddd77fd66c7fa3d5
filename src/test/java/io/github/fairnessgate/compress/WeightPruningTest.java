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
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.sparsity.Pattern;
import io.github.fairnessgate.sparsity.Share;
import io.github.fairnessgate.sparsity.Target;
import io.github.fairnessgate.train.BlockLinear;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.yaml.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class WeightPruningTest {

    private static final String HEAD = "version: 1\nseed: 3\ntext: text.txt\nstages:\n";
    private static final String MAGNITUDE = stage("magnitude", "sparsity: 0.5");
    private static final String WANDA = stage("wanda", "sparsity: 0.5", "examples: 6", "sequenceLength: 16");
    private static final String SPARSEGPT = stage("sparsegpt", "sparsity: 0.5", "examples: 6", "sequenceLength: 16");
    private static final String HEAD_PRUNING =
            "  - method: head-pruning\n    importance: michel\n    heads: 0.5\n    examples: 6\n    "
                    + "sequenceLength: 16\n";
    private static final String DISTILLATION =
            "  - method: distillation\n    layers: 2\n    steps: 4\n    batchSize: 4\n    sequenceLength: 16\n";

    @TempDir
    private Path directory;

    private ModelDirectory model;
    private Path target;

    @BeforeEach
    void makeModelAndText() throws IOException {
        model = TinyModels.builder().layers(4).heads(4).embedding(16).write(directory.resolve("model"));
        target = directory.resolve("build/compressed");
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4000; i++) {
            text.append("the model of a text ".charAt(random.nextInt(20)));
        }
        Files.writeString(directory.resolve("text.txt"), text);
    }

    private static String stage(String importance, String... lines) {
        return "  - method: weight-pruning\n    importance: " + importance + "\n    " + String.join("\n    ", lines)
                + "\n";
    }

    /**
     * NumPy and hooks on transformers 4.57.1 prune the same model on the same windows
     * (src/test/fixtures/sparsity/make_sparsity_fixtures.py).
     */
    @ParameterizedTest
    @ValueSource(strings = {"gradients-gelu-erf", "gradients-pruned-heads"})
    void aWholeModelGetsTheMasksAndWeightsOfTheReference(String name) throws IOException {
        ModelDirectory trained = copy(name);
        JsonNode fixture = json("/fixtures/sparsity/model-" + name + ".json");
        int[][] windows = Json.MAPPER.convertValue(fixture.get("windows"), int[][].class);
        for (JsonNode expected : fixture.get("cases")) {
            WeightPruning stage = new WeightPruning(
                    new Location("recipe.yaml", 1, ""),
                    importance(expected.get("method").textValue(), windows),
                    target(expected.get("target")),
                    List.of(BlockLinear.values()));
            try (CalibratedPruning pruning = new CalibratedPruning(
                    stage, trained, windows, new StageContext(null, null, null, 1, Device.CPU, Progress.NONE, null))) {
                for (String tensor : trained.config().tensorShapes().keySet()) {
                    float[] weights = pruning.weights(tensor);
                    float[] wanted = expected.get("weights").has(tensor)
                            ? Json.MAPPER.convertValue(expected.get("weights").get(tensor), float[].class)
                            : trained.tensor(tensor).toFloats();
                    assertThat(zeros(weights))
                            .as("%s of %s", tensor, expected.get("method"))
                            .isEqualTo(zeros(wanted));
                    assertThat(weights)
                            .as("%s of %s", tensor, expected.get("method"))
                            .containsExactly(wanted, within(1e-4f));
                }
            }
        }
    }

    private static WeightPruning.Importance importance(String id, int[][] windows) {
        WeightPruning.Examples examples = new WeightPruning.Examples(windows.length, windows[0].length);
        return id.equals("wanda")
                ? new WeightPruning.Importance.Wanda(examples)
                : new WeightPruning.Importance.SparseGpt(examples, 0.01, 128);
    }

    private static Target target(JsonNode target) {
        return target.isNumber() ? new Share(target.decimalValue()) : Pattern.TWO_OF_FOUR;
    }

    private ModelDirectory copy(String name) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(name));
        for (String file : List.of("config.json", "model.safetensors")) {
            try (InputStream in = WeightPruningTest.class.getResourceAsStream("/fixtures/train/" + name + "/" + file)) {
                Files.copy(in, folder.resolve(file));
            }
        }
        TinyModels.writeTokenizer(folder.resolve("tokenizer.json"), 257);
        return ModelDirectory.open(folder);
    }

    private static JsonNode json(String resource) throws IOException {
        try (InputStream in = WeightPruningTest.class.getResourceAsStream(resource)) {
            return Json.MAPPER.readTree(in);
        }
    }

    private static boolean[] zeros(float[] values) {
        boolean[] zeros = new boolean[values.length];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = values[i] == 0;
        }
        return zeros;
    }

    @Test
    void halfOfEveryMatrixGoesAndTheReportCountsItInTheFile() {
        for (String stage : List.of(MAGNITUDE, WANDA, SPARSEGPT)) {
            StageReport.OfWeightPruning report = run(stage);
            ModelDirectory pruned = ModelDirectory.open(target);
            assertThat(report.target()).isEqualTo("0.5");
            assertThat(report.sparsity()).isEqualTo(0.5);
            assertThat(report.layers()).hasSize(4);
            for (StageReport.SparseLayer layer : report.layers()) {
                assertThat(layer.tensors()).hasSize(4).allSatisfy(tensor -> {
                    assertThat(tensor.zeros())
                            .isEqualTo(tensor.size() / 2)
                            .isEqualTo(countZeros(pruned, tensor.tensor()));
                    assertThat(tensor.size())
                            .isEqualTo(model.tensor(tensor.tensor()).elements());
                });
            }
        }
    }

    @Test
    void nothingButLinearLayersChanges() {
        run(SPARSEGPT);
        ModelDirectory pruned = ModelDirectory.open(target);
        assertThat(pruned.config()).isEqualTo(model.config());
        for (String tensor : model.config().tensorShapes().keySet()) {
            boolean isLinear = tensor.matches("h\\.\\d\\.(attn|mlp)\\.c_\\w+\\.weight");
            assertThat(Arrays.equals(
                            pruned.tensor(tensor).toFloats(),
                            model.tensor(tensor).toFloats()))
                    .as(tensor)
                    .isEqualTo(!isLinear);
        }
    }

    @Test
    void onlyTheNamedLayersArePruned() {
        for (String stage : List.of(MAGNITUDE, WANDA, SPARSEGPT)) {
            StageReport.OfWeightPruning report = run(stage + "    linears: [mlp.c_proj, attn.c_proj]\n");
            ModelDirectory pruned = ModelDirectory.open(target);
            assertThat(report.layers().get(2).tensors())
                    .extracting(StageReport.SparseTensor::tensor)
                    .containsExactly("h.2.attn.c_proj.weight", "h.2.mlp.c_proj.weight");
            assertThat(countZeros(pruned, "h.2.mlp.c_fc.weight")).isZero();
            assertThat(countZeros(pruned, "h.2.mlp.c_proj.weight")).isEqualTo(16 * 64 / 2);
        }
    }

    @Test
    void aGlobalShareIsMetByTheModelAndNotByItsLayers() {
        StageReport.OfWeightPruning report = run(MAGNITUDE + "    scope: global\n");
        List<StageReport.SparseTensor> tensors = report.layers().stream()
                .flatMap(layer -> layer.tensors().stream())
                .toList();
        assertThat(tensors.stream().mapToLong(StageReport.SparseTensor::zeros).sum())
                .isEqualTo(4 * 16 * 12 * 16 / 2);
        assertThat(tensors).anyMatch(tensor -> tensor.zeros() != tensor.size() / 2);
        assertThat(report.scope()).contains("global");
        float largestGone = 0;
        float leastKept = Float.MAX_VALUE;
        for (StageReport.SparseTensor tensor : tensors) {
            float[] before = model.tensor(tensor.tensor()).toFloats();
            float[] after = ModelDirectory.open(target).tensor(tensor.tensor()).toFloats();
            for (int i = 0; i < before.length; i++) {
                largestGone = after[i] == 0 ? Math.max(largestGone, Math.abs(before[i])) : largestGone;
                leastKept = after[i] == 0 ? leastKept : Math.min(leastKept, Math.abs(before[i]));
            }
        }
        assertThat(largestGone).isLessThanOrEqualTo(leastKept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2:4", "4:8"})
    void everyGroupInTheFileHasItsPattern(String pattern) {
        int size = Integer.parseInt(pattern.substring(2));
        for (String stage : List.of(MAGNITUDE, WANDA, SPARSEGPT)) {
            StageReport.OfWeightPruning report = run(stage.replace("sparsity: 0.5", "pattern: '" + pattern + "'"));
            assertThat(report.target()).isEqualTo(pattern);
            for (String tensor : List.of("h.0.attn.c_attn.weight", "h.3.mlp.c_proj.weight")) {
                float[] values = ModelDirectory.open(target).tensor(tensor).toFloats();
                int outputs = (int) model.tensor(tensor).shape()[1];
                for (int first = 0; first < values.length; first += size * outputs) {
                    for (int output = 0; output < outputs; output++) {
                        int zeros = 0;
                        for (int i = 0; i < size; i++) {
                            zeros += values[first + i * outputs + output] == 0 ? 1 : 0;
                        }
                        assertThat(zeros).isEqualTo(size / 2);
                    }
                }
            }
        }
    }

    @Test
    void theSameRecipeGivesTheSameBytesAndAnotherSeedOthers() {
        for (String stage : List.of(WANDA, SPARSEGPT)) {
            run(stage);
            String weights = Digests.sha256(target.resolve("model.safetensors"));
            String report = Digests.sha256(target.resolve("compression.json"));
            run(stage);
            assertThat(Digests.sha256(target.resolve("model.safetensors"))).isEqualTo(weights);
            assertThat(Digests.sha256(target.resolve("compression.json"))).isEqualTo(report);
            run(HEAD.replace("seed: 3", "seed: 4"), stage);
            assertThat(Digests.sha256(target.resolve("model.safetensors"))).isNotEqualTo(weights);
        }
    }

    @Test
    void aModelThatLostHeadsIsPrunedInItsOwnShape() {
        StageReport.OfWeightPruning report = run(HEAD_PRUNING + SPARSEGPT.replace("sparsity: 0.5", "pattern: '2:4'"));
        ModelDirectory pruned = ModelDirectory.open(target);
        assertThat(pruned.config().prunedHeads()).anyMatch(heads -> !heads.isEmpty());
        for (int layer = 0; layer < 4; layer++) {
            assertThat(report.layers().get(layer).tensors().get(1).size())
                    .isEqualTo(pruned.config().heads(layer) * 4L * 16);
        }
        assertThat(report.sparsity()).isEqualTo(0.5);
    }

    @Test
    void weightsThatAreZeroStayZeroInALaterPruning() {
        run(MAGNITUDE);
        ModelDirectory first = open();
        run(MAGNITUDE + SPARSEGPT.replace("0.5", "0.6"));
        ModelDirectory second = open();
        for (BlockLinear linear : BlockLinear.values()) {
            float[] before = first.tensor(linear.weight(1)).toFloats();
            float[] after = second.tensor(linear.weight(1)).toFloats();
            for (int i = 0; i < before.length; i++) {
                assertThat(before[i] == 0 && after[i] != 0).isFalse();
            }
        }
    }

    @Test
    void aModelThatIsSparserAlreadyIsRefused() {
        for (String less : List.of(MAGNITUDE, WANDA, SPARSEGPT)) {
            assertRefused(
                    WANDA.replace("0.5", "0.9") + less.replace("0.5", "0.3"),
                    "weight-pruning would change nothing: of the 12288 weights"
                            + " in its scope, 10880 are zero already, which is what 0.3 asks for");
        }
        assertRefused(
                stage("magnitude", "pattern: '2:4'") + stage("magnitude", "pattern: '2:4'"),
                "recipe.yaml:8: weight-pruning would change nothing",
                "which is what 2:4 asks for");
    }

    @Test
    void aDistillationAfterAPruningIsRefusedBeforeAnythingRuns() {
        assertRefused(
                WANDA + HEAD_PRUNING + DISTILLATION,
                "recipe.yaml:15: distillation trains every weight, so it would undo the weight-pruning at "
                        + "recipe.yaml:5;" + " put distillation first and weight-pruning after it.");
        run(DISTILLATION + WANDA);
        assertThat(open().config().layers()).isEqualTo(2);
    }

    @Test
    void aNeuronPruningAfterAPatternIsRefusedBecauseItsGroupsWouldFallApart() {
        String neurons =
                "  - method: neuron-pruning\n    importance: magnitude\n    neurons: 0.5\n    examples: 6\n    "
                        + "sequenceLength: 16\n";
        String pattern = stage("magnitude", "pattern: '2:4'");
        assertRefused(
                pattern + neurons,
                "recipe.yaml:8: neuron-pruning removes inputs of mlp.c_proj, which would break the groups of the "
                        + "pattern 2:4 of the" + " weight-pruning at recipe.yaml:5; put it before the weight-pruning.");
        run(neurons + pattern);
        assertThat(open().config().innerSize()).isEqualTo(32);
    }

    @Test
    void aHeadPruningAfterAPatternIsRefusedIfAHeadIsNoWholeNumberOfGroups() {
        String wide = stage("magnitude", "pattern: '4:8'", "linears: [attn.c_proj]");
        assertRefused(
                wide + HEAD_PRUNING,
                "head-pruning removes inputs of attn.c_proj, 4 a head, which is not a multiple of 8; this would "
                        + "break the groups of the"
                        + " pattern 4:8 of the weight-pruning at recipe.yaml:5. Put it before the weight-pruning.");
        compress(HEAD, stage("magnitude", "pattern: '4:8'", "linears: [mlp.c_fc]") + HEAD_PRUNING);
    }

    @Test
    void aHeadPruningAfterAPatternThatFitsItsHeadsKeepsThePattern() {
        compress(HEAD, stage("magnitude", "pattern: '2:4'") + HEAD_PRUNING);
        ModelDirectory made = open();
        assertThat(made.config().prunedHeads().stream().mapToInt(List::size).sum())
                .isEqualTo(8);
        long[] shape = made.tensor("h.0.attn.c_proj.weight").shape();
        float[] weights = made.tensor("h.0.attn.c_proj.weight").toFloats();
        for (int output = 0; output < shape[1]; output++) {
            for (int group = 0; group < shape[0]; group += 4) {
                int zeros = 0;
                for (int input = group; input < group + 4; input++) {
                    zeros += weights[(int) (input * shape[1] + output)] == 0 ? 1 : 0;
                }
                assertThat(zeros).isEqualTo(2);
            }
        }
    }

    @Test
    void aPatternThatDoesNotDivideTheInputsIsRefused() {
        model = TinyModels.builder().layers(2).heads(2).embedding(12).inner(20).write(directory.resolve("other"));
        assertRefused(
                stage("magnitude", "pattern: '4:8'"),
                "recipe.yaml:5: pattern is \"4:8\", but h.0.attn.c_attn.weight has 12 inputs, which are not a "
                        + "multiple of 8");
        assertRefused(
                stage("magnitude", "pattern: '4:8'", "linears: [mlp.c_proj]"), "h.0.mlp.c_proj.weight has 20 inputs");
        run(stage("magnitude", "pattern: '2:4'"));
    }

    @Test
    void aPatternThatTheRemainingHeadsDoNotFillIsRefused() {
        model = TinyModels.builder().layers(2).heads(4).embedding(8).write(directory.resolve("other"));
        assertRefused(
                HEAD_PRUNING.replace("0.5", "1") + stage("magnitude", "pattern: '4:8'"),
                "pattern is \"4:8\", but h.",
                ".attn.c_proj.weight has 6 inputs");
    }

    @Test
    void aShareOfNoneOrAllIsRefused() {
        assertRefused(
                WANDA.replace("0.5", "0.01"),
                "sparsity is 0.01, which is none of the 16 weights that are compared with one another in"
                        + " h.0.attn.c_attn.weight; raise it.");
        assertRefused(WANDA.replace("0.5", "0.99"), "sparsity is 0.99, which is all of the 16 weights", "lower it.");
        assertRefused(MAGNITUDE.replace("0.5", "0.0001"), "which is none of the 768 weights");
    }

    @Test
    void textAndPositionsMustSuffice() throws IOException {
        assertRefused(
                WANDA.replace("sequenceLength: 16", "sequenceLength: 33"),
                "sequenceLength is 33, but the model has only 32 positions");
        Files.writeString(
                directory.resolve("text.txt"), "sixty-two characters are not enough for four windows of sixteen");
        assertRefused(
                SPARSEGPT,
                "the text text.txt has 63 tokens, which make 3 windows of 16, but this stage needs at least 6");
    }

    @Test
    void toLittleDampingIsRefused() {
        assertRefused(
                SPARSEGPT.replace("examples: 6", "examples: 1") + "    damping: 1e-25\n",
                "with damping 1.0E-25",
                "depend on one another",
                "raise damping");
    }

    @Test
    void onTextThatWasNotCalibratedOnTheReferenceModelLosesLeastBySparseGptAndMostByMagnitude() throws IOException {
        model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", directory.resolve("cache")));
        try (InputStream articles = WeightPruningTest.class.getResourceAsStream(
                "/io/github/fairnessgate/evaluate/data/wikitext/wiki.test.tokens")) {
            Files.write(directory.resolve("text.txt"), articles.readNBytes(200_000));
            Files.write(directory.resolve("held-out.txt"), articles.readNBytes(50_000));
        }
        int[][] heldOut;
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            heldOut = TokenStream.of(
                            TrainingText.read(TextSource.find(List.of("held-out.txt"), directory, Map.of())), tokenizer)
                    .windows(128);
        }
        double[] after = new double[3];
        List<String> stages = List.of(SPARSEGPT, WANDA, MAGNITUDE);
        for (int i = 0; i < 3; i++) {
            run(stages.get(i)
                    .replace("sparsity: 0.5", "pattern: '2:4'")
                    .replace("examples: 6", "examples: 64")
                    .replace("sequenceLength: 16", "sequenceLength: 128"));
            after[i] = loss(ModelDirectory.open(target), heldOut);
        }
        assertThat(after).isSorted().doesNotHaveDuplicates();
    }

    private static double loss(ModelDirectory model, int[][] windows) {
        try (FrozenGpt2 language = FrozenGpt2.open(model, Device.CPU)) {
            return language.loss(windows);
        }
    }

    private ModelDirectory open() {
        Path copy = directory.resolve("copy-" + System.nanoTime());
        try {
            Files.move(target, copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ModelDirectory.open(copy);
    }

    private static long countZeros(ModelDirectory model, String tensor) {
        long zeros = 0;
        for (float value : model.tensor(tensor).toFloats()) {
            zeros += value == 0 ? 1 : 0;
        }
        return zeros;
    }

    private void assertRefused(String stages, String... parts) {
        assertThatThrownBy(() -> run(stages))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(parts);
        assertThat(target).doesNotExist();
    }

    /** The report of the last stage. */
    private StageReport.OfWeightPruning run(String stages) {
        return run(HEAD, stages);
    }

    private StageReport.OfWeightPruning run(String head, String stages) {
        List<CompressionReport.AchievedStage> achieved = compress(head, stages);
        return (StageReport.OfWeightPruning) achieved.get(achieved.size() - 1).stage();
    }

    private List<CompressionReport.AchievedStage> compress(String head, String stages) {
        Recipe recipe = RecipeReader.parse(head + stages, "recipe.yaml", directory);
        return Compressor.run(
                        model,
                        recipe,
                        target,
                        directory.resolve("checkpoints"),
                        Device.CPU,
                        Map.of(),
                        Progress.NONE,
                        folder -> {})
                .report()
                .stages();
    }
}
