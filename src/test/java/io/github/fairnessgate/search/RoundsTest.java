package io.github.fairnessgate.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.search.Rounds.Round;
import org.junit.jupiter.api.Test;

class RoundsTest {

    @Test
    void oneInThreeGoesOnWithThreeTimesTheData() {
        assertThat(Rounds.of(27, 1))
                .containsExactly(new Round(1 / 9.0, 27, 9), new Round(1 / 3.0, 9, 3), new Round(1, 3, 1));
        assertThat(Rounds.of(12, 3)).containsExactly(new Round(1 / 3.0, 12, 4), new Round(1, 4, 3));
    }

    @Test
    void finalistsAloneNeedNoRound() {
        assertThat(Rounds.of(3, 3)).isEmpty();
        assertThat(Rounds.of(4, 3)).containsExactly(new Round(1, 4, 3));
    }
}
