package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScorersTest {

    @TempDir
    Path folder;

    @Test
    void aScorerOfAnExtensionDoesNotStandInForAFolderOfItsName() throws IOException {
        assertThatCode(() -> Scorers.requireUnambiguous("mine", "fairness.scorer", folder))
                .doesNotThrowAnyException();
        Files.createDirectories(folder.resolve("mine"));
        assertThatThrownBy(() -> Scorers.requireUnambiguous("mine", "fairness.scorer", folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("fairness.scorer is 'mine', which is a scorer of an extension and also "
                        + folder.resolve("mine") + "; write ./mine for the classifier, or rename one of the two.");
    }
}
