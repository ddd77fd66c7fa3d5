package io.github.fairnessgate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.EvaluationPrecision;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.runtime.LanguageModel.Prompt;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import io.github.fairnessgate.runtime.LanguageModel.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With profiles that ONNX Runtime wrote of real runs, on the CPU: where only a CPU is, nothing was computed on a GPU.
 */
@Tag("native")
class PlacementTest {

    @TempDir
    Path folder;

    private ModelDirectory model;

    @BeforeEach
    void writeModel() {
        model = TinyModels.create(folder.resolve("model"));
    }

    @Test
    void everyNodeThatWasNotComputedOnTheGpuIsNamed() throws Exception {
        assertThatThrownBy(() -> Placement.require(Device.CUDA, scoring()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fairness.device is cuda")
                .hasMessageContaining("LayerNormalization n")
                .hasMessageContaining("LogSoftmax n")
                .hasMessageContaining("(CPUExecutionProvider)")
                .hasMessageContaining("set fairness.device to cpu");
    }

    @Test
    void nodesInsideALoopAreSeenToo() throws Exception {
        assertThatThrownBy(() -> Placement.require(Device.CUDA, generation()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Slice n")
                .hasMessageContaining("Loop n");
    }

    @Test
    void aRunOnTheDeviceItselfIsFineAndItsProfileIsDeleted() throws Exception {
        Path profile = scoring();
        assertThatCode(() -> Placement.require(Device.CPU, profile)).doesNotThrowAnyException();
        assertThat(profile).doesNotExist();
        assertThat(profile.getParent()).doesNotExist();
    }

    @Test
    void aSingleNodeElsewhereIsEnough() throws Exception {
        Path profile = scoring();
        String events = Files.readString(profile).replace("CPUExecutionProvider", "CUDAExecutionProvider");
        Placement.require(Device.CPU, profile);
        assertThatCode(() -> Placement.require(Device.CUDA, write(events))).doesNotThrowAnyException();
        String one = events.replaceFirst("CUDAExecutionProvider", "CPUExecutionProvider");
        assertThatThrownBy(() -> Placement.require(Device.CUDA, write(one)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("computed 1 node of");
    }

    @Test
    void aProfileThatTellsNothingIsNoProof() {
        assertThatThrownBy(() -> Placement.require(Device.CUDA, write("[{\"cat\": \"Session\", \"args\": {}}]")))
                .isInstanceOf(IllegalStateException.class);
    }

    /**
     * What a GPU computes from a shape it computes on the CPU: nothing but a slice's border may come from one in the
     * graphs for GPUs.
     */
    @Test
    void onlySlicesTakeWhatComesFromAShape() throws Exception {
        for (byte[] graph : List.of(
                Gpt2Graph.scores(model, model.path(), Device.CUDA, EvaluationPrecision.FLOAT32),
                GenerationGraph.generate(model, model.path(), EvaluationPrecision.FLOAT32),
                Gpt2Graph.scores(model, model.path(), Device.CUDA, EvaluationPrecision.FLOAT16),
                GenerationGraph.generate(model, model.path(), EvaluationPrecision.FLOAT16))) {
            assertThat(GraphNodes.consumersOf("Shape", graph)).allMatch(operator -> operator.equals("Slice"));
        }
        assertThat(GraphNodes.consumersOf(
                        "Shape", GenerationGraph.generate(model, model.path(), EvaluationPrecision.FLOAT32)))
                .isNotEmpty();
        assertThat(GraphNodes.consumersOf("Shape", GenerationGraph.prefill(model, model.path())))
                .contains("Gather");
    }

    private Path scoring() throws Exception {
        try (OrtSession.SessionOptions options = Sessions.options(model.path(), Device.CPU)) {
            Placement.profile(options);
            try (OrtSession session = OrtEnvironment.getEnvironment()
                    .createSession(
                            Gpt2Graph.scores(model, model.path(), Device.CUDA, EvaluationPrecision.FLOAT32), options)) {
                new ScoringBatch(List.of(new PrefixTree(List.of(new Request(new int[] {1, 2, 3, 4}, 1))))).run(session);
                return Path.of(session.endProfiling());
            }
        }
    }

    private Path generation() throws Exception {
        try (OrtSession.SessionOptions options = Sessions.options(model.path(), Device.CPU)) {
            Placement.profile(options);
            try (OrtSession session = OrtEnvironment.getEnvironment()
                    .createSession(
                            GenerationGraph.generate(model, model.path(), EvaluationPrecision.FLOAT32), options)) {
                new LoopedBatch(
                                model,
                                EvaluationPrecision.FLOAT32,
                                List.of(new Prompt("p", new int[] {1, 2, 3})),
                                new Sampling(1, 3, 4, 0.9, 1))
                        .run(session);
                return Path.of(session.endProfiling());
            }
        }
    }

    private Path write(String events) throws IOException {
        return Files.writeString(Files.createTempDirectory(folder, "profile").resolve("run.json"), events);
    }
}
