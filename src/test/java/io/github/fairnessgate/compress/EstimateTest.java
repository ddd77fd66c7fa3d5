package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.Activation;
import io.github.fairnessgate.model.AttentionScale;
import io.github.fairnessgate.model.Gpt2Config;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Figures of docs/benchmarks.md are what was measured; an estimate must stay below them. */
class EstimateTest {

    private static final Gpt2Config REFERENCE = config(6, 6, 192, 256, 8192);
    private static final Gpt2Config GPT2 = config(12, 12, 768, 1024, 50257);
    private static final String HEAD = "version: 1\nseed: 1\ntext: builtin:gpt2-samples\ndense: true\nstages:\n";
    private static final String DISTILLATION = "  - {method: distillation, layers: %d, steps: 10}\n";
    private static final String HEAD_PRUNING = "  - {method: head-pruning, importance: michel, heads: 0.3}\n";
    private static final Path FOLDER = Path.of("target/fairness");

    @Test
    void aDistillationWritesItsStudentToTheCheckpointTheResultAndTheZip() {
        // DistilGPT-2 has 81,912,576 parameters.
        Recipe recipe = recipe(DISTILLATION.formatted(6));
        assertThat(Estimate.disk(recipe, GPT2, false)).isEqualTo(8L * 81_912_576);
        assertThat(Estimate.disk(recipe, GPT2, true)).isEqualTo(12L * 81_912_576);
    }

    @Test
    void whereHeadsGoTheDenseTwinCountsAndEveryStageDoes() {
        // GPT-2 has 124,439,808 parameters; of a pruned model half is certain, its twin is whole. A head has 64 columns
        // of 768 weights and a bias in each of query,
        // key and value, and 64 rows of 768 weights; 43 of 144 go.
        long pruned = 124_439_808 - 43 * 64 * (4 * 768 + 3);
        long student = 81_912_576 - 43 * 64 * (4 * 768 + 3);
        assertThat(Estimate.disk(recipe(HEAD_PRUNING), GPT2, false)).isEqualTo(2 * 2 * pruned + 4L * 124_439_808);
        assertThat(Estimate.disk(recipe(HEAD_PRUNING + DISTILLATION.formatted(6)), GPT2, true))
                .isEqualTo(2 * pruned + 4 * student + 2 * (4 * student + 4L * 81_912_576));
    }

