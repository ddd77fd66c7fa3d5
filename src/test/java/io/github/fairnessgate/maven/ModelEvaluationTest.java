package io.github.fairnessgate.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.artifact.TinyModels;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.WorkerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelEvaluationTest {

    @TempDir
    Path folder;

    @Test
    void aWorkerThatDiesHalfWayLeavesNothingBehindAndNothingInTheCache() throws IOException {
        LocatedModel model = new LocatedModel(TinyModels.create(folder.resolve("model")), "model");
        Path parent = folder.resolve("target/fairness");
        ModelEvaluation evaluation = new ModelEvaluation(new EvaluationCache(folder.resolve("cache")), parent, EvaluationPrecision.FLOAT32, (request, scratch) -> {
            writeHalf(scratch);
            throw new WorkerException("The worker ended with exit status 137");
        }, Progress.NONE);
        assertThatThrownBy(() -> evaluation.evaluate("baseline", model, Suites.measuring(List.of("stereoset.ss/micro"), Map.of(), "",
                Judges.only(ScorerReference.embedded())), Device.CPU, new TreeMap<>()))
                .isInstanceOf(WorkerException.class);
        assertThat(parent).isEmptyDirectory();
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void scratchFoldersOfBuildsThatWereKilledAreRemovedAndThoseOfLivingOnesStay() throws IOException {
        Path orphan = Files.createDirectories(folder.resolve(".work-999999999-abc/compressed"));
        Path living = Files.createDirectory(folder.resolve(".work-" + ProcessHandle.current().pid() + "-abc"));
        try (Scratch scratch = Scratch.in(folder)) {
            assertThat(orphan.getParent()).doesNotExist();
            assertThat(living).exists();
            assertThat(scratch.folder()).isDirectory();
        }
        try (Stream<Path> rest = Files.list(folder)) {
            assertThat(rest).containsExactly(living);
        }
    }

    @Test
    void aTargetThatCannotBeWrittenIsNamedWithTheParameterThatMovesIt() throws IOException {
        Path file = Files.createFile(folder.resolve("occupied"));
        assertThatThrownBy(() -> Scratch.in(file.resolve("fairness"))).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("fairness.outputDirectory");
    }

    private static void writeHalf(Path scratch) {
        try {
            Files.createDirectories(scratch.resolve("evaluation/items"));
            Files.writeString(scratch.resolve("evaluation/items/evaluation-stereoset.jsonl"), "{\"id\":\"half");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
