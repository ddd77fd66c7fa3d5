package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.runtime.Answers;
import io.github.fairnessgate.runtime.OnnxGpt2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A measurement that stops at any moment goes on, computes nothing twice, and ends with the same bytes. */
@Tag("native")
class ResumedEvaluationTest {

    private static final Provenance PROVENANCE =
            Provenance.of("a".repeat(64), "a", Device.CPU, EvaluationPrecision.FLOAT32, new TreeMap<>());

    /** That the first run gives before it is killed; every later one gives up to twice as many. */
    private static final int MOST_ANSWERS = 4;

    @TempDir
    Path folder;

    /** A kill, as the code that computes sees it. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Answers that end the run after some were kept, and count. */
    private static final class Mortal implements Answers {

        private final Answers answers;
        private final Set<String> computed;
        private int left;

        Mortal(Answers answers, Set<String> computed, int left) {
            this.answers = answers;
            this.computed = computed;
            this.left = left;
        }

        @Override
        public Optional<byte[]> find(String question) {
            return answers.find(question);
        }

        @Override
        public void keep(String question, byte[] answer) {
            if (left-- == 0) {
                throw new Killed();
            }
            assertThat(computed.add(question)).as("computed for the first time").isTrue();
            answers.keep(question, answer);
        }
    }

    @Test
    void aMeasurementThatIsKilledGoesOnAndEndsWithTheSameBytes() throws IOException {
        Random random = new Random(1);
        try (OnnxGpt2 model = AskingSuites.model(folder)) {
            for (Suite suite : AskingSuites.in(folder)) {
                String uninterrupted = AskingSuites.written(
                        folder, Evaluator.evaluate(model, List.of(suite), PROVENANCE, Progress.NONE), suite);
                Path file = folder.resolve(suite.id() + ".answers");
                Set<String> computed = new HashSet<>();
                int most = MOST_ANSWERS;
                int kills = 0;
                Optional<SuiteResult> result = Optional.empty();
                while (result.isEmpty()) {
                    try (AnswerFile answers = AnswerFile.open(file, new TreeMap<>(), Progress.NONE)
                            .orElseThrow()) {
                        Answers mortal = new Mortal(answers, computed, 1 + random.nextInt(most));
                        result = Optional.of(suite.evaluate(model.remembering(mortal), Progress.NONE));
                    } catch (Killed killed) {
                        kills++;
                        most *= 2;
                    }
                }
                assertThat(kills).as(suite.id()).isPositive();
                assertThat(AskingSuites.written(folder, Evaluation.of(result.get(), onDataOf(suite)), suite))
                        .as(suite.id())
                        .isEqualTo(uninterrupted);
            }
        }
    }

    /** Once more with nothing to compute. */
    @Test
    void theCacheGoesOnWithAMeasurementAndForgetsItWhenItIsKept() throws IOException {
        EvaluationCache cache = new EvaluationCache(folder.resolve("cache"));
        List<String> told = new ArrayList<>();
        try (OnnxGpt2 model = AskingSuites.model(folder)) {
            Suite suite = AskingSuites.in(folder).get(0);
            Evaluation first =
                    Evaluator.evaluate(model, List.of(suite), PROVENANCE, cache, Optional.empty(), Progress.NONE);
            Evaluation again = Evaluator.evaluate(
                    model, List.of(suite), PROVENANCE, cache, Optional.empty(), AskingSuites.into(told));
            assertThat(again).isEqualTo(first);
            assertThat(told)
                    .anyMatch(line -> line.matches(
                            "Going on with crows-pairs where an earlier run stopped: [0-9]+ answers are there"));
            assertThat(answerFiles()).hasSize(1);
            cache.keep(suite, first);
            assertThat(answerFiles()).isEmpty();
        }
    }

    private List<Path> answerFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(".answers")).toList();
        }
    }

    private static Provenance onDataOf(Suite suite) {
        return PROVENANCE.on(new TreeMap<>(Map.of(suite.id(), suite.dataDigest())), new TreeMap<>());
    }
}
