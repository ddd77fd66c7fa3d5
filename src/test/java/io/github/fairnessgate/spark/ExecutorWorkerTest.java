package io.github.fairnessgate.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real worker, without Spark. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("native")
class ExecutorWorkerTest {

    @TempDir
    Path folder;

    private ExecutorWorker worker;

    @AfterEach
    void end() {
        worker.kill();
    }

    @Test
    void aWorkerAnswersOneTaskAfterTheOther() throws Exception {
        worker = start(Optional.empty());
        for (int shard = 1; shard <= 2; shard++) {
            Answered answered = worker.answer(new ShardTask(0, shard));
            assertThat(answered.refused()).isFalse();
            assertThat(answered.event()).startsWith("{\"event\":\"finished\"");
            assertThat(answered.files()).hasSize(1);
            assertThat(answered.files().firstKey()).endsWith(".answers");
            assertThat(answered.files().firstEntry().getValue()).startsWith("FAIRANS1".getBytes());
            assertThat(folder.resolve("0-" + shard)).doesNotExist();
        }
        assertThat(worker.isAlive()).isTrue();
    }

    @Test
    void whatTheUserCanMendIsAnAnswerAndNoFailure() throws Exception {
        worker = start(Optional.of("0".repeat(64)));
        Answered answered = worker.answer(new ShardTask(0, 1));
        assertThat(answered.refused()).isTrue();
        assertThat(answered.files()).isEmpty();
        assertThat(Json.MAPPER.readTree(answered.event()).get("message").asText())
                .contains("changed while the build ran");
    }

    @Test
    void aWorkerThatWasKilledIsAFailureThatSparkTriesAgain() throws Exception {
        worker = start(Optional.empty());
        worker.kill();
        assertThatThrownBy(() -> worker.answer(new ShardTask(0, 1))).isInstanceOf(IOException.class);
    }

    private static final String SAID =
            "{\"event\":\"failed\",\"invalidInput\":false,\"message\":\"the \\\"heap\\\" is full\"}";

    @Test
    void aWorkersWordsAreReadWithoutALibrary() throws Exception {
        worker = start(Optional.empty());
        assertThat(ExecutorWorker.message(SAID)).isEqualTo("the \"heap\" is full");
    }

    private ExecutorWorker start(Optional<String> digest) throws IOException {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder.resolve("models")));
        WorkerRequest.Evaluate request = new WorkerRequest.Evaluate(
                folder.relativize(model.path()).toString(),
                digest.orElse(model.digest()),
                Suites.measuring(
                        List.of("crows-pairs.stereotype"),
                        Map.of(
                                "crows-pairs",
                                new SuiteOptions(OptionalInt.of(10), 0, OptionalInt.empty(), Optional.empty())),
                        "",
                        Judges.only(ScorerReference.ngram())),
                Map.of("onnxruntime", "test"),
                Device.CPU,
                EvaluationPrecision.FLOAT32,
                WorkerRequest.Answering.NONE,
                "");
        Json.MAPPER
                .writerFor(WorkerRequest.class)
                .writeValue(folder.resolve("request.json").toFile(), new WorkerRequest.Serve(List.of(request), 2));
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return ExecutorWorker.start(
                folder,
                new WorkerStart(
                        List.of(
                                "-cp",
                                '"' + classPath + '"',
                                "-Xss4m",
                                "io.github.fairnessgate.worker.WorkerMain",
                                '"' + WorkerStart.FOLDER + "request.json\""),
                        new TreeMap<>(Map.of("OMP_DYNAMIC", "FALSE"))),
                1);
    }
}
