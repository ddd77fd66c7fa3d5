package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowOrderTest {

    @Test
    void everyPassHasEveryWindowOnceInAnOrderOfItsOwn() {
        WindowOrder order = new WindowOrder(50, 1);
        int[] first = IntStream.range(0, 50).map(order::window).toArray();
        int[] second = IntStream.range(50, 100).map(order::window).toArray();
        assertThat(first)
                .containsExactlyInAnyOrder(IntStream.range(0, 50).toArray())
                .isNotEqualTo(second);
        assertThat(second).containsExactlyInAnyOrder(IntStream.range(0, 50).toArray());
    }

    @Test
    void aPlaceHasTheSameWindowHoweverItIsReached() {
        WindowOrder order = new WindowOrder(50, 1);
        int late = order.window(137);
        order.window(3);
        assertThat(order.window(137)).isEqualTo(late);
        assertThat(new WindowOrder(50, 1).window(137)).isEqualTo(late);
    }

    @Test
    void anotherSeedGivesAnotherOrder() {
        assertThat(WindowOrder.permutation(50, 1)).isNotEqualTo(WindowOrder.permutation(50, 2));
    }

    @Test
    void everyWindowIsAsLikelyToComeFirst() {
        int[] counts = new int[4];
        for (int seed = 0; seed < 4000; seed++) {
            counts[WindowOrder.permutation(4, Seeds.derive(seed, 0))[0]]++;
        }
        // 1000 expected, standard deviation 27
        assertThat(IntStream.of(counts)).allSatisfy(count -> assertThat(count).isBetween(880, 1120));
    }

    @Test
    void seedsOfNeighbouringPartsAndRecipesDiffer() {
        assertThat(IntStream.range(0, 10)
                        .boxed()
                        .flatMap(seed -> IntStream.range(0, 10).mapToObj(part -> Seeds.derive(seed, part))))
                .doesNotHaveDuplicates();
    }
}
