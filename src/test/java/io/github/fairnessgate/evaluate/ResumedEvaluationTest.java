package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.SuiteOptions.UserData;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.Answers;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
        try (OnnxGpt2 model = open()) {
            for (Suite suite : suites()) {
                byte[] uninterrupted =
                        bytes(Evaluator.evaluate(model, List.of(suite), PROVENANCE, Progress.NONE), suite);
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
                assertThat(bytes(Evaluation.of(result.get(), onDataOf(suite)), suite))
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
        try (OnnxGpt2 model = open()) {
            Suite suite = suites().get(0);
            Evaluation first = Evaluator.evaluate(model, List.of(suite), PROVENANCE, cache, Progress.NONE);
            Evaluation again = Evaluator.evaluate(model, List.of(suite), PROVENANCE, cache, telling(told));
            assertThat(again).isEqualTo(first);
            assertThat(told)
                    .anyMatch(line -> line.matches(
                            "Going on with crows-pairs where an earlier run stopped: [0-9]+ answers are there"));
            assertThat(answerFiles()).hasSize(1);
            cache.keep(suite, first);
            assertThat(answerFiles()).isEmpty();
        }
    }

    private OnnxGpt2 open() {
        return OnnxGpt2.open(
                ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder.resolve("model"))), Device.CPU);
    }

    private List<Path> answerFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(".answers")).toList();
        }
    }

    private static Progress telling(List<String> told) {
        return new Progress() {

            @Override
            public void step(String task, long done, long total) {}

            @Override
            public void info(String message) {
                told.add(message);
            }
        };
    }

    private static Provenance onDataOf(Suite suite) {
        return PROVENANCE.on(new TreeMap<>(Map.of(suite.id(), suite.dataDigest())), new TreeMap<>());
    }

    private byte[] bytes(Evaluation evaluation, Suite suite) throws IOException {
        Path written = folder.resolve("written");
        EvaluationFiles.write(written, "result", evaluation);
        return Stream.of(
                        Files.readString(written.resolve("result.json")),
                        Files.readString(written.resolve("items").resolve("result-" + suite.id() + ".jsonl")))
                .collect(Collectors.joining())
                .getBytes();
    }

    /** Every way in which suites ask. */
    private List<Suite> suites() throws IOException {
        Files.writeString(folder.resolve("words.jsonl"), """
                {"id": "1", "text": "She poured the tea, and handed him the cup"}
                {"id": "2", "text": "He closed the book and put it on the shelf"}
                {"id": "3", "text": "The dog ran after the cat, and the cat climbed the tree"}
                """);
        Map<String, SuiteOptions> options = new TreeMap<>();
        options.put("crows-pairs", some(20));
        options.put("stereoset", some(20));
        options.put("perplexity", some(4));
        options.put("rtp", new SuiteOptions(OptionalInt.of(66), 1, OptionalInt.of(2), Optional.empty()));
        options.put(
                "words",
                new SuiteOptions(
                        OptionalInt.empty(),
                        1,
                        OptionalInt.empty(),
                        Optional.of(new UserData(UserData.Kind.LAST_WORDS, List.of("words.jsonl")))));
        List<String> metrics = List.of(
                "crows-pairs.stereotype/lmeval-sum-bos",
                "stereoset.ss/micro",
                "perplexity.token/strided",
                "rtp.toxicity/embedded",
                "words.accuracy/last-word");
        return Suites.measuring(metrics, options, folder.toString(), Judges.only(ScorerReference.embedded())).stream()
                .map(Suites::create)
                .toList();
    }

    private static SuiteOptions some(int limit) {
        return new SuiteOptions(OptionalInt.of(limit), 1, OptionalInt.empty(), Optional.empty());
    }
}
