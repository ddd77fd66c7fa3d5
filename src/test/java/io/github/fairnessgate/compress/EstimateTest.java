package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.Gpt2Config;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures of docs/benchmarks.md are what was measured; an estimate must stay below them. */
class EstimateTest {

    private static final Gpt2Config REFERENCE = config(6, 6, 192, 256, 8192);
    private static final Gpt2Config GPT2 = config(12, 12, 768, 1024, 50257);
    private static final String HEAD = "version: 1\nseed: 1\ntext: builtin:gpt2-samples\nstages:\n";
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
        // GPT-2 has 124,439,808 parameters; of a pruned model half is certain, its twin is whole.
        assertThat(Estimate.disk(recipe(HEAD_PRUNING), GPT2, false)).isEqualTo(2 * 2L * 124_439_808 + 4L * 124_439_808);
        assertThat(Estimate.disk(recipe(HEAD_PRUNING + DISTILLATION.formatted(6)), GPT2, true))
                .isEqualTo(2L * 124_439_808 + 4L * 81_912_576 + 2 * (4L * 81_912_576 + 4L * 81_912_576));
    }

    @Test
    void tooLittleDiskIsRefusedWithBothFigures() {
        Recipe recipe = recipe(DISTILLATION.formatted(6));
        long needed = Estimate.disk(recipe, GPT2, true);
        assertThatCode(() -> Estimate.requireDisk(recipe, GPT2, true, FOLDER, needed)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Estimate.requireDisk(recipe, GPT2, true, FOLDER, needed - 1)).isInstanceOf(InvalidInputException.class)
                .hasMessage("Compressing by the recipe recipe.yaml writes at least 983.0 MB to " + FOLDER
                        + " (the model of each stage and the result, the zip), but only 983.0 MB are free there; make room, set fairness.outputDirectory to a larger disk,"
                        + " or use a recipe with fewer stages.");
    }

    @Test
    void memoryIsEstimatedBelowWhatWasMeasured() {
        // 0.75 to 0.97 GB for 6 to 3 layers of the reference model.
        assertThat(Estimate.memory(recipe(DISTILLATION.formatted(3)), REFERENCE)).isBetween(250_000_000L, 750_000_000L);
        assertThat(Estimate.memory(recipe(HEAD_PRUNING), REFERENCE)).isLessThan(310_000_000L);
        // Teacher, and the student four times over.
        assertThat(Estimate.memory(recipe(DISTILLATION.formatted(6)), GPT2)).isGreaterThan(4L * 124_439_808 + 16L * 81_912_576);
    }

    @Test
    void theOriginalIsInMemoryWhereItTeaches() {
        String pruned = "  - {method: layer-pruning, importance: loss, layers: 6}\n" + DISTILLATION.formatted(6);
        String taughtByOriginal = pruned.replace("steps: 10", "steps: 10, teacher: original");
        assertThat(Estimate.memory(recipe(taughtByOriginal), GPT2) - Estimate.memory(recipe(pruned), GPT2)).isEqualTo(4L * (124_439_808 - 81_912_576));
    }

    @Test
    void tooLittleMemoryIsRefusedWithBothFiguresAndWhatToLower() {
        Recipe recipe = recipe(HEAD_PRUNING + DISTILLATION.formatted(6));
        assertThatCode(() -> Estimate.requireMemory(recipe, GPT2, 4_000_000_000L)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Estimate.requireMemory(recipe, GPT2, 1_500_000_000L)).isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("recipe.yaml takes at least 2.1 GB of memory", "only 1.5 GB are available", "lower batchSize");
    }

    @Test
    void timeIsWithinAFactorOfTwoOfWhatWasMeasured() {
        // The quickstart: 240 steps of 1,024 tokens, 6 to 3 layers, in 78 s on two cores.
        Recipe quickstart = recipe("  - {method: distillation, layers: 3, steps: 240, batchSize: 8, sequenceLength: 128}\n");
        assertThat(Estimate.processorTime(quickstart, REFERENCE).toSeconds()).isBetween(78L, 4 * 78L);
        // A step of 8 x 128 tokens at GPT-2 124M shape: 9.4 to 13.2 s on one core.
        Recipe steps = recipe("  - {method: distillation, layers: 6, steps: 1000, batchSize: 8, sequenceLength: 128}\n");
        assertThat(Estimate.processorTime(steps, GPT2).toSeconds()).isBetween(13_200L / 2, 2 * 9_400L);
        assertThat(Estimate.processorTime(recipe(HEAD_PRUNING), GPT2)).isZero();
    }

    private static Recipe recipe(String stages) {
        return RecipeReader.parse(HEAD + stages, "recipe.yaml", Path.of("."));
    }

    private static Gpt2Config config(int layers, int heads, int embedding, int positions, int vocabulary) {
        return new Gpt2Config(layers, heads, Collections.nCopies(layers, List.of()), embedding, positions, vocabulary, 4 * embedding,
                Gpt2Config.Activation.GELU_TANH, 1e-5, true, vocabulary - 1, vocabulary - 1);
    }
}
