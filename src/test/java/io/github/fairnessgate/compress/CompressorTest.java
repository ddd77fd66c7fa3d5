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
import io.github.fairnessgate.UnfitException;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.Safetensors;
import io.github.fairnessgate.train.FrozenGpt2;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class CompressorTest {

    private static final String HEAD = "version: 1\nseed: 3\ntext: text.txt\nstages:\n";
    private static final String DISTILLATION = """
              - method: distillation
                layers: 2
                steps: 12
                batchSize: 4
                sequenceLength: 16
                learningRate: 1e-3
            """;
    private static final String HEAD_PRUNING = """
              - method: head-pruning
                importance: michel
                heads: 0.5
                examples: 6
                heldOut: 4
                sequenceLength: 16
            """;
    private static final String NEURON_PRUNING = """
              - method: neuron-pruning
                importance: taylor
                neurons: 0.5
                examples: 6
                heldOut: 4
                sequenceLength: 16
            """;
    private static final String LAYER_PRUNING = """
              - method: layer-pruning
                importance: loss
                layers: 2
                examples: 6
                heldOut: 4
                sequenceLength: 16
            """;
    private static final Consumer<Path> NOTHING_MORE = folder -> {};

    @TempDir
    private Path directory;

    private ModelDirectory model;
    private Path target;
    private Path checkpoints;

    @BeforeEach
    void makeModelAndText() throws IOException {
        model = TinyModels.builder().layers(4).heads(4).embedding(16).write(directory.resolve("model"));
        target = directory.resolve("build/compressed");
        checkpoints = directory.resolve("checkpoint");
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4000; i++) {
            text.append("the model of a text ".charAt(random.nextInt(20)));
        }
        Files.writeString(directory.resolve("text.txt"), text);
    }

    @Test
    void aDistilledModelIsLoadableSmallerAndReported() throws IOException {
        CompressionReport report = run(HEAD + DISTILLATION);
        ModelDirectory compressed = ModelDirectory.open(target);
        assertThat(compressed.config().layers()).isEqualTo(2);
        assertThat(report.output().parameters())
                .isEqualTo(compressed.parameters())
                .isLessThan(report.input().parameters());
        StageReport.OfDistillation stage =
                (StageReport.OfDistillation) report.stages().get(0).stage();
        assertThat(stage.blocks()).containsExactly(0, 3);
        assertThat(stage.tokens()).isEqualTo(12 * 4 * 16);
        assertThat(stage.curve()).hasSize(12);
        assertThat(stage.windowsAtOnce()).isEqualTo(4);
        assertThat(Files.exists(target.resolve("dense"))).isFalse();
        assertThat(siblings()).containsExactly("compressed");
    }

    @Test
    void theReportNamesInputsOutputsAndWhatWasAchieved() throws IOException {
        run(HEAD + HEAD_PRUNING + DISTILLATION);
        JsonNode json = Json.MAPPER.readTree(target.resolve("compression.json").toFile());
        assertThat(json.at("/version").intValue()).isEqualTo(1);
        assertThat(json.at("/recipe/name").textValue()).isEqualTo("recipe.yaml");
        assertThat(json.at("/recipe/digest").textValue()).isEqualTo(Digests.sha256(directory.resolve("recipe.yaml")));
        assertThat(json.at("/text/sources/0/name").textValue()).isEqualTo("text.txt");
        assertThat(json.at("/text/sources/0/digest").textValue())
                .isEqualTo(Digests.sha256(directory.resolve("text.txt")));
        assertThat(json.at("/text/digest").textValue()).isEqualTo(Digests.sha256(directory.resolve("text.txt")));
        assertThat(json.at("/input/digest").textValue()).isEqualTo(model.digest());
        assertThat(json.at("/output/digest").textValue())
                .isEqualTo(ModelDirectory.open(target).digest());
        assertThat(json.at("/seed").intValue()).isEqualTo(3);
        assertThat(json.at("/device").textValue()).isEqualTo("cpu");
        assertThat(json.at("/versions/pytorch").textValue()).isEqualTo("2.5.1");
        assertThat(json.at("/stages/0/stage/method").textValue()).isEqualTo("head-pruning");
        assertThat(json.at("/stages/0/stage/layers")).hasSize(4);
        assertThat(json.at("/stages/1/stage/method").textValue()).isEqualTo("distillation");
        assertThat(json.at("/stages/1/stage/settings/loss/ce").doubleValue()).isEqualTo(0.5);
        assertThat(json.at("/versions/fairness-maven-plugin").textValue()).isEqualTo("1");
        assertThat(json.at("/input/layers"))
                .hasSize(4)
                .allMatch(layer -> layer.get("heads").intValue() == 4);
        assertThat(json.at("/stages/0/output/layers")).hasSize(4);
        assertThat(json.at("/output")).isEqualTo(json.at("/stages/1/output"));
        assertThat(json.at("/output/layers")).hasSize(2);
    }

    @Test
    void theReportKeepsToItsSchemaAndHasNoClockInIt() throws IOException {
        run(HEAD + HEAD_PRUNING + DISTILLATION);
        JsonNode json = Json.MAPPER.readTree(target.resolve("compression.json").toFile());
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        Json.MAPPER.readTree(CompressionReport.class.getResourceAsStream("compression.schema.json")));
        assertThat(schema.validate(json)).isEmpty();
        assertThat(json.toString()).doesNotContainIgnoringCase("seconds").doesNotContain(directory.toString());
        ((ObjectNode) json.get("output")).remove("zeros");
        assertThat(schema.validate(json)).hasSize(1);
    }

    @Test
    void timesAreOfEveryStageAndOfTheWhole() {
        CompressionTimes times = Compressor.run(
                        model,
                        recipe(HEAD + HEAD_PRUNING + DISTILLATION),
                        target,
                        checkpoints,
                        Device.CPU,
                        Map.of(),
                        Progress.NONE,
                        NOTHING_MORE)
                .times();
        assertThat(times.stages())
                .extracting(CompressionTimes.StageTime::method)
                .containsExactly("head-pruning", "distillation");
        assertThat(times.stages()).allMatch(stage -> stage.seconds() > 0);
        assertThat(times.seconds())
                .isGreaterThan(times.stages().stream()
                        .mapToDouble(CompressionTimes.StageTime::seconds)
                        .sum());
    }

    @Test
    void twoRunsGiveTheSameBytesInEveryFile() throws IOException {
        run(HEAD + HEAD_PRUNING + DISTILLATION);
        Map<String, String> first = digests();
        run(HEAD + HEAD_PRUNING + DISTILLATION);
        assertThat(digests()).isEqualTo(first).containsKeys("compression.json", "model.safetensors", "config.json");
    }

    private Map<String, String> digests() throws IOException {
        try (Stream<Path> files = Files.walk(target)) {
            return files.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(file -> target.relativize(file).toString(), Digests::sha256));
        }
    }

    @Test
    void nobodyGetsATwinWhoDoesNotAskForOne() {
        run(HEAD.replace("stages:", "dense: false\nstages:") + HEAD_PRUNING);
        assertThat(target.resolve("dense")).doesNotExist();
    }

    @Test
    void headsArePrunedToTheBudgetAndTheDenseTwinComputesTheSame() {
        CompressionReport report = run(HEAD + HEAD_PRUNING);
        ModelDirectory compressed = ModelDirectory.open(target);
        ModelDirectory dense = ModelDirectory.open(target.resolve("dense"));
        assertThat(IntStream.range(0, 4).map(compressed.config()::heads).sum()).isEqualTo(8);
        assertThat(IntStream.range(0, 4).map(compressed.config()::heads)).allMatch(heads -> heads >= 1);
        assertThat(dense.config().prunedHeads()).allMatch(List::isEmpty);
        int[] window = IntStream.range(0, 20).toArray();
        assertThat(logits(dense, window)).containsExactly(logits(compressed, window), within(1e-5f));
        StageReport.OfHeadPruning stage =
                (StageReport.OfHeadPruning) report.stages().get(0).stage();
        for (int layer = 0; layer < 4; layer++) {
            List<Integer> gone = stage.layers().get(layer).heads().stream()
                    .filter(head -> head.round() > 0)
                    .map(StageReport.Head::head)
                    .toList();
            assertThat(compressed.config().prunedHeads().get(layer)).isEqualTo(gone);
        }
        assertThat(stage.course().removed()).isEqualTo(8);
        assertThat(stage.course().lossAfter()).isNotEqualTo(stage.course().lossBefore());
    }

    @Test
    void theLeastImportantHeadGoesFirst() {
        CompressionReport report = run(HEAD + HEAD_PRUNING.replace("heads: 0.5", "heads: 1"));
        List<StageReport.Head> heads = ((StageReport.OfHeadPruning)
                        report.stages().get(0).stage())
                .layers().stream().flatMap(layer -> layer.heads().stream()).toList();
        double least =
                heads.stream().mapToDouble(StageReport.Head::importance).min().orElseThrow();
        assertThat(heads.stream().filter(head -> head.round() == 1))
                .singleElement()
                .satisfies(head -> assertThat(head.importance()).isEqualTo(least));
    }

    @Test
    void theLastHeadOfALayerStays() {
        run(HEAD + HEAD_PRUNING.replace("heads: 0.5", "heads: 12"));
        assertThat(IntStream.range(0, 4).map(ModelDirectory.open(target).config()::heads))
                .containsOnly(1);
    }

    @Test
    void headsThatWereRemovedStayRemovedThroughADistillation() {
        run(HEAD + HEAD_PRUNING + DISTILLATION);
        ModelDirectory compressed = ModelDirectory.open(target);
        assertThat(compressed.config().layers()).isEqualTo(2);
        assertThat(compressed.config().prunedHeads()).anyMatch(heads -> !heads.isEmpty());
        assertThat(target.resolve("dense/model.safetensors")).exists();
        assertThat(entries(target)).noneMatch(name -> name.startsWith(".stage"));
    }

    /** How far from the original a model is on windows that no stage has seen, and which way a training took it. */
    @ParameterizedTest
    @ValueSource(strings = {HEAD_PRUNING, NEURON_PRUNING, LAYER_PRUNING, HEAD_PRUNING + NEURON_PRUNING})
    void aPrunedModelComesNearerToTheOriginalWhenTheOriginalTeachesIt(String pruning) {
        run(HEAD + pruning);
        ModelDirectory pruned = ModelDirectory.open(target);
        double withoutRecovery = divergenceFromTheOriginal(pruned);
        String recovery = DISTILLATION
                        .replace("layers: 2", "layers: " + pruned.config().layers())
                        .replace("steps: 12", "steps: 150")
                + "    loss: {ce: 1}\n    teacher: ";
        CompressionReport report = run(HEAD + pruning + recovery + "original\n");
        ModelDirectory recovered = ModelDirectory.open(target);
        assertThat(recovered.config()).isEqualTo(pruned.config());
        assertThat(divergenceFromTheOriginal(recovered)).isLessThan(withoutRecovery / 2);
        StageReport.OfDistillation stage = (StageReport.OfDistillation)
                report.stages().get(report.stages().size() - 1).stage();
        assertThat(stage.teacher()).isEqualTo("original");
    }

    /**
     * The divergence is 0 and so is its gradient: without the original, a student with all of its teacher's layers has
     * nothing to learn by it.
     */
    @Test
    void aPrunedModelLearnsNothingFromItself() {
        String fromItself = HEAD_PRUNING + DISTILLATION.replace("layers: 2", "layers: 4") + "    loss: {ce: 1}\n";
        assertRefused(fromItself, "The stage distillation changed nothing");
        run(HEAD + fromItself + "    teacher: original\n");
        assertThat(ModelDirectory.open(target).config().layers()).isEqualTo(4);
    }

    @Test
    void behindNoOtherStageTheOriginalIsTheStagesOwnInput() {
        run(HEAD + DISTILLATION);
        String byInput = Digests.sha256(target.resolve("model.safetensors"));
        run(HEAD + DISTILLATION + "    teacher: original\n");
        assertThat(Digests.sha256(target.resolve("model.safetensors"))).isEqualTo(byInput);
    }

    /** Mean KL(original || other) of the next token, in nats. */
    private double divergenceFromTheOriginal(ModelDirectory other) {
        Random random = new Random(8);
        double sum = 0;
        int windows = 20;
        for (int window = 0; window < windows; window++) {
            int[] tokens = random.ints(16, 0, TinyModels.BYTE_VOCABULARY).toArray();
            sum += divergence(logits(model, tokens), logits(other, tokens)) / windows / tokens.length;
        }
        return sum;
    }

    /** The sum over positions, of logits row by row. */
    private static double divergence(float[] of, float[] from) {
        double sum = 0;
        for (int row = 0; row < of.length; row += TinyModels.BYTE_VOCABULARY) {
            double normalizer = logSum(from, row) - logSum(of, row);
            double total = logSum(of, row);
            for (int token = row; token < row + TinyModels.BYTE_VOCABULARY; token++) {
                sum += Math.exp(of[token] - total) * (of[token] - from[token] + normalizer);
            }
        }
        return sum;
    }

    private static double logSum(float[] logits, int row) {
        return Math.log(IntStream.range(row, row + TinyModels.BYTE_VOCABULARY)
                .mapToDouble(token -> Math.exp(logits[token]))
                .sum());
    }

    @Test
    void theSameRecipeGivesTheSameBytesAndAnotherSeedOthers() {
        run(HEAD + HEAD_PRUNING + DISTILLATION);
        String first = Digests.sha256(target.resolve("model.safetensors"));
        run(HEAD + HEAD_PRUNING + DISTILLATION);
        assertThat(Digests.sha256(target.resolve("model.safetensors"))).isEqualTo(first);
        run(HEAD.replace("seed: 3", "seed: 4") + HEAD_PRUNING + DISTILLATION);
        assertThat(Digests.sha256(target.resolve("model.safetensors"))).isNotEqualTo(first);
    }

    @Test
    void whatTheFinisherAddsIsInTheFolderWhenItAppears() {
        Compressor.run(
                model,
                recipe(HEAD + HEAD_PRUNING),
                target,
                checkpoints,
                Device.CPU,
                Map.of("fairness-maven-plugin", "1"),
                Progress.NONE,
                folder -> {
                    assertThat(target).doesNotExist();
                    assertThat(ModelDirectory.open(folder).config().layers()).isEqualTo(4);
                    write(folder.resolve("model.onnx"), "graph");
                });
        assertThat(target.resolve("model.onnx")).hasContent("graph");
    }

    /** The text is digested when it is read; once its digest was taken again at the end. */
    @Test
    void theReportSpeaksOfTheTextThatWasUsed() {
        write(directory.resolve("own.txt"), "the nurse and the engineer met early ".repeat(200));
        String used = Digests.sha256(directory.resolve("own.txt"));
        Recipe recipe = recipe(HEAD.replaceFirst("text: .*", "text: own.txt") + HEAD_PRUNING);
        CompressionReport report = Compressor.run(
                        model,
                        recipe,
                        target,
                        checkpoints,
                        Device.CPU,
                        Map.of(),
                        Progress.NONE,
                        folder -> write(directory.resolve("own.txt"), "another text"))
                .report();
        assertThat(report.text().sources()).containsExactly(new CompressionReport.Source("own.txt", used));
        assertThat(report.text().digest()).isEqualTo(used);
    }

    @Test
    void aTextThatChangedSinceTheBuildLookedAtItIsRefused() {
        write(directory.resolve("own.txt"), "the nurse and the engineer met early ".repeat(200));
        Recipe recipe = recipe(HEAD.replaceFirst("text: .*", "text: own.txt") + HEAD_PRUNING);
        String key = CompressionKey.of(model.digest(), recipe, Device.CPU, Map.of());
        write(directory.resolve("own.txt"), "the engineer and the nurse met early ".repeat(200));
        assertThatThrownBy(() -> Compressor.run(
                        model, recipe, key, target, checkpoints, Device.CPU, Map.of(), Progress.NONE, NOTHING_MORE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("or its text changed while the build ran");
        assertThat(siblings()).isEmpty();
    }

    @Test
    void aModelThatIsWrittenToMeanwhileIsRefused() throws IOException {
        Path file = model.path().resolve("model.safetensors");
        byte[] weights = Files.readAllBytes(file);
        weights[weights.length - 4] ^= 1;
        Progress writing = new Progress() {
            @Override
            public void step(String task, long done, long total) {
                // Says nothing.
            }

            @Override
            public void info(String message) {
                try {
                    Files.write(file, weights);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        assertThatThrownBy(() -> Compressor.run(
                        model,
                        recipe(HEAD + HEAD_PRUNING),
                        target,
                        checkpoints,
                        Device.CPU,
                        Map.of(),
                        writing,
                        NOTHING_MORE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(model.path().toString(), "changed while it was being compressed");
        assertThat(siblings()).isEmpty();
    }

    @Test
    void aFailureLeavesTheOldModelAndNothingElse() {
        run(HEAD + HEAD_PRUNING);
        String before = ModelDirectory.open(target).digest();
        assertThatThrownBy(() -> Compressor.run(
                        model,
                        recipe(HEAD + DISTILLATION),
                        target,
                        checkpoints,
                        Device.CPU,
                        Map.of("fairness-maven-plugin", "1"),
                        Progress.NONE,
                        folder -> {
                            throw new IllegalStateException("the finisher failed");
                        }))
                .hasMessage("the finisher failed");
        assertThat(ModelDirectory.open(target).digest()).isEqualTo(before);
        assertThat(siblings()).containsExactly("compressed");
    }

    @Test
    void aStudentDeeperThanItsTeacherIsRefused() {
        assertRefused(
                DISTILLATION.replace("layers: 2", "layers: 5"),
                "recipe.yaml:5: layers is 5, but the teacher has only 4; a student cannot be deeper than its teacher.");
        assertRefused(
                DISTILLATION.replace("layers: 2", "layers: [0, 4]"),
                "recipe.yaml:5: layers names block 4, but the teacher has 4 blocks");
    }

    @Test
    void aStudentDeeperThanTheModelThatItsStageIsGivenIsRefusedWhoeverTheTeacherIs() {
        String taughtByOriginal = DISTILLATION + "    teacher: original\n";
        assertRefused(
                LAYER_PRUNING + taughtByOriginal.replace("layers: 2", "layers: 3"),
                "recipe.yaml:11: layers is 3, but the model that the stage is given has only 2; a student begins "
                        + "as some of its layers, or all.");
        assertRefused(
                LAYER_PRUNING + taughtByOriginal.replace("layers: 2", "layers: [0, 2]"),
                "recipe.yaml:11: layers names block 2, but the model that the stage is given has 2 blocks, "
                        + "numbered from 0 to 1.");
    }

    @Test
    void aStageThatDoesNotFitWhatTheOneBeforeItLeavesIsRefusedBeforeAnythingRuns() {
        assertRefused(
                DISTILLATION + DISTILLATION.replace("layers: 2", "layers: 3"),
                "recipe.yaml:11: layers is 3, but the teacher has only 2");
    }

    @Test
    void moreHeadsThanThereAreAreRefused() {
        assertRefused(
                HEAD_PRUNING.replace("heads: 0.5", "heads: 17"),
                "recipe.yaml:5: heads is 17, which removes 17 heads, but the model has 16 heads in 4 layers and "
                        + "every layer keeps one, so at most 12 can be removed.");
        assertRefused(HEAD_PRUNING.replace("heads: 0.5", "heads: 16"), "so at most 12 can be removed.");
        assertRefused(HEAD_PRUNING.replace("heads: 0.5", "heads: 0.99"), "which removes 16 heads");
        assertRefused(HEAD_PRUNING.replace("heads: 0.5", "heads: 0.01"), "nothing would be removed");
    }

    @Test
    void stagesThatTogetherAskForMoreHeadsThanThereAreAreRefusedBeforeAnythingRuns() {
        String second = HEAD_PRUNING.substring(HEAD_PRUNING.indexOf("  - method"));
        assertRefused(
                HEAD_PRUNING + second.replace("heads: 0.5", "heads: 5"),
                "heads is 5, which removes 5 heads, but the model has 8 heads in 4 layers and every layer keeps one, "
                        + "so at most 4 can be removed.");
        assertRefused(
                HEAD_PRUNING
                        + LAYER_PRUNING.substring(LAYER_PRUNING.indexOf("  - method"))
                        + second.replace("heads: 0.5", "heads: 7"),
                "but the model has 8 heads in 2 layers and every layer keeps one, so at most 6 can be removed.");
    }

    @Test
    void windowsLongerThanTheModelsPositionsAreRefused() {
        assertRefused(
                DISTILLATION.replace("sequenceLength: 16", "sequenceLength: 33"),
                "sequenceLength is 33, but the model has only 32 positions");
        assertRefused(
                HEAD_PRUNING.replace("sequenceLength: 16", "sequenceLength: 33"),
                "sequenceLength is 33, but the model has only 32 positions");
    }

    @Test
    void aTextTooSmallForOneBatchIsRefused() {
        write(directory.resolve("text.txt"), "sixty-two characters are not enough for four windows of sixteen");
        assertRefused(
                DISTILLATION,
                "the text text.txt has 63 tokens, which make 3 windows of 16, but this stage needs at least 4");
        assertRefused(UnfitException.class, HEAD_PRUNING, "make 3 windows of 16, but this stage needs at least 10");
    }

    @Test
    void aValidationThatLeavesNoTextToTrainOnIsRefused() {
        assertRefused(
                DISTILLATION + "    validation: {windows: 247}\n",
                "recipe.yaml:5: validation holds out 247 windows, but the text has only 250 windows of 16"
                        + " tokens and training needs at least 4 of them; give more text or lower validation.windows.");
    }

    @Test
    void moreTeacherTokensThanTheModelHasAreRefused() {
        assertRefused(
                DISTILLATION + "    topK: 258\n", "recipe.yaml:5: topK is 258, but the model has only 257 tokens");
    }

    /**
     * At a constant rate without warm-up, a training that stops early did up to its best step what a shorter one does.
     */
    @Test
    void trainingStopsWhenTheValidationLossNoLongerFallsAndTheBestWeightsAreTheResult() {
        String restless = DISTILLATION.replace("1e-3", "2e-2")
                + "    schedule: constant\n    warmup: 0\n    validation: {windows: 20, every: 5, patience: 2}\n";
        StageReport.OfDistillation stage =
                (StageReport.OfDistillation) run(HEAD + restless.replace("steps: 12", "steps: 1000"))
                        .stages()
                        .get(0)
                        .stage();
        int best = stage.result();
        int last = stage.validations().get(stage.validations().size() - 1).step();
        assertThat(last).isEqualTo(best + 10).isLessThan(1000);
        assertThat(stage.tokens()).isEqualTo(last * 4L * 16);
        assertThat(stage.heldOut()).isEqualTo(20);
        assertThat(stage.validations())
                .extracting(StageReport.ValidationPoint::loss)
                .allMatch(loss -> loss >= stage.validations().get(best / 5 - 1).loss());
        String stopped = Digests.sha256(target.resolve("model.safetensors"));
        run(HEAD + restless.replace("steps: 12", "steps: " + best));
        assertThat(Digests.sha256(target.resolve("model.safetensors"))).isEqualTo(stopped);
    }

    @Test
    void aStageThatChangesNothingIsRefused() {
        assertRefused(
                DISTILLATION.replace("layers: 2", "layers: 4").replace("1e-3", "1e-30"),
                "The stage distillation changed nothing");
    }

    /** As transformers writes names; and a stage that writes float32 has other bytes than float16 in any case. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F16"})
    void aStageThatChangesNothingIsRefusedHoweverTheModelIsStored(DType dtype) {
        model = TinyModels.builder()
                .layers(4)
                .heads(4)
                .embedding(16)
                .prefix("transformer.")
                .dtype(dtype)
                .write(directory.resolve("stored"));
        assertRefused(
                DISTILLATION.replace("layers: 2", "layers: 4").replace("1e-3", "1e-30"),
                "The stage distillation changed nothing");
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F16", "BF16"})
    void theWeightsKeepTheirType(DType dtype) {
        model = TinyModels.builder()
                .layers(4)
                .heads(4)
                .embedding(16)
                .dtype(dtype)
                .write(directory.resolve("stored"));
        run(HEAD + LAYER_PRUNING + HEAD_PRUNING);
        ModelDirectory compressed = ModelDirectory.open(target);
        assertThat(compressed.dtype()).contains(dtype);
        assertThat(compressed.weightBytes())
                .isEqualTo(compressed.parameters() * dtype.bytes())
                .isLessThan(model.weightBytes());
        assertThat(compressed.tensor("wte.weight").toFloats())
                .isEqualTo(model.tensor("wte.weight").toFloats());
    }

    @Test
    void weightsThatDoNotFitInto16BitsStayFloat32() {
        model = TinyModels.builder()
                .layers(4)
                .heads(4)
                .embedding(16)
                .dtype(DType.F16)
                .write(directory.resolve("stored"));
        run(HEAD
                + DISTILLATION
                        .replace("layers: 2", "layers: 4")
                        .replace("1e-3", "1e5")
                        .replace("steps: 12", "steps: 4"));
        assertThat(ModelDirectory.open(target).dtype()).contains(DType.F32);
    }

    /**
     * Beside bare names transformers 4.57.1 takes lm_head.weight for damage ("The state dictionary of the model you are
     * trying to load is corrupted").
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                DISTILLATION,
                HEAD_PRUNING,
                NEURON_PRUNING,
                LAYER_PRUNING,
                "  - {method: weight-pruning, importance: magnitude, sparsity: 0.5}\n",
                "  - {method: weight-pruning, importance: wanda, pattern: \"2:4\", examples: 4, sequenceLength: 16}\n",
                "  - {method: quantization, scheme: float16}\n",
                "  - {method: quantization, scheme: int8}\n"
            })
    void anOutputLayerOfItsOwnStandsBesideNamesThatTransformersLoads(String stages) {
        model = TinyModels.builder()
                .layers(4)
                .heads(4)
                .embedding(16)
                .tied(false)
                .write(directory.resolve("untied"));
        run(HEAD + stages);
        Set<String> expected = ModelDirectory.open(target).config().tensorShapes().keySet().stream()
                .map(name -> name.equals("lm_head.weight") ? name : "transformer." + name)
                .collect(Collectors.toSet());
        List<Path> files = Stream.of(target, target.resolve("dense"))
                .map(folder -> folder.resolve("model.safetensors"))
                .filter(Files::exists)
                .toList();
        assertThat(files)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(Safetensors.read(file)).containsOnlyKeys(expected));
    }

    @Test
    void aTrainingThatDivergesIsABrokenRun() {
        assertRefused(UnfitException.class, DISTILLATION.replace("1e-3", "1e30"), "Distillation diverged at step");
    }

    @Test
    void aTargetThatCannotBeWrittenIsRefused() {
        write(directory.resolve("build"), "a file where the folder should be");
        assertRefused(InvalidInputException.class, HEAD_PRUNING, "Cannot write " + target);
    }

    private void assertRefused(String stages, String... parts) {
        assertThatThrownBy(() -> run(HEAD + stages))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(parts);
        assertNothingLeft();
    }

    /** @param fault whether the recipe is at fault, so that a search goes on with other recipes, or something else */
    private void assertRefused(Class<?> fault, String stages, String part) {
        assertThatThrownBy(() -> run(HEAD + stages)).isExactlyInstanceOf(fault).hasMessageContaining(part);
        assertNothingLeft();
    }

    private void assertNothingLeft() {
        assertThat(Files.exists(target)).isFalse();
        assertThat(siblings()).isEmpty();
    }

    private CompressionReport run(String yaml) {
        return Compressor.run(
                        model,
                        recipe(yaml),
                        target,
                        checkpoints,
                        Device.CPU,
                        Map.of("fairness-maven-plugin", "1"),
                        Progress.NONE,
                        NOTHING_MORE)
                .report();
    }

    private Recipe recipe(String yaml) {
        write(directory.resolve("recipe.yaml"), yaml.contains("dense:") ? yaml : yaml + "\ndense: true\n");
        return RecipeReader.read("recipe.yaml", directory);
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> siblings() {
        return entries(target.getParent());
    }

    private static List<String> entries(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] logits(ModelDirectory model, int[] window) {
        try (FrozenGpt2 language = FrozenGpt2.open(model, Device.CPU)) {
            return language.logits(window);
        }
    }
}
