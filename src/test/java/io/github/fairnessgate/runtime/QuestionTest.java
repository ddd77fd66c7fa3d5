package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QuestionTest {

    private static final List<Request> ROW =
            List.of(new Request(new int[] {1, 2, 3}, 1), new Request(new int[] {1, 2, 4, 5}, 2));
    private static final Sampling SAMPLING = new Sampling(1, 2, 20, 0.9, 1);

    @Test
    void answersAreReadToTheLastBit() {
        List<float[]> scores = List.of(new float[] {-0.1f, -Float.MIN_VALUE}, new float[] {-3f, -0f});
        assertThat(Question.scores(Question.scores(scores), ROW))
                .usingRecursiveComparison()
                .isEqualTo(scores);
        List<int[]> texts = List.of(new int[] {7, 0, 9}, new int[0]);
        assertThat(Question.texts(Question.texts(texts), 2, 20, 10))
                .usingRecursiveComparison()
                .isEqualTo(texts);
    }

    @Test
    void everythingThatDecidesAnAnswerIsPartOfTheQuestion() {
        Set<String> rows = Stream.of(
                        ROW,
                        List.of(ROW.get(0)),
                        List.of(ROW.get(1), ROW.get(0)),
                        List.of(new Request(new int[] {1, 2, 3}, 2), ROW.get(1)),
                        List.of(new Request(new int[] {1, 2, 6}, 1), ROW.get(1)))
                .map(Question::scoring)
                .collect(Collectors.toSet());
        assertThat(rows).hasSize(5);
        Prompt prompt = new Prompt("a", new int[] {1, 2});
        Set<String> prompts = Stream.of(
                        Question.continuing(prompt, SAMPLING),
                        Question.continuing(new Prompt("b", new int[] {1, 2}), SAMPLING),
                        Question.continuing(new Prompt("a", new int[] {1, 3}), SAMPLING),
                        Question.continuing(prompt, new Sampling(2, 2, 20, 0.9, 1)),
                        Question.continuing(prompt, new Sampling(1, 3, 20, 0.9, 1)),
                        Question.continuing(prompt, new Sampling(1, 2, 21, 0.9, 1)),
                        Question.continuing(prompt, new Sampling(1, 2, 20, 0.8, 1)),
                        Question.continuing(prompt, new Sampling(1, 2, 20, 0.9, 2)))
                .collect(Collectors.toSet());
        assertThat(prompts).hasSize(8);
    }

    /** Whoever can write a file can make its digests fit. */
    @Test
    void whatCannotBeAnAnswerIsRefusedInASentence() {
        byte[] good = Question.scores(List.of(new float[] {-1, -2}, new float[] {-3, -4}));
        for (byte[] forged : List.of(
                new byte[0],
                new byte[good.length - 1],
                new byte[good.length + 4],
                ByteBuffer.allocate(good.length).putFloat(Float.NaN).array(),
                ByteBuffer.allocate(good.length)
                        .putFloat(Float.NEGATIVE_INFINITY)
                        .array())) {
            assertRefused(() -> Question.scores(forged, ROW));
        }
        for (int[] forged : List.of(
                new int[] {},
                new int[] {0},
                new int[] {0, 0, 0},
                new int[] {-1, 0},
                new int[] {Integer.MAX_VALUE, 1},
                new int[] {1, 10, 0},
                new int[] {1, -1, 0},
                new int[] {2, 1, 1, 0})) {
            ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * forged.length);
            bytes.asIntBuffer().put(forged);
            assertRefused(() -> Question.texts(bytes.array(), 2, 1, 10));
        }
        assertRefused(() -> Question.texts(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0}, 2, 1, 10));
    }

    private static void assertRefused(Runnable reading) {
        assertThatThrownBy(reading::run)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be one of this model");
    }
}
