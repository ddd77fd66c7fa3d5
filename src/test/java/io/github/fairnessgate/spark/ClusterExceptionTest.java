package io.github.fairnessgate.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The messages are those of Spark 4.0.4. */
class ClusterExceptionTest {

    private static final String MASTER = "spark://host:7077";

    @Test
    void aTaskThatFailedInEveryAttemptIsExplainedByTheLast() {
        Exception failure = new RuntimeException(
                "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure: Lost task "
                        + "0.3 in stage 1.0 (TID 9) (127.0.0.1 executor 0): java.io.IOException: the worker ended with "
                        + "exit status 1\n\tat io.github.fairnessgate.spark.ExecutorWorker.answer");
        assertThat(ClusterException.of(MASTER, new ExecutionException("Exception thrown by job", failure)))
                .get()
                .extracting(Throwable::getMessage)
                .isEqualTo(
                        "A shard failed in every attempt that Spark makes; the last time: Lost task 0.3 in stage 1.0 "
                                + "(TID 9) (127.0.0.1 executor 0): java.io.IOException: the worker ended with exit status 1");
    }

    @Test
    void anOldJavaIsNamed() {
        Exception failure = new RuntimeException(
                "Job aborted",
                new RuntimeException(
                        "java.lang.UnsupportedClassVersionError: io/github/fairnessgate/spark/ShardTask has "
                                + "been compiled by a more recent version of the Java Runtime"));
        assertThat(ClusterException.of(MASTER, failure))
                .get()
                .extracting(Throwable::getMessage)
                .isEqualTo(
                        "The executors of spark://host:7077 have a Java that is too old: they need Java 17 or later.");
    }

    @Test
    void whatOnlyTheLogExplainsIsLeftToIt() {
        Exception failure = new IllegalStateException("outer", new RuntimeException("disk full"));
        assertThat(ClusterException.of(MASTER, failure)).isEmpty();
        assertThat(ClusterException.reason(failure)).contains("disk full");
    }
}
