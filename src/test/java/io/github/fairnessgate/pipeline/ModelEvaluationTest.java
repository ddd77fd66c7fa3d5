package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.Evaluator;
import io.github.fairnessgate.evaluate.Provenance;
import io.github.fairnessgate.evaluate.SuiteOptions;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.OnnxGpt2;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ModelEvaluationTest {

    @TempDir
    Path folder;

    @Test
    void aWorkerThatDiesHalfWayLeavesNothingBehindAndNothingInTheCache() throws IOException {
        LocatedModel model = new LocatedModel(TinyModels.create(folder.resolve("model")), "model");
        Path parent = folder.resolve("target/fairness");
        ModelEvaluation evaluation = new ModelEvaluation(
                new EvaluationCache(folder.resolve("cache")),
                parent,
                EvaluationPrecision.FLOAT32,
                (request, scratch) -> {
                    writeHalf(scratch);
                    throw new WorkerException("The worker ended with exit status 137");
                },
                Progress.NONE);
        assertThatThrownBy(() -> evaluation.evaluate(
                        "baseline",
                        model,
                        Suites.measuring(
                                List.of("stereoset.ss/micro"), Map.of(), "", Judges.only(ScorerReference.embedded())),
                        Device.CPU,
                        new TreeMap<>()))
                .isInstanceOf(WorkerException.class);
        assertThat(parent).isEmptyDirectory();
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    /**
     * A folder of another build, a rename, a link: whatever the worker found there is not kept under the digest that
     * was looked at.
     */
    @Test
    void aMeasurementOfAnotherModelIsNeitherKeptNorJudged() {
        LocatedModel model =
                new LocatedModel(TinyModels.builder().positions(64).write(folder.resolve("model")), "model");
        ModelEvaluation evaluation = evaluation((request, scratch) -> {
            TinyModels.builder().positions(64).seed(2).write(folder.resolve("model"));
            measure((WorkerRequest.Evaluate) request, ModelDirectory.open(folder.resolve("model")));
        });
        assertThatThrownBy(() -> evaluation.evaluate("candidate", model, pairs(), Device.CPU, new TreeMap<>()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("The model model changed while it was being evaluated");
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void aMeasurementOfOtherDataIsNeitherKeptNorJudged() {
        LocatedModel model =
                new LocatedModel(TinyModels.builder().positions(64).write(folder.resolve("model")), "model");
        List<SuiteSpec> pairs = pairs();
        ModelEvaluation evaluation = evaluation((request, scratch) -> {
            write("pairs.jsonl", "mild");
            measure((WorkerRequest.Evaluate) request, model.directory());
        });
        assertThatThrownBy(() -> evaluation.evaluate("candidate", model, pairs, Device.CPU, new TreeMap<>()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("The data of mine changed while model was being evaluated");
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void aMeasurementOfWhatWasLookedAtIsKeptAndFoundAgain() throws Exception {
        LocatedModel model =
                new LocatedModel(TinyModels.builder().positions(64).write(folder.resolve("model")), "model");
        List<SuiteSpec> pairs = pairs();
        ModelEvaluation evaluation =
                evaluation((request, scratch) -> measure((WorkerRequest.Evaluate) request, model.directory()));
        Evaluation measured = evaluation.evaluate("candidate", model, pairs, Device.CPU, new TreeMap<>());
        ModelEvaluation again = evaluation((request, scratch) -> {
            throw new WorkerException("nothing is to be measured");
        });
        assertThat(again.evaluate("candidate", model, pairs, Device.CPU, new TreeMap<>()))
                .isEqualTo(measured);
    }

    @Test
    void theProvenanceNamesWhatBeginsAndEndsTextsWhereThatIsNotTheEndOfText() throws Exception {
        TinyModels.builder().positions(64).write(folder.resolve("model"));
        Files.writeString(folder.resolve("model/tokenizer_config.json"), "{\"bos_token\": \"!\"}");
        Files.writeString(folder.resolve("model/generation_config.json"), "{\"eos_token_id\": [256, 4]}");
        LocatedModel own = new LocatedModel(ModelDirectory.open(folder.resolve("model")), "model");
        LocatedModel usual =
                new LocatedModel(TinyModels.builder().positions(64).write(folder.resolve("usual")), "usual");
        for (LocatedModel model : List.of(own, usual)) {
            Evaluation measured = evaluation(
                            (request, scratch) -> measure((WorkerRequest.Evaluate) request, model.directory()))
                    .evaluate("candidate", model, pairs(), Device.CPU, new TreeMap<>());
            assertThat(measured.provenance().settings())
                    .isEqualTo(
                            model == usual
                                    ? Map.of()
                                    : Map.of(
                                            "mine",
                                            "every text follows \"!\" (token 0), and a generated one ends with "
                                                    + "\"%\" (token 4) or \"<|endoftext|>\" (token 256)"));
        }
    }

    private List<SuiteSpec> pairs() {
        write("pairs.jsonl", "late");
        return Suites.measuring(
                List.of("mine.stereotype/lmeval-sum-bos"),
                Map.of(
                        "mine",
                        new SuiteOptions(
                                OptionalInt.empty(),
                                1,
                                OptionalInt.empty(),
                                Optional.of(new SuiteOptions.UserData(
                                        SuiteOptions.UserData.Kind.PAIRS, List.of("pairs.jsonl"))))),
                folder.toString(),
                Judges.only(ScorerReference.ngram()));
    }

    private void write(String name, String word) {
        try {
            Files.writeString(
                    folder.resolve(name),
                    "{\"id\": \"a\", \"more\": \"she was " + word + "\", \"less\": \"he was " + word + "\"}\n"
                            + "{\"id\": \"b\", \"more\": \"she is " + word + "\", \"less\": \"he is " + word + "\"}\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ModelEvaluation evaluation(ModelEvaluation.Worker worker) {
        return new ModelEvaluation(
                new EvaluationCache(folder.resolve("cache")),
                folder.resolve("target/fairness"),
                EvaluationPrecision.FLOAT32,
                worker,
                Progress.NONE);
    }

    /** What a worker does, in this process: with the model and the data that are there now. */
    private static void measure(WorkerRequest.Evaluate request, ModelDirectory model) {
        try (LanguageModel language = OnnxGpt2.open(model, Device.CPU)) {
            Provenance provenance = Provenance.of(
                    model.digest(),
                    request.model(),
                    Device.CPU,
                    EvaluationPrecision.FLOAT32,
                    new TreeMap<>(request.versions()));
            EvaluationFiles.write(
                    Path.of(request.output()),
                    WorkerRequest.Evaluate.ROLE,
                    Evaluator.evaluate(
                            language,
                            request.suites().stream().map(Suites::create).toList(),
                            provenance,
                            Progress.NONE));
        }
    }

    @Test
    void scratchFoldersOfBuildsThatWereKilledAreRemovedAndThoseOfLivingOnesStay() throws IOException {
        Path orphan = Files.createDirectories(folder.resolve(".work-999999999-abc/compressed"));
        Path living = Files.createDirectory(
                folder.resolve(".work-" + ProcessHandle.current().pid() + "-abc"));
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
        assertThatThrownBy(() -> Scratch.in(file.resolve("fairness")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("fairness.outputDirectory");
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
