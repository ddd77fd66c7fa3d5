package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.UnfitException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A shell says what workers say. */
@DisabledOnOs(OS.WINDOWS)
class TalkingProcessTest {

    @TempDir
    Path folder;

    private void run(String script, Duration timeout) throws WorkerException, InterruptedException {
        new TalkingProcess("worker", timeout, folder.resolve("worker.log"))
                .run(
                        () -> {
                            try {
                                return new ProcessBuilder("sh", "-c", script).start();
                            } catch (IOException e) {
                                throw new WorkerException("no shell", e);
                            }
                        },
                        Progress.NONE);
    }

    @Test
    void whoseFaultItIsIsKept() {
        Duration patience = Duration.ofMinutes(1);
        assertThatThrownBy(
                        () -> run("echo '{\"event\":\"unfit\",\"message\":\"recipe.yaml:4: no.\"}'; exit 1", patience))
                .isExactlyInstanceOf(UnfitException.class)
                .hasMessage("recipe.yaml:4: no.");
        assertThatThrownBy(() -> run(
                        "echo '{\"event\":\"failed\",\"invalidInput\":true,\"message\":\"The disk is full.\"}'; exit 1",
                        patience))
                .isExactlyInstanceOf(InvalidInputException.class)
                .hasMessage("The disk is full.");
        assertThatThrownBy(() -> run("exit 137", patience))
                .isExactlyInstanceOf(WorkerEndedException.class)
                .hasMessageContaining("killed by signal 9");
        assertThatThrownBy(() -> run("exec sleep 60", Duration.ofMillis(50)))
                .isExactlyInstanceOf(WorkerEndedException.class)
                .hasMessageContaining("was stopped after");
    }
}
