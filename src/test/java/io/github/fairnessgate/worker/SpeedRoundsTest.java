package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class SpeedRoundsTest {

    @TempDir
    Path folder;

    @Test
    void bothModelsHaveTheirTurnInEveryRoundAndTheTimesSurviveTheWayThroughAFile() throws IOException {
        ModelDirectory large = TinyModels.builder().layers(3).write(folder.resolve("large"));
        ModelDirectory small = TinyModels.builder().layers(1).write(folder.resolve("small"));
        SpeedRounds measured = SpeedRounds.measure(large, small, Device.CPU, 3, Progress.NONE);
        assertThat(measured.promptTokens()).isEqualTo(31);
        assertThat(measured.newTokens()).isEqualTo(24);
        assertThat(measured.before()).hasSize(3);
        assertThat(measured.after()).hasSize(3);
        assertThat(Stream.concat(measured.before().stream(), measured.after().stream()))
                .allSatisfy(times -> {
                    assertThat(times.prefill()).isPositive().isFinite();
                    assertThat(times.decode()).isPositive().isFinite();
                });
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(measured), SpeedRounds.class))
                .isEqualTo(measured);
    }

    @Test
    void aModelOfTwoPositionsCanBeMeasuredToo() {
        ModelDirectory tiny = TinyModels.builder().positions(2).write(folder.resolve("tiny"));
        SpeedRounds measured = SpeedRounds.measure(tiny, tiny, Device.CPU, 1, Progress.NONE);
        assertThat(measured.promptTokens()).isEqualTo(1);
        assertThat(measured.newTokens()).isEqualTo(1);
    }
}
