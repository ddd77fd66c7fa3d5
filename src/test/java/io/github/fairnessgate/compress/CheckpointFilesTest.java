package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFilesTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"null", "", "[]", "{\"digest\": []}", "{\"digest\": \"a\""})
    void whatWasNotWrittenIsDamaged(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("stage.json"), text);

        assertThatThrownBy(() -> CheckpointFiles.read(file, Checkpoints.FinishedStage.class, folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("stage.json is damaged")
                .hasMessageContaining("delete " + folder);
    }
}
