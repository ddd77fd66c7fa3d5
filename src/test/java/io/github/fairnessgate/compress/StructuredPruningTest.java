package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Prunings of heads, neurons and layers by recipes, on real models. */
@Tag("native")
class StructuredPruningTest {

    private static final String HEAD = "version: 1\nseed: 3\ntext: text.txt\nstages:\n";
    private static final String WINDOWS = "    examples: 6\n    heldOut: 4\n    sequenceLength: 16\n";
    private static final String HEADS = "  - method: head-pruning\n    importance: michel\n    heads: 6\n" + WINDOWS;
    private static final String NEURONS =
            "  - method: neuron-pruning\n    importance: taylor\n    neurons: 0.5\n" + WINDOWS;
    private static final String LAYERS = "  - method: layer-pruning\n    importance: loss\n    layers: 2\n" + WINDOWS;
    private static final String FASP = HEADS.replace("michel", "fasp").replace("heads: 6", "heads: 4")
            + "    pairs: pairs.jsonl\n    critical: 0.3\n    minReliability: 0\n";

    @TempDir
    private Path directory;

    private ModelDirectory model;
    private Path target;
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void makeModelTextAndPairs() throws IOException {
        model = TinyModels.builder().layers(4).heads(4).embedding(16).write(directory.resolve("model"));
        target = directory.resolve("build/compressed");
        Random random = new Random(1);
        Files.writeString(
                directory.resolve("text.txt"),
                random.ints(3000, 0, 20)
                        .mapToObj("the model of a text "::charAt)
                        .map(String::valueOf)
                        .collect(Collectors.joining()));
        writePairs(40);
    }

