package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.AttentionScale;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class BlocksTest {

    @Test
    void distilGpt2TakesItsSixBlocksFromTwelve() {
        assertThat(Blocks.evenlySpaced(12, 6)).containsExactly(0, 2, 4, 7, 9, 11);
    }

    @Test
    void firstAndLastBlockAreAlwaysAmongThem() {
        assertThat(Blocks.evenlySpaced(6, 3)).containsExactly(0, 2, 5);
        assertThat(Blocks.evenlySpaced(6, 2)).containsExactly(0, 5);
        assertThat(Blocks.evenlySpaced(24, 4)).containsExactly(0, 8, 15, 23);
    }

    @Test
    void aStudentOfOneBlockTakesTheFirstAndOneOfAllBlocksTakesAll() {
        assertThat(Blocks.evenlySpaced(12, 1)).containsExactly(0);
        assertThat(Blocks.evenlySpaced(5, 5)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aStudentsBlocksAttendAsTheTeachers(@TempDir Path folder) {
        ModelDirectory teacher = TinyModels.builder()
                .layers(3)
                .attentionScale(new AttentionScale(true, true))
                .write(folder);
        try (NDManager manager = Torch.open(Device.CPU)) {
            Weights student = Weights.frozen(teacher, manager).copyOfBlocks(List.of(0, 2), manager);
            float[] copy = student.arrays().get("h.1.attn.c_attn.bias").toFloatArray();
            float[] source = teacher.tensor("h.2.attn.c_attn.bias").toFloats();
            for (int column = 0; column < source.length; column++) {
                assertThat(copy[column]).as("column " + column).isEqualTo(source[column] * (column < 8 ? 2f / 3 : 1));
            }
        }
        assertThat(Blocks.columnFactors("h.0.attn.c_attn.bias", teacher.config(), List.of(0, 2)))
                .isEmpty();
        assertThat(Blocks.columnFactors("h.1.mlp.c_fc.bias", teacher.config(), List.of(0, 2)))
                .isEmpty();
    }

    @Test
    void blocksAscendWithoutRepetitionForEveryPairOfDepths() {
        for (int teacher = 1; teacher <= 48; teacher++) {
            for (int student = 1; student <= teacher; student++) {
                List<Integer> blocks = Blocks.evenlySpaced(teacher, student);
                assertThat(blocks).hasSize(student).isSorted().doesNotHaveDuplicates();
                assertThat(IntStream.range(0, teacher).boxed().toList()).containsAll(blocks);
            }
        }
    }
}
