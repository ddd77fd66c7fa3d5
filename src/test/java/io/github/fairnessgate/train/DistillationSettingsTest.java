package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DistillationSettingsTest {

    @Test
    void theLearningRateRisesToItsHighestValueAndFallsTowardsZero() {
        DistillationSettings settings = settings(DistillationSettings.Schedule.LINEAR, 20, 0.2);
        assertThat(settings.learningRate(0)).isCloseTo(0.25, within(1e-12));
        assertThat(settings.learningRate(3)).isCloseTo(1, within(1e-12));
        assertThat(settings.learningRate(4)).isCloseTo(1, within(1e-12));
        assertThat(settings.learningRate(12)).isCloseTo(0.5, within(1e-12));
        assertThat(settings.learningRate(19)).isCloseTo(1.0 / 16, within(1e-12));
    }

    @Test
    void withoutWarmUpItBeginsAtItsHighestValue() {
        assertThat(settings(DistillationSettings.Schedule.LINEAR, 10, 0).learningRate(0))
                .isEqualTo(1);
    }

    @Test
    void withWarmUpToTheEndItNeverFalls() {
        assertThat(settings(DistillationSettings.Schedule.LINEAR, 10, 1).learningRate(9))
                .isEqualTo(1);
    }

    /** Expected: 0.5 (1 + cos(pi share)) at shares 0, 1/4 and 1/2, and at the last of 16 falling steps. */
    @Test
    void aCosineFallsSlowlyAtFirstAndAtTheEnd() {
        DistillationSettings settings = settings(DistillationSettings.Schedule.COSINE, 20, 0.2);
        assertThat(settings.learningRate(1)).isCloseTo(0.5, within(1e-12));
        assertThat(settings.learningRate(4)).isCloseTo(1, within(1e-12));
        assertThat(settings.learningRate(8)).isCloseTo(0.8535533905932737, within(1e-12));
        assertThat(settings.learningRate(12)).isCloseTo(0.5, within(1e-12));
        assertThat(settings.learningRate(19)).isCloseTo(0.009607359798384785, within(1e-12));
    }

    @Test
    void aConstantRateStaysWhereTheWarmUpBroughtIt() {
        DistillationSettings settings = settings(DistillationSettings.Schedule.CONSTANT, 20, 0.2);
        assertThat(settings.learningRate(0)).isCloseTo(0.25, within(1e-12));
        assertThat(settings.learningRate(3)).isEqualTo(1);
        assertThat(settings.learningRate(19)).isEqualTo(1);
    }

    private static DistillationSettings settings(DistillationSettings.Schedule schedule, int steps, double warmup) {
        return new DistillationSettings(
                2,
                0,
                new LossWeights(1, 0, 0, 0, 0, 0, 0),
                false,
                steps,
                1,
                8,
                1,
                schedule,
                warmup,
                5,
                1,
                Precision.FLOAT32);
    }
}
