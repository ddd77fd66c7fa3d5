package io.github.fairnessgate.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTaskTest {

    @Test
    void aLineNamesAModelAndAShard() {
        ShardTask task = new ShardTask(1, 16);
        assertThat(task).hasToString("1 16");
        assertThat(ShardTask.parse("1 16")).isEqualTo(task);
        assertThat(task.folder()).isEqualTo("1-16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 2 3", "1 x", "one 2"})
    void anythingElseIsRefused(String line) {
        assertThatThrownBy(() -> ShardTask.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }
}
