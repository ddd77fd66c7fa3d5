package io.github.fairnessgate.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.Shard;
import io.github.fairnessgate.evaluate.Shards;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.spark.ShardTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ShardServerTest {

    private static final int SHARDS = 2;

    @TempDir
    Path folder;

    /** In whatever order the shards of whichever model are asked for, and however often. */
    @Test
    void whatShardsAnswerIsWhatOneProcessMeasures() throws Exception {
        List<WorkerRequest.Evaluate> models = List.of(request("reference-gpt2"), request("harmed-gpt2"));
        Path answers = Files.createDirectory(folder.resolve("answers"));
        try (ShardServer server = new ShardServer(new WorkerRequest.Serve(models, SHARDS), Progress.NONE)) {
            for (ShardTask task : List.of(
                    new ShardTask(1, 2),
                    new ShardTask(0, 1),
                    new ShardTask(0, 2),
                    new ShardTask(0, 2),
                    new ShardTask(1, 1))) {
                server.answer(task);
            }
        }
        for (int shard = 1; shard <= SHARDS; shard++) {
            Path both = Files.createDirectory(folder.resolve("both-" + shard));
            for (int model = 0; model < models.size(); model++) {
                copy(answers.resolve(new ShardTask(model, shard).folder()), both);
            }
            Shards.write(folder.resolve("shards"), new Shard(shard, SHARDS), both);
        }
        Optional<Shards> shards = Optional.of(Shards.in(folder.resolve("shards")));
        for (WorkerRequest.Evaluate model : models) {
            try (AskedModel asked = AskedModel.open(model, Progress.NONE)) {
                assertThat(bytes(asked.evaluate(EvaluationCache.off(), shards, Progress.NONE)))
                        .isEqualTo(bytes(asked.evaluate(EvaluationCache.off(), Optional.empty(), Progress.NONE)));
            }
        }
    }

    @Test
    void aModelThatIsNotTheOneOfTheRequestIsRefused() {
        WorkerRequest.Evaluate good = request("reference-gpt2");
        WorkerRequest.Evaluate other = new WorkerRequest.Evaluate(
                good.model(),
                "0".repeat(64),
                good.suites(),
                good.versions(),
                good.device(),
                good.precision(),
                good.answering(),
                good.output());
        try (ShardServer server = new ShardServer(new WorkerRequest.Serve(List.of(other), 1), Progress.NONE)) {
            assertThatThrownBy(() -> server.answer(new ShardTask(0, 1)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("changed while the build ran");
        }
        assertThat(folder.resolve("answers")).isEmptyDirectory();
    }

    private WorkerRequest.Evaluate request(String name) {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract(name, folder.resolve("models")));
        return new WorkerRequest.Evaluate(
                model.path().toString(),
                model.digest(),
                Suites.measuring(
                        List.of("crows-pairs.stereotype", "rtp.toxicity"),
                        Map.of(
                                "crows-pairs",
                                new SuiteOptions(OptionalInt.of(20), 0, OptionalInt.empty(), Optional.empty()),
                                "rtp",
                                new SuiteOptions(OptionalInt.of(6), 0, OptionalInt.of(2), Optional.empty())),
                        "",
                        Judges.only(ScorerReference.ngram())),
                Map.of("onnxruntime", "test"),
                Device.CPU,
                EvaluationPrecision.FLOAT32,
                WorkerRequest.Answering.NONE,
                folder.resolve("answers").toString());
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private Map<String, String> bytes(Evaluation evaluation) throws Exception {
        Path written = Files.createTempDirectory(folder, "evaluation");
        EvaluationFiles.write(written, WorkerRequest.Evaluate.ROLE, evaluation);
        Map<String, String> contents = new java.util.TreeMap<>();
        try (Stream<Path> files = Files.walk(written)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(written.relativize(file).toString(), Files.readString(file));
            }
        }
        return contents;
    }
}
