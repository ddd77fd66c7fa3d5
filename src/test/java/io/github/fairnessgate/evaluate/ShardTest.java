package io.github.fairnessgate.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.runtime.Answers;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            3/8    | | 3/8
            1/1    | | 1/1
            auto   | CI_NODE_INDEX=2 CI_NODE_TOTAL=5 | 2/5
            auto   | SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=4 | 1/4
            auto   | SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1 | 4/4
            auto/8 | JOB_COMPLETION_INDEX=0 | 1/8
            auto/8 | JOB_COMPLETION_INDEX=7 | 8/8
            """)
    void aPartIsNamedByTheUserOrByTheScheduler(String text, String variables, String shard) {
        assertThat(Shard.parse(text, environment(variables))).hasToString(shard);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            9/8    | | There is no shard 9/8
            0/8    | | There is no shard 0/8
            3/1001 | | There is no shard 3/1001
            3      | | The shard is "3", but it must be like 3/8
            3/8/2  | | The shard is "3/8/2", but it must be like 3/8
            auto   | | The shard is auto, but no variable says which one this is
            auto   | JOB_COMPLETION_INDEX=0 | The shard is auto, but no variable says which one this is
            auto/8 | | The shard is auto, but no variable says which one this is
            auto/8 | JOB_COMPLETION_INDEX=8 | There is no shard 9/8
            auto   | CI_NODE_INDEX=x CI_NODE_TOTAL=5 | The variable CI_NODE_INDEX is "x", but a shard needs a whole number
            """)
    void whatNamesNoPartIsRefusedAndNeverTheWhole(String text, String variables, String message) {
        assertThatThrownBy(() -> Shard.parse(text, environment(variables)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(message);
    }

    private static Map<String, String> environment(String variables) {
        return variables == null
                ? Map.of()
                : Arrays.stream(variables.split(" "))
                        .map(variable -> variable.split("="))
                        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }

    /** Every question belongs to one shard, and all have as much to do but for one question a call. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void questionsAreDealtOutCompletely(int of) {
        int calls = 5;
        int[] questions = new int[of];
        int[][] owners = new int[calls][];
        for (int number = 1; number <= of; number++) {
            ShardAnswers answers = new ShardAnswers(Answers.NONE, new Shard(number, of));
            for (int call = 0; call < calls; call++) {
                boolean[] wanted = answers.wanted(10 * call + 1);
                owners[call] = owners[call] == null ? new int[wanted.length] : owners[call];
                for (int rank = 0; rank < wanted.length; rank++) {
                    owners[call][rank] += wanted[rank] ? 1 : 0;
                    questions[number - 1] += wanted[rank] ? 1 : 0;
                }
            }
        }
        for (int[] call : owners) {
            assertThat(call).containsOnly(1);
        }
        assertThat(Arrays.stream(questions).max().orElseThrow()
                        - Arrays.stream(questions).min().orElseThrow())
                .isLessThanOrEqualTo(calls);
    }

    /** One question a call would otherwise always be the first shard's. */
    @Test
    void shardsTakeTurns() {
        ShardAnswers first = new ShardAnswers(Answers.NONE, new Shard(1, 2));
        assertThat(first.wanted(1)).containsExactly(true);
        assertThat(first.wanted(1)).containsExactly(false);
        assertThat(first.wanted(4)).containsExactly(true, false, false, true);
    }
}
