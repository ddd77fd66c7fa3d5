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
            assertThat(scored(length, 8, 4))
                    .as("%d tokens", length)
                    .isEqualTo(IntStream.range(1, length).boxed().toList());
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
        assertThatThrownBy(() -> windows(1, 8, 8))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("text.txt has 1 tokens");
    }

    @Test
    void stretchesScoreEveryTokenOnceAndTheFirstAfterEndOfText() {
        for (int length : new int[] {1, 7, 8, 9, 16, 17, 100}) {
            List<Request> stretches =
                    Perplexity.stretches(IntStream.range(0, length).toArray(), -1, 8);
            assertThat(scored(stretches))
                    .as("%d tokens", length)
                    .isEqualTo(IntStream.range(0, length).boxed().toList());
            assertThat(stretches.get(0).tokens()[0]).isEqualTo(-1);
            assertThat(stretches).allMatch(stretch -> stretch.tokens().length <= 9);
        }
    }

    @Test
    void aStretchSeesOneTokenOfTheLastOneAndTheShortestIsFilledUp() {
        List<Request> stretches = Perplexity.stretches(IntStream.range(0, 19).toArray(), -1, 8);
        assertThat(stretches).extracting(Request::from).containsExactly(1, 1, 6);
        assertThat(stretches.get(1).tokens()).startsWith(7, 8);
        assertThat(stretches.get(2).tokens()).containsExactly(10, 11, 12, 13, 14, 15, 16, 17, 18);
    }

    private static List<Request> windows(int length, int window, int stride) {
        return Perplexity.windows("text.txt", IntStream.range(0, length).toArray(), window, stride);
    }

    /** Tokens are their own positions here. */
    private static List<Integer> scored(int length, int window, int stride) {
        return scored(windows(length, window, stride));
    }

    private static List<Integer> scored(List<Request> requests) {
        List<Integer> scored = new ArrayList<>();
        for (Request request : requests) {
            for (int i = request.from(); i < request.tokens().length; i++) {
                scored.add(request.tokens()[i]);
            }
        }
        return scored;
    }
}
