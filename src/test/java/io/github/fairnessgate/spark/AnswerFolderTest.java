package io.github.fairnessgate.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFolderTest {

    private static final List<String> NAMES = List.of("a.answers", "b.answers");

    @TempDir
    Path folder;

    private Path written() throws IOException {
        Path target = folder.resolve("0-1");
        AnswerFolder.write(Map.of("a.answers", bytes("one"), "b.answers", bytes("two")), target);
        return target;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatWasWrittenIsWhole() throws IOException {
        assertThat(AnswerFolder.isWhole(written(), NAMES)).isTrue();
        assertThat(folder).isDirectoryContaining("glob:**0-1").isDirectoryNotContaining("glob:**.work-0-1");
    }

    @Test
    void theSumsAreThoseOfSha256sum() throws IOException {
        assertThat(written().resolve("sums.sha256"))
                .hasContent("7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a.answers\n"
                        + "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3  b.answers");
    }

    @Test
    void answersToOtherQuestionsAreNot() throws IOException {
        assertThat(AnswerFolder.isWhole(written(), List.of("a.answers"))).isFalse();
        assertThat(AnswerFolder.isWhole(folder.resolve("0-1"), List.of("a.answers", "c.answers")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shorter", "other", "absent", "more", "no sums", "other sums"})
    void damageIsSeen(String what) throws IOException {
        Path answers = written();
        switch (what) {
            case "shorter" -> Files.writeString(answers.resolve("a.answers"), "on");
            case "other" -> Files.writeString(answers.resolve("a.answers"), "onf");
            case "absent" -> Files.delete(answers.resolve("b.answers"));
            case "more" -> Files.writeString(answers.resolve("c.answers"), "three");
            case "no sums" -> Files.delete(answers.resolve("sums.sha256"));
            default -> Files.writeString(answers.resolve("sums.sha256"), "7692");
        }
        assertThat(AnswerFolder.isWhole(answers, NAMES)).isFalse();
    }
}
