package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutTest {

    private static final int[][] WINDOWS = IntStream.range(0, 50)
            .mapToObj(window -> new int[] {window, window})
            .toArray(int[][]::new);

    @Test
    void everyWindowIsTrainedOnOrHeldOutAndNoneIsBoth() {
        HeldOut text = HeldOut.of(WINDOWS, 12, 3);
        assertThat(text.validated()).hasNumberOfRows(12);
        List<int[]> all = new ArrayList<>(Arrays.asList(text.trained()));
        all.addAll(Arrays.asList(text.validated()));
        assertThat(all).containsExactlyInAnyOrder(WINDOWS);
    }

    @Test
    void theDrawDependsOnTheSeedAlone() {
        assertThat(HeldOut.of(WINDOWS, 12, 3).validated())
                .isDeepEqualTo(HeldOut.of(WINDOWS, 12, 3).validated());
        assertThat(Arrays.deepEquals(
                        HeldOut.of(WINDOWS, 12, 3).validated(),
                        HeldOut.of(WINDOWS, 12, 4).validated()))
                .isFalse();
    }

    @Test
    void withoutValidationTheTextKeepsItsOrder() {
        assertThat(HeldOut.of(WINDOWS, 0, 3).trained()).isSameAs(WINDOWS);
    }
}
