package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class SpeedComparisonTest {

    @TempDir
    Path folder;

    @Test
    void bothModelsAreMeasuredAndTheFiguresSurviveTheWayThroughAFile() throws IOException {
        ModelDirectory large = TinyModels.builder().layers(3).write(folder.resolve("large"));
        ModelDirectory small = TinyModels.builder().layers(1).write(folder.resolve("small"));
        SpeedComparison speed = SpeedComparison.compare(large, small, Device.CPU, Progress.NONE);
        assertThat(speed.scoredTokens()).isEqualTo(32);
        assertThat(speed.newTokens()).isEqualTo(24);
        for (SpeedComparison.Speed one : new SpeedComparison.Speed[] {speed.before(), speed.after()}) {
            assertThat(one.scoringMilliseconds()).isPositive().isFinite();
            assertThat(one.tokensPerSecond()).isPositive().isFinite();
        }
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(speed), SpeedComparison.class))
                .isEqualTo(speed);
    }

    @Test
    void aModelOfTwoPositionsCanBeMeasuredToo() {
        ModelDirectory tiny = TinyModels.builder().positions(2).write(folder.resolve("tiny"));
        SpeedComparison speed = SpeedComparison.compare(tiny, tiny, Device.CPU, Progress.NONE);
        assertThat(speed.scoredTokens()).isEqualTo(2);
        assertThat(speed.newTokens()).isEqualTo(1);
    }
}