    private void writePairs(int count) throws IOException {
        Random random = new Random(2);
        StringBuilder pairs = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String ending = " said " + (char) ('a' + random.nextInt(26)) + (char) ('a' + random.nextInt(26));
            pairs.append("{\"id\": \"%d\", \"more\": \"she%s\", \"less\": \"he%s\", \"slice\": \"x\"}%n"
                    .formatted(i, ending, ending));
        }
        Files.writeString(directory.resolve("pairs.jsonl"), pairs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"michel", "taylor-position", "magnitude"})
    void headsGoInTheOrderOfTheirFirstImportanceIfThereIsOneRound(String importance) {
        StageReport.OfHeadPruning report =
                (StageReport.OfHeadPruning) run(HEADS.replace("michel", importance) + "    step: 1\n");
        assertThat(report.importance()).isEqualTo(importance);
        assertThat(report.fairness()).isNull();
        assertThat(report.course().rounds()).hasSize(1);
        List<StageReport.Head> heads = report.layers().stream()
                .flatMap(layer -> layer.heads().stream())
                .toList();
        double highestGone = heads.stream()
                .filter(head -> head.round() > 0)
                .mapToDouble(StageReport.Head::importance)
                .max()
                .orElseThrow();
        // Only the last head of a layer may be less important than one that went.
        assertThat(report.layers())
                .allSatisfy(layer -> assertThat(layer.heads().stream()
                                .filter(head -> head.round() == 0 && head.importance() < highestGone)
                                .count())
                        .isLessThanOrEqualTo(1));
        assertThat(heads.stream().filter(head -> head.round() > 0)).hasSize(6);
        assertThat(log)
                .anyMatch(line -> line.contains(
                        "the heads of layer " + report.mostImportantLayer() + " matter most for the loss"));
    }

    @Test
    void rankingsDiffer() {
        List<String> digests = new ArrayList<>();
        for (String importance : List.of("michel", "magnitude")) {
            run(HEADS.replace("michel", importance));
            digests.add(Digests.sha256(target.resolve("model.safetensors")));
        }
        assertThat(digests).doesNotHaveDuplicates();
    }

    @Test
    void everyLayerLosesTheSameNumberOfNeurons() {
        StageReport.OfNeuronPruning report = (StageReport.OfNeuronPruning) run(NEURONS);
        ModelDirectory compressed = ModelDirectory.open(target);
        assertThat(compressed.config().innerSize()).isEqualTo(32);
        assertThat(compressed.config().layers()).isEqualTo(4);
        assertThat(report.neuronsBefore()).isEqualTo(64);
        assertThat(report.neuronsAfter()).isEqualTo(32);
        assertThat(report.course().rounds())
                .extracting(StageReport.Round::removed)
                .containsExactly(6, 12, 18, 24, 30, 32);
        assertThat(report.layers())
                .hasSize(4)
                .allSatisfy(layer -> assertThat(layer.removedImportance()).isBetween(0.01, 0.45));
        assertThat(target.resolve("dense")).doesNotExist();
    }

    @Test
    void neuronsCanBeRankedByMagnitude() {
        StageReport.OfNeuronPruning report = (StageReport.OfNeuronPruning)
                run(NEURONS.replace("taylor", "magnitude").replace("0.5", "3"));
        assertThat(report.importance()).isEqualTo("magnitude");
        assertThat(ModelDirectory.open(target).config().innerSize()).isEqualTo(61);
    }

    @ParameterizedTest
    @ValueSource(strings = {"loss", "block-influence"})
    void theLeastImportantBlockGoesFirst(String importance) {
        StageReport.OfLayerPruning report = (StageReport.OfLayerPruning) run(LAYERS.replace("loss", importance));
        assertThat(ModelDirectory.open(target).config().layers()).isEqualTo(2);
        assertThat(report.importance()).isEqualTo(importance);
        assertThat(report.blocks()).hasSize(4);
        assertThat(report.blocks().stream().filter(block -> block.round() == 1))
                .singleElement()
                .isEqualTo(report.blocks().stream()
                        .min(Comparator.comparingDouble(StageReport.Block::importance))
                        .orElseThrow());
        assertThat(report.blocks().stream().filter(block -> block.round() == 2)).hasSize(1);
    }

    @Test
    void blocksThatLackHeadsKeepLackingThem() {
        run(HEADS + LAYERS);
        ModelDirectory compressed = ModelDirectory.open(target);
        assertThat(compressed.config().layers()).isEqualTo(2);
        assertThat(target.resolve("dense/model.safetensors")).exists();
    }

    @Test
    void aPrunedModelCanBeTrainedAgainInItsNewShape() {
        run(NEURONS + LAYERS
                + "  - method: distillation\n    layers: 2\n    steps: 2\n    batchSize: 2\n    sequenceLength: 16\n");
        assertThat(ModelDirectory.open(target).config().innerSize()).isEqualTo(32);
        assertThat(ModelDirectory.open(target).config().layers()).isEqualTo(2);
    }

    /**
     * On the built-in model, which gets worse when it is pruned; the guard is set between two rounds of a run without
     * one.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "  - method: head-pruning\n    importance: michel\n    heads: 24\n",
                "  - method: neuron-pruning\n    importance: taylor\n    neurons: 0.6\n",
                "  - method: layer-pruning\n    importance: block-influence\n    layers: 3\n"
            })
    void theGuardEndsThePruningWhereTheLossWouldRiseTooFar(String method) throws IOException {
        model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", directory));
        List<String> documents = TrainingText.read(
                        TextSource.find(List.of("builtin:gpt2-samples"), directory, Map.of()))
                .documents();
        Files.writeString(directory.resolve("text.txt"), documents.get(0) + documents.get(1));
        String stage = method + WINDOWS;
        StageReport.Course free = course(run(stage));
        int refused = IntStream.range(1, free.rounds().size())
                .filter(round -> increase(free, round) > highestBefore(free, round))
                .findFirst()
                .orElseThrow();
        double limit = (increase(free, refused) + highestBefore(free, refused)) / 2;
        String guarded =
                stage + "    maxLossIncrease: " + BigDecimal.valueOf(limit).toPlainString() + "\n";
        StageReport.Course stopped = course(run(guarded + "    onGuard: stop\n"));
        assertThat(stopped.stoppedByGuard()).isTrue();
        assertThat(stopped.rounds()).isEqualTo(free.rounds().subList(0, refused));
        assertThat(stopped.removed())
                .isEqualTo(free.rounds().get(refused - 1).removed())
                .isLessThan(stopped.asked());
        assertThat(stopped.lossAfter() - stopped.lossBefore()).isLessThanOrEqualTo(limit + 1e-4);
        assertThat(log)
                .anyMatch(line ->
                        line.contains("stopped by the loss guard: " + stopped.removed() + " of " + stopped.asked()));
        assertRefused(
                guarded,
                "recipe.yaml:5: budget unreachable under the loss guard: " + stopped.removed() + " of "
                        + stopped.asked(),
                "or set onGuard to stop");
    }

    @Test
    void aGuardThatAllowsNothingIsAnErrorEvenIfItMayStop() throws IOException {
        model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", directory));
        Files.writeString(
                directory.resolve("text.txt"),
                TrainingText.read(TextSource.find(List.of("builtin:gpt2-samples"), directory, Map.of()))
                        .documents()
                        .get(0));
        assertRefused(
                NEURONS + "    step: 1\n    maxLossIncrease: 0.001\n    onGuard: stop\n",
                "budget unreachable under the loss guard: 0 of 384 neurons of every layer could be removed",
                "or make step smaller");
    }

    private static double increase(StageReport.Course course, int round) {
        return course.rounds().get(round).loss() - course.lossBefore();
    }

    /** Of the rounds before, at least 0. */
    private static double highestBefore(StageReport.Course course, int round) {
        return IntStream.range(0, round)
                .mapToDouble(earlier -> increase(course, earlier))
                .reduce(0, Math::max);
    }

    private static StageReport.Course course(StageReport report) {
        if (report instanceof StageReport.OfHeadPruning heads) {
            return heads.course();
        }
        return report instanceof StageReport.OfNeuronPruning neurons
                ? neurons.course()
                : ((StageReport.OfLayerPruning) report).course();
    }

    @Test
    void aGuardThatNothingReachesLetsEverythingGo() {
        StageReport.Course course = course(run(HEADS + "    maxLossIncrease: 100\n"));
        assertThat(course.stoppedByGuard()).isFalse();
        assertThat(course.removed()).isEqualTo(6);
    }

    @Test
    void fairnessAwarePruningKeepsCriticalHeadsAndLowersBias() {
        StageReport.OfHeadPruning report = (StageReport.OfHeadPruning) run(FASP + "    step: 1\n");
        StageReport.Fairness fairness = report.fairness();
        assertThat(fairness.pairs()).isEqualTo("pairs.jsonl");
        assertThat(fairness.digest()).isEqualTo(Digests.sha256(directory.resolve("pairs.jsonl")));
        assertThat(fairness.pairCount()).isEqualTo(40);
        assertThat(fairness.criticalHeads()).isEqualTo(5);
        assertThat(fairness.reliability().splits()).isEqualTo(20);
        assertThat(fairness.reliability().lowest())
                .isLessThanOrEqualTo(fairness.reliability().mean());
        assertThat(fairness.biasAfter()).isLessThan(fairness.biasBefore());
        double leastCritical = fairness.heads().stream()
                .filter(StageReport.HeadEffect::critical)
                .mapToDouble(StageReport.HeadEffect::lossIncrease)
                .min()
                .orElseThrow();
        assertThat(fairness.heads().stream().filter(head -> !head.critical()))
                .hasSize(11)
                .allSatisfy(head -> assertThat(head.lossIncrease()).isLessThanOrEqualTo(leastCritical));
        double[] means = IntStream.range(0, 4)
                .mapToDouble(layer -> fairness.heads().stream()
                        .filter(head -> head.layer() == layer)
                        .mapToDouble(StageReport.HeadEffect::lossIncrease)
                        .average()
                        .orElseThrow())
                .toArray();
        assertThat(means[report.mostImportantLayer()])
                .isEqualTo(Arrays.stream(means).max().orElseThrow());
        List<StageReport.HeadEffect> gone = fairness.heads().stream()
                .filter(head -> report.layers()
                                .get(head.layer())
                                .heads()
                                .get(head.head())
                                .round()
                        > 0)
                .toList();
        assertThat(gone).hasSize(4).noneMatch(StageReport.HeadEffect::critical);
        assertThat(gone)
                .containsExactlyInAnyOrderElementsOf(fairness.heads().stream()
                        .filter(head -> !head.critical())
                        .sorted(Comparator.comparingDouble(StageReport.HeadEffect::biasChange))
                        .limit(4)
                        .toList());
    }

    @Test
    void pruningOnNoiseIsRefused() {
        assertRefused(
                FASP.replace("minReliability: 0", "minReliability: 1"),
                "recipe.yaml:5: the effect of heads on bias cannot be told from noise: over 40 pairs of pairs.jsonl");
    }

    @Test
    void winoBiasDevIsBuiltIn() {
        HeadPruning stage = (HeadPruning) recipe(FASP.replace("pairs.jsonl", "builtin:winobias-dev"))
                .stages()
                .get(0);
        BiasPairs pairs = stage.fairness().orElseThrow().pairs();
        assertThat(pairs.pairs()).hasSize(792);
        assertThat(pairs.clusters()).hasSize(396);
        assertThat(pairs.pairs().get(0))
                .isEqualTo(new BiasPairs.Pair(
                        "type1-0",
                        "The developer argued with the designer because he did not like the design.",
                        "The developer argued with the designer because she did not like the design."));
    }

    @Test
    void pairsThatCannotBeUsedAreRefusedWithTheirLine() throws IOException {
        assertRefused(
                FASP.replace("pairs.jsonl", "builtin:winobias"),
                "recipe.yaml:11: there are no pairs \"builtin:winobias\"; there is builtin:winobias-dev");
        assertRefused(FASP.replace("pairs.jsonl", "none.jsonl"), "none.jsonl do not exist");
        writePairs(19);
        assertRefused(
                FASP,
                "recipe.yaml:11: pairs.jsonl has 19 pairs in 19 independent groups, but at least 20 groups are needed");
        assertPairsRefused("{\"id\": \"1\", \"more\": \"a\"}", "pairs.jsonl:1: the key \"less\" is missing");
        assertPairsRefused(
                "\n{\"id\": \"1\", \"more\": \"a\", \"less\": \"a\"}",
                "pairs.jsonl:2: \"more\" and \"less\" are the same sentence");
        assertPairsRefused("{\"id\": \"1\", \"most\": \"a\"}", "pairs.jsonl:1: unknown key \"most\"");
        assertPairsRefused(
                "{\"id\": \"1\", \"more\": \"a\", \"less\": \"b\"}\n{\"id\": \"1\", \"more\": \"a\", \"less\": \"b\"}",
                "pairs.jsonl:2: duplicate id \"1\"; every pair needs its own");
        assertPairsRefused("she said", "pairs.jsonl:1: the line is not JSON");
        assertPairsRefused("[1]", "pairs.jsonl:1: the line is not a JSON object");
    }

    private void assertPairsRefused(String lines, String sentence) throws IOException {
        Files.writeString(directory.resolve("pairs.jsonl"), lines);
        assertRefused(FASP, sentence);
    }

    @Test
    void aSentenceLongerThanTheModelReadsIsRefused() throws IOException {
        String pairs = Files.readString(directory.resolve("pairs.jsonl"))
                .replaceFirst("she said", "she, of whom it was often heard, said");
        Files.writeString(directory.resolve("pairs.jsonl"), pairs);
        assertRefused(FASP, "a sentence of pairs.jsonl has ", "but the model reads only 32");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "neurons: 64     | neurons is 64, which removes 64 neurons of every layer, but a layer has 64 and "
                        + "keeps one, so at most 63 can be removed.",
                "neurons: 0.999  | so at most 63 can be removed.",
                "neurons: 0.001  | nothing would be removed",
                "neurons: 1.5    | neurons must be a share of all neurons, above 0 and below 1, or a whole number",
            })
    void moreNeuronsThanThereAreAreRefused(String line, String sentence) {
        assertRefused(NEURONS.replace("neurons: 0.5", line), "recipe.yaml:", sentence);
    }

    @Test
    void moreLayersThanThereAreAreRefused() {
        assertRefused(
                LAYERS.replace("layers: 2", "layers: 4"),
                "recipe.yaml:5: layers is 4, but the model has 4 layers and keeps one, so at most 3 can be removed.");
        assertRefused(LAYERS.replace("layers: 2", "layers: 5"), "so at most 3 can be removed.");
        assertRefused(LAYERS.replace("layers: 2", "layers: 0"), "layers must be a whole number from 1");
        assertRefused(LAYERS + LAYERS, "recipe.yaml:11: layers is 2, but the model has 2 layers");
    }

    @Test
    void criticalHeadsAndABudgetThatDoNotFitTogetherAreRefused() {
        assertRefused(
                FASP.replace("critical: 0.3", "critical: 0.8"),
                "heads is 4, which removes 4 heads, but critical is 0.8, which keeps 13 of the model's 16; lower "
                        + "one of them.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "onGuard: stop           | onGuard says what to do under a loss guard, but there is none",
                "maxLossIncrease: -1     | maxLossIncrease must be a number 0 or more",
                "heldOut: 0              | heldOut must be a whole number from 1",
                "pairs: pairs.jsonl      | pairs belongs to importance fasp, but importance is michel",
                "critical: 0.5           | critical belongs to importance fasp",
                "minReliability: 0.5     | minReliability belongs to importance fasp",
                "bias: signed            | bias belongs to importance fasp",
            })
    void keysThatContradictEachOtherAreRefused(String line, String sentence) {
        assertRefused(HEADS.replace("    heldOut: 4\n", "") + "    " + line + "\n", "recipe.yaml:10: ", sentence);
    }

    @Test
    void aTextThatIsTooShortForExamplesAndHeldOutWindowsIsRefused() {
        for (String stage : List.of(HEADS, NEURONS, LAYERS)) {
            assertRefused(
                    stage.replace("examples: 6", "examples: 200"),
                    "make 187 windows of 16, but this stage needs at least 204");
        }
    }

    private StageReport run(String stages) {
        Progress progress = new Progress() {
            @Override
            public void step(String task, long done, long total) {
                assertThat(done).isLessThanOrEqualTo(total);
            }

            @Override
            public void info(String message) {
                log.add(message);
            }
        };
        return Compressor.run(
                        model,
                        recipe(stages),
                        target,
                        directory.resolve("checkpoints"),
                        Device.CPU,
                        Map.of(),
                        progress,
                        folder -> {})
                .report()
                .stages()
                .get(0)
                .stage();
    }

    private Recipe recipe(String stages) {
        return RecipeReader.parse(HEAD + stages + "\ndense: true\n", "recipe.yaml", directory);
    }

    private void assertRefused(String stages, String... parts) {
        String before = Files.exists(target) ? ModelDirectory.open(target).digest() : "";
        assertThatThrownBy(() -> run(stages))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(parts);
        assertThat(Files.exists(target) ? ModelDirectory.open(target).digest() : "")
                .isEqualTo(before);
    }
}
