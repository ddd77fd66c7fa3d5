package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.fairnessgate.worker.SpeedRounds.Times;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpeedComparisonTest {

    @Test
    void figuresAreMediansOverRounds() {
        SpeedComparison speed = SpeedComparison.of(new SpeedRounds(
                64,
                32,
                List.of(new Times(10, 2), new Times(400, 80), new Times(11, 2.5)),
                List.of(new Times(5, 1), new Times(6, 1.25), new Times(70, 40))));
        assertThat(speed.rounds()).isEqualTo(3);
        assertThat(speed.before().firstTokenMilliseconds()).isEqualTo(11);
        assertThat(speed.before().tokensPerSecond()).isCloseTo(400, within(1e-9));
        assertThat(speed.after().firstTokenMilliseconds()).isEqualTo(6);
        assertThat(speed.after().tokensPerSecond()).isCloseTo(800, within(1e-9));
    }

    @Test
    void roundsArePairs() {
        List<Times> one = List.of(new Times(1, 1));
        assertThatThrownBy(() -> new SpeedRounds(64, 32, one, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SpeedRounds(64, 32, List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
