package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PerplexityTest {

    @Test
    void overlappingWindowsScoreEveryTokenButTheFirstExactlyOnce() {
        for (int length : new int[] {2, 7, 8, 9, 12, 13, 100}) {
            assertThat(scored(length, 8, 4)).as("%d tokens", length).isEqualTo(IntStream.range(1, length).boxed().toList());
        }
    }

    @Test
    void disjointWindowsLeaveOutEachWindowsFirstTokenBecauseItHasNoContext() {
        assertThat(scored(17, 8, 8)).isEqualTo(List.of(1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15));
    }

    @Test
    void noWindowIsLongerThanTheContext() {
        assertThat(windows(1000, 64, 13)).allMatch(window -> window.tokens().length <= 64);
    }

    @Test
    void aTextOfOneTokenCannotBeScored() {
        assertThatThrownBy(() -> windows(1, 8, 8)).isInstanceOf(InvalidInputException.class).hasMessageContaining("1 tokens");
    }

    private static List<Request> windows(int length, int window, int stride) {
        return Perplexity.windows(IntStream.range(0, length).toArray(), window, stride);
    }

    /** Tokens are their own positions here. */
    private static List<Integer> scored(int length, int window, int stride) {
        List<Integer> scored = new ArrayList<>();
        for (Request request : windows(length, window, stride)) {
            for (int i = request.from(); i < request.tokens().length; i++) {
                scored.add(request.tokens()[i]);
            }
        }
        return scored;
    }
}
