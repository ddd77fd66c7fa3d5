package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefixTreeTest {

    /** The inputs 1 2, 1 2 3, 1 2 3 again, 1 4 5 and 6. */
    private final PrefixTree tree = new PrefixTree(
            List.of(request(1, 2, 0), request(1, 2, 3, 0), request(1, 2, 3, 9), request(1, 4, 5, 0), request(6, 0)));

    @Test
    void nodesAreTheDifferentBeginningsDepthFirst() {
        assertThat(nodes(tree::token)).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(nodes(tree::depth)).containsExactly(0, 1, 2, 1, 2, 0);
    }

    @Test
    void aNodeIsSeenByItselfAndItsDescendantsAlone() {
        assertThat(nodes(tree::end)).containsExactly(5, 3, 3, 5, 5, 6);
    }

    @Test
    void pathsLeadAlongTheTokensOfARequest() {
        assertThat(tree.path(0)).containsExactly(0, 1);
        assertThat(tree.path(1)).containsExactly(0, 1, 2);
        assertThat(tree.path(2)).containsExactly(0, 1, 2);
        assertThat(tree.path(3)).containsExactly(0, 3, 4);
        assertThat(tree.path(4)).containsExactly(5);
    }

    private int[] nodes(IntUnaryOperator property) {
        return IntStream.range(0, tree.size()).map(property).toArray();
    }

    private static Request request(int... tokens) {
        return new Request(tokens, 1);
    }
}