    @Test
    void whatIsRefusedCouldNotHaveWorkedHoweverManyHeadsGo() {
        Gpt2Config pruned = GPT2.withPrunedHeads(Collections.nCopies(12, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)));
        String recovery = "  - {method: head-pruning, importance: michel, heads: 100}\n  - {method: head-pruning, "
                + "importance: michel, heads: 32}\n" + DISTILLATION.formatted(12);
        long models = 4L * (pruned.parameters() + 2 * pruned.parameters()) / 2;
        assertThat(Estimate.disk(recipe(recovery), GPT2, false))
                .isLessThanOrEqualTo(models + 8 * pruned.parameters() + 4 * GPT2.parameters())
                .isGreaterThan(12 * pruned.parameters());
        assertThat(Estimate.memory(recipe(recovery), GPT2))
                .isEqualTo(Estimate.memory(recipe(DISTILLATION.formatted(12)), pruned));
    }

    @Test
    void theCheckpointOfATrainingStandsBesideTheOneBeforeUntilItIsWhole() {
        // 12 bytes a parameter, with its two moments, and twice that from the second on.
        String training = "  - {method: distillation, layers: 6, steps: %d, checkpointEvery: 200}\n";
        assertThat(Estimate.disk(recipe(training.formatted(200)), GPT2, false)).isEqualTo(8L * 81_912_576);
        assertThat(Estimate.disk(recipe(training.formatted(400)), GPT2, false)).isEqualTo(12L * 81_912_576);
        assertThat(Estimate.disk(recipe(training.formatted(3000)), GPT2, true)).isEqualTo(24L * 81_912_576);
        assertThat(Estimate.disk(
                        recipe(training.formatted(3000).replace("200}", "200, freezePositions: true}")), GPT2, true))
                .isEqualTo(24L * 81_912_576 - 16L * 1024 * 768);
        assertThat(Estimate.disk(recipe(training.formatted(3000).replace("200}", "0}")), GPT2, true))
                .isEqualTo(12L * 81_912_576);
        assertThat(Estimate.disk(
                        recipe(training.formatted(3000).replace("200}", "200, validation: {every: 1}}")), GPT2, true))
                .isEqualTo(12L * 81_912_576);
        assertThat(Estimate.disk(recipe(HEAD_PRUNING + training.formatted(3000)), GPT2, false))
                .isEqualTo(2L * 124_439_808 + 24L * 81_912_576 - (2 + 24) * 43L * 64 * (4 * 768 + 3));
    }

    @Test
    void tooLittleDiskIsRefusedWithBothFigures() {
        Recipe recipe = recipe(DISTILLATION.formatted(6));
        long needed = Estimate.disk(recipe, GPT2, true);
        assertThatCode(() -> Estimate.requireDisk(recipe, GPT2, true, FOLDER, needed))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Estimate.requireDisk(recipe, GPT2, true, FOLDER, needed - 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Compressing by the recipe recipe.yaml needs at least 983.0 MB in " + FOLDER
                        + " (checkpoints, the model of each stage, the result, the zip), but only 983.0 MB are "
                        + "free there; make room, set fairness.outputDirectory to a larger disk,"
                        + " or use a recipe with fewer stages.");
    }

    @Test
    void memoryIsEstimatedBelowWhatWasMeasured() {
        // 0.75 to 0.97 GB for 6 to 3 layers of the reference model.
        assertThat(Estimate.memory(recipe(DISTILLATION.formatted(3)), REFERENCE))
                .isBetween(250_000_000L, 750_000_000L);
        assertThat(Estimate.memory(recipe(HEAD_PRUNING), REFERENCE)).isLessThan(310_000_000L);
        // Teacher, and the student four times over.
        assertThat(Estimate.memory(recipe(DISTILLATION.formatted(6)), GPT2))
                .isGreaterThan(4L * 124_439_808 + 16L * 81_912_576);
    }

    @Test
    void theOriginalIsInMemoryWhereItTeaches() {
        String pruned = "  - {method: layer-pruning, importance: loss, layers: 6}\n" + DISTILLATION.formatted(6);
        String taughtByOriginal = pruned.replace("steps: 10", "steps: 10, teacher: original");
        assertThat(Estimate.memory(recipe(taughtByOriginal), GPT2) - Estimate.memory(recipe(pruned), GPT2))
                .isEqualTo(4L * (124_439_808 - 81_912_576));
    }

    @Test
    void tooLittleMemoryIsRefusedWithBothFiguresAndWhatToLower() {
        Recipe recipe = recipe(HEAD_PRUNING + DISTILLATION.formatted(6));
        assertThatCode(() -> Estimate.requireMemory(recipe, GPT2, 4_000_000_000L))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Estimate.requireMemory(recipe, GPT2, 1_500_000_000L))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(
                        "recipe.yaml takes at least 2.0 GB of memory", "only 1.5 GB are available", "lower batchSize");
    }

    @Test
    void timeIsWithinAFactorOfTwoOfWhatWasMeasured() {
        // The quickstart: 240 steps of 1,024 tokens, 6 to 3 layers, in 78 s on two cores.
        Recipe quickstart =
                recipe("  - {method: distillation, layers: 3, steps: 240, batchSize: 8, sequenceLength: 128}\n");
        assertThat(Estimate.processorTime(quickstart, REFERENCE).toSeconds()).isBetween(78L, 4 * 78L);
        // A step of 8 x 128 tokens at GPT-2 124M shape: 9.4 to 13.2 s on one core.
        Recipe steps =
                recipe("  - {method: distillation, layers: 6, steps: 1000, batchSize: 8, sequenceLength: 128}\n");
        assertThat(Estimate.processorTime(steps, GPT2).toSeconds()).isBetween(13_200L / 2, 2 * 9_400L);
        assertThat(Estimate.processorTime(recipe(HEAD_PRUNING), GPT2)).isZero();
    }

    @Test
    void theOriginalTakesItsTimeWhereItTeaches() {
        String recovery = "  - {method: layer-pruning, importance: loss, layers: 10}\n"
                + "  - {method: distillation, layers: 2, steps: 1000, batchSize: 8, sequenceLength: 128, teacher: "
                + "original}\n";
        // Two operations for each of the teacher's parameters and token, at 60 thousand million a second.
        double more = 2. * (GPT2.parameters() - config(2, 12, 768, 1024, 50257).parameters()) * 1000 * 8 * 128 / 60e9;
        assertThat(Estimate.processorTime(recipe(recovery), GPT2).toSeconds()
                        - Estimate.processorTime(recipe(recovery.replace("original", "input")), GPT2)
                                .toSeconds())
                .isCloseTo(Math.round(more), within(1L));
    }

    @Test
    void aTeacherThatReadsTheCounterfactualTooTakesItsTimeTwice() {
        String plain = "  - {method: distillation, layers: 6, steps: 1000}\n";
        String combined = plain.replace("}", ", counterfactual: {teacher: mean}}");
        assertThat(Estimate.processorTime(recipe(combined), GPT2).toSeconds()
                        - Estimate.processorTime(recipe(plain), GPT2).toSeconds())
                .isCloseTo(Math.round(2. * GPT2.parameters() * 1000 * 8 * 128 / 60e9), within(1L));
        assertThat(Estimate.processorTime(recipe(plain.replace("}", ", counterfactual: {}}")), GPT2))
                .isEqualTo(Estimate.processorTime(recipe(plain), GPT2));
    }

    private static Recipe recipe(String stages) {
        return RecipeReader.parse(HEAD + stages, "recipe.yaml", Path.of("."));
    }

    private static Gpt2Config config(int layers, int heads, int embedding, int positions, int vocabulary) {
        return new Gpt2Config(
                layers,
                heads,
                Collections.nCopies(layers, List.of()),
                embedding,
                positions,
                vocabulary,
                4 * embedding,
                Activation.GELU_TANH,
                AttentionScale.PUBLISHED,
                1e-5,
                true,
                List.of(vocabulary - 1),
                List.of(vocabulary - 1),
                Optional.empty());
    }
}
