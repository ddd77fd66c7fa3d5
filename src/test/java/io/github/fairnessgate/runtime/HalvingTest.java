package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sessions that are made to fail as a GPU without memory does, by the messages of ONNX Runtime 1.29. */
@Tag("native")
class HalvingTest {

    private static final String ARENA =
            "Non-zero status code returned while running MatMul node. Name:'nv9' Status Message: bfc_arena.cc:376 "
                    + "AllocateRawInternal Failed to allocate memory for requested buffer of size 1073741824";

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();

    @Test
    void whatDoesNotFitIsScoredInSmallerBatchesWithTheSameResultToTheLastBit() {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        List<Request> requests = requests(60);
        List<float[]> expected = score(model, requests, ScoringBatch::run);
        List<Integer> sizes = new ArrayList<>();
        List<float[]> actual = score(model, requests, (batch, session) -> {
            sizes.add(batch.rows());
            if (batch.rows() > 3) {
                throw new OrtException(ARENA);
            }
            return batch.run(session);
        });
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).as("request %s", i).isEqualTo(expected.get(i));
        }
        assertThat(sizes).anyMatch(size -> size > 3);
        assertThat(sizes.subList(sizes.size() / 2, sizes.size())).allMatch(size -> size <= 3);
        assertThat(log).singleElement().asString().contains("memory of the GPU", "results stay the same");
    }

    @Test
    void anyOtherFailureEndsTheRun() {
        ModelDirectory model = ModelDirectory.open(BuiltinModels.extract("reference-gpt2", folder));
        assertThatThrownBy(() -> score(model, requests(5), (batch, session) -> {
                    throw new OrtException("CUDA failure 700: an illegal memory access was encountered");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("illegal memory access");
        assertThat(log).isEmpty();
    }

    @Test
    void aBatchOfOneThatDoesNotFitIsAnError() {
        Halving halving = new Halving(log::add);
        assertThatThrownBy(() -> halving.run(List.of(1, 2, 3, 4), batch -> {
                    throw new OrtException(ARENA);
                }))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not enough for a batch of one")
                .hasMessageContaining("fairness.device");
        assertThat(log).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 16, 17})
    void everyItemIsComputedOnceInItsPlace(int fitting) throws OrtException {
        Halving halving = new Halving(log::add);
        for (int round = 0; round < 3; round++) {
            List<Integer> items = IntStream.range(0, 17).boxed().toList();
            assertThat(halving.run(items, batch -> {
                        if (batch.size() > fitting) {
                            throw new OrtException("CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc");
                        }
                        return batch.stream().map(item -> -item).toList();
                    }))
                    .isEqualTo(items.stream().map(item -> -item).toList());
        }
        assertThat(log).hasSize(fitting < 17 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ARENA,
                "CUDA failure 2: out of memory ; GPU=0",
                "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0"
            })
    void aLackOfMemoryIsTold(String message) {
        assertThat(Halving.isOutOfMemory(new OrtException(message))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA failure 700: an illegal memory access was encountered",
                "CUBLAS_STATUS_EXECUTION_FAILED",
                "Invalid rank for input",
                ""
            })
    void otherFailuresAreNotTakenForIt(String message) {
        assertThat(Halving.isOutOfMemory(new OrtException(message))).isFalse();
    }

    private List<float[]> score(ModelDirectory model, List<Request> requests, OnnxGpt2.Scoring scoring) {
        Progress progress = new Progress() {
            @Override
            public void step(String task, long done, long total) {}

            @Override
            public void info(String message) {
                log.add(message);
            }
        };
        try (OnnxGpt2 opened = OnnxGpt2.open(model, Device.CPU, EvaluationPrecision.FLOAT32, progress, scoring)) {
            return opened.logProbabilities(requests, done -> {});
        }
    }

    private static List<Request> requests(int count) {
        Random random = new Random(3);
        return IntStream.range(0, count)
                .mapToObj(i -> new Request(
                        random.ints(20 + random.nextInt(12), 0, 8192).toArray(), 1))
                .toList();
    }
}
