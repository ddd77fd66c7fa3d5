package io.github.fairnessgate.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JudgedBeforeTest {

    @TempDir
    Path folder;

    @Test
    void dataThatJudgedOtherCandidatesAreNotFresh() {
        assertThat(JudgedBefore.in(folder).others(Set.of("pairs"), Set.of("a", "b")))
                .isZero();
        JudgedBefore.in(folder).add(Set.of("pairs", "prompts"), Set.of("a", "b"));

        JudgedBefore before = JudgedBefore.in(folder);
        assertThat(before.others(Set.of("pairs"), Set.of("a", "b"))).isZero();
        assertThat(before.others(Set.of("pairs", "texts"), Set.of("a", "c"))).isEqualTo(2);
        assertThat(before.others(Set.of("pairs"), Set.of("a"))).isEqualTo(2);
        assertThat(before.others(Set.of("texts"), Set.of("c"))).isZero();
        before.add(Set.of("pairs"), Set.of("c"));
        assertThat(JudgedBefore.in(folder).others(Set.of("pairs"), Set.of("c"))).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"pairs\": 1", "null", "{\"pairs\": null}", "{\"pairs\": [null]}", "[]", ""})
    void aDamagedFileIsNotTakenForNone(String content) throws IOException {
        Files.writeString(folder.resolve("judged.json"), content);

        assertThatThrownBy(() -> JudgedBefore.in(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("judged.json")
                .hasMessageContaining("delete it");
    }
}
