package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
