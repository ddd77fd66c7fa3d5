package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerFileTest {

    private static final SortedMap<String, Object> REQUEST = new TreeMap<>(Map.of("suite", "rtp", "model", "a"));
    private static final List<String> QUESTIONS = List.of("1".repeat(64), "2".repeat(64), "3".repeat(64));

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve("some").resolve("rtp.answers");
        try (AnswerFile answers = open(REQUEST)) {
            for (String question : QUESTIONS) {
                answers.keep(question, answer(question));
            }
        }
    }

    private AnswerFile open(SortedMap<String, Object> request) {
        return AnswerFile.open(file, request, Progress.NONE).orElseThrow();
    }

    private static byte[] answer(String question) {
        return question.substring(0, Integer.parseInt(question.substring(0, 1)) - 1)
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void answersAreThereAgainAndTheNextOnesGoBehindThem() {
        try (AnswerFile answers = open(REQUEST)) {
            QUESTIONS.forEach(question -> assertThat(answers.find(question)).contains(answer(question)));
            assertThat(answers.find("4".repeat(64))).isEmpty();
            answers.keep("4".repeat(64), new byte[1000]);
        }
        try (AnswerFile answers = open(REQUEST)) {
            assertThat(answers.size()).isEqualTo(4);
            assertThat(answers.find("4".repeat(64))).contains(new byte[1000]);
        }
    }

    @Test
    void theAnswersToAnotherRequestAreNotTaken() {
        try (AnswerFile answers = open(new TreeMap<>(Map.of("suite", "rtp", "model", "b")))) {
            assertThat(answers.size()).isZero();
        }
        try (AnswerFile answers = open(REQUEST)) {
            assertThat(answers.size()).as("begun again").isZero();
        }
    }

    /** Whatever was damaged, what is found is what was kept; and the file can be gone on with. */
    @Test
    void everyDamagedByteIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            Files.write(file, damaged);
            assertThat(foundOf(i)).as("byte " + i).isLessThan(QUESTIONS.size());
        }
    }

    @Test
    void aFileThatWasCutOffKeepsWhatIsWhole() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        List<Integer> found = new ArrayList<>();
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            found.add(foundOf(length));
        }
        assertThat(found).isSorted().startsWith(0).endsWith(QUESTIONS.size()).contains(1, 2);
    }

    private int foundOf(int place) {
        try (AnswerFile answers = open(REQUEST)) {
            for (String question : QUESTIONS) {
                answers.find(question)
                        .ifPresent(
                                found -> assertThat(found).as("byte " + place).isEqualTo(answer(question)));
            }
            int found = answers.size();
            answers.keep("5".repeat(64), new byte[] {5});
            assertThat(answers.find("5".repeat(64))).contains(new byte[] {5});
            return found;
        }
    }

    @Test
    void aFileThatIsBeingWrittenIsLeftAlone() {
        try (AnswerFile answers = open(REQUEST)) {
            assertThat(AnswerFile.open(file, REQUEST, Progress.NONE)).isEmpty();
            assertThat(answers.size()).isEqualTo(3);
        }
    }
}
