package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossScaleTest {

    /**
     * Runs of steps with and without overflow through PyTorch 2.5.1's GradScaler
     * (src/test/fixtures/train/make_training_fixtures.py).
     */
    @Test
    void theScaleIsThatOfPyTorchsGradScaler() throws IOException {
        LossScale scale = LossScale.first(Precision.FLOAT16);
        try (InputStream in = LossScaleTest.class.getResourceAsStream("/fixtures/train/loss-scale.json")) {
            JsonNode runs = Json.MAPPER.readTree(in).get("runs");
            assertThat(runs).hasSize(10);
            for (JsonNode run : runs) {
                for (int step = 0; step < run.get(0).intValue(); step++) {
                    scale = scale.next(run.get(1).booleanValue());
                }
                assertThat(scale.value())
                        .as(run.toString())
                        .isEqualTo(run.get(2).doubleValue());
            }
        }
    }

    @Test
    void stepsThatWereDoneLeadToTheSameScale() {
        Distiller.Step good = step(false);
        Distiller.Step skipped = step(true);
        assertThat(LossScale.of(Precision.FLOAT16, List.of(good, skipped, skipped)))
                .isEqualTo(new LossScale(16_384, 0, 2));
        assertThat(LossScale.of(Precision.FLOAT16, List.of(skipped, good))).isEqualTo(new LossScale(32_768, 1, 0));
        assertThat(LossScale.of(Precision.FLOAT32, List.of(good, good))).isEqualTo(new LossScale(1, 0, 0));
    }

    private static Distiller.Step step(boolean skipped) {
        return new Distiller.Step(1, LossTerms.NONE, 1, 1, 1, skipped, 1);
    }
}
