package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.sparsity.Pattern;
import io.github.fairnessgate.sparsity.Share;
import io.github.fairnessgate.train.BlockLinear;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightPruningReaderTest {

    private static final String HEAD = "version: 1\nseed: 7\ntext: a.txt\nstages:\n  - method: weight-pruning\n";

    @Test
    void everyKeyOfAPruningIsRead() {
        WeightPruning stage = read(
                "importance: sparsegpt",
                "pattern: 2:4",
                "examples: 16",
                "sequenceLength: 64",
                "damping: 0.02",
                "blockSize: 256",
                "linears: [mlp.c_proj, attn.c_attn]");
        assertThat(stage.importance())
                .isEqualTo(new WeightPruning.Importance.SparseGpt(new WeightPruning.Examples(16, 64), 0.02, 256));
        assertThat(stage.target()).isEqualTo(Pattern.TWO_OF_FOUR);
        assertThat(stage.linears()).containsExactly(BlockLinear.ATTENTION_IN, BlockLinear.MLP_OUT);
    }

    @Test
    void whatIsLeftOutIsThatOfThePapers() {
        WeightPruning.Examples examples = new WeightPruning.Examples(128, 128);
        assertThat(read("importance: sparsegpt", "sparsity: 0.5").importance())
                .isEqualTo(new WeightPruning.Importance.SparseGpt(examples, 0.01, 128));
        WeightPruning wanda = read("importance: wanda", "pattern: '4:8'");
        assertThat(wanda.importance()).isEqualTo(new WeightPruning.Importance.Wanda(examples));
        assertThat(wanda.linears()).isEqualTo(List.of(BlockLinear.values()));
        assertThat(wanda.target()).isEqualTo(Pattern.FOUR_OF_EIGHT);
        WeightPruning magnitude = read("importance: magnitude", "sparsity: 0.25");
        assertThat(magnitude.importance()).isEqualTo(new WeightPruning.Importance.Magnitude(WeightPruning.Scope.LAYER));
        assertThat(magnitude.target()).isEqualTo(new Share(new BigDecimal("0.25")));
        assertThat(read("importance: magnitude", "sparsity: 0.25", "scope: global")
                        .importance())
                .isEqualTo(new WeightPruning.Importance.Magnitude(WeightPruning.Scope.GLOBAL));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            importance: wanda     | sparsity: 1           | recipe.yaml:7: stages[0].sparsity must be a number above 0 and below 1, but is "1"
            importance: wanda     | sparsity: 0           | must be a number above 0 and below 1
            importance: wanda     | sparsity: -0.5        | must be a number above 0 and below 1
            importance: wanda     | sparsity: 50%         | stages[0].sparsity must be a number
            importance: wanda     | pattern: 1:2          | stages[0].pattern is "1:2"
            importance: wand      | sparsity: 0.5         | recipe.yaml:6: stages[0].importance is "wand"; did you mean "wanda"
            importance: wanda     | examples: 4           | stages[0] needs either "sparsity", a share of the weights such as 0.5, or "pattern"
            sparsity: 0.5         | pattern: 2:4          | recipe.yaml:7: sparsity and pattern both say how many weights become zero
            sparsity: 0.5         | linears: [attn.c_fc]  | stages[0] needs the key "importance"
            """)
    void whatCannotBeIsRefusedWithItsLine(String first, String second, String sentence) {
        assertRefused(sentence, first, second);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            magnitude | examples: 4         | recipe.yaml:8: "examples" does not belong to importance magnitude
            magnitude | sequenceLength: 4   | "sequenceLength" does not belong to importance magnitude
            magnitude | damping: 0.1        | "damping" does not belong to importance magnitude
            magnitude | blockSize: 4        | "blockSize" does not belong to importance magnitude
            magnitude | scope: row          | stages[0].scope is "row"
            wanda     | damping: 0.1        | "damping" does not belong to importance wanda
            wanda     | blockSize: 4        | "blockSize" does not belong to importance wanda
            wanda     | scope: layer        | "scope" does not belong to importance wanda
            wanda     | examples: 0         | stages[0].examples must be a whole number from 1
            sparsegpt | scope: global       | "scope" does not belong to importance sparsegpt
            sparsegpt | damping: 0          | stages[0].damping must be a number above 0
            sparsegpt | blockSize: 0        | stages[0].blockSize must be a whole number from 1
            sparsegpt | blocksize: 4        | has no key "blocksize"; did you mean "blockSize"
            wanda     | linears: [c_fc]     | is "c_fc"
            wanda     | linears: []         | linears is an empty list
            wanda     | linears: [mlp.c_fc, mlp.c_fc] | linears names mlp.c_fc twice
            """)
    void keysThatDoNotBelongToAnImportanceAreRefused(String importance, String line, String sentence) {
        assertRefused(sentence, "importance: " + importance, "sparsity: 0.5", line);
    }

    @Test
    void whatDoesNotGoWithAPatternIsRefused() {
        assertRefused(
                "recipe.yaml:8: scope applies only to sparsity",
                "importance: magnitude",
                "pattern: 2:4",
                "scope: global");
        assertRefused(
                "recipe.yaml:8: blockSize is 100, which cuts groups of the pattern \"4:8\" in two; set it to a "
                        + "multiple of 8",
                "importance: sparsegpt",
                "pattern: 4:8",
                "blockSize: 100");
    }

    private static void assertRefused(String sentence, String... lines) {
        assertThatThrownBy(() -> read(lines))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(sentence);
    }

    private static WeightPruning read(String... lines) {
        StringBuilder yaml = new StringBuilder(HEAD);
        for (String line : lines) {
            yaml.append("    ").append(line).append('\n');
        }
        return (WeightPruning) RecipeReader.parse(yaml.toString(), "recipe.yaml", Path.of(""))
                .stages()
                .get(0);
    }
}
