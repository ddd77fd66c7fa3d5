package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DistillationSettingsTest {

    @Test
    void theLearningRateRisesToItsHighestValueAndFallsTowardsZero() {
        DistillationSettings settings = settings(20, 0.2);
        assertThat(settings.learningRate(0)).isCloseTo(0.25, within(1e-12));
        assertThat(settings.learningRate(3)).isCloseTo(1, within(1e-12));
        assertThat(settings.learningRate(4)).isCloseTo(1, within(1e-12));
        assertThat(settings.learningRate(12)).isCloseTo(0.5, within(1e-12));
        assertThat(settings.learningRate(19)).isCloseTo(1.0 / 16, within(1e-12));
    }

    @Test
    void withoutWarmUpItBeginsAtItsHighestValue() {
        assertThat(settings(10, 0).learningRate(0)).isEqualTo(1);
    }

    @Test
    void withWarmUpToTheEndItNeverFalls() {
        assertThat(settings(10, 1).learningRate(9)).isEqualTo(1);
    }

    private static DistillationSettings settings(int steps, double warmup) {
        return new DistillationSettings(2, new LossWeights(1, 0, 0, 0), false, steps, 1, 8, 1, warmup, 5, 1);
    }
}
