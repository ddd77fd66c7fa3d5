package io.github.fairnessgate.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real trainings on the CPU that are made to fail as one on a GPU without memory does, by PyTorch's message. */
@Tag("native")
class FittingBatchTest {

    private static final String OUT_OF_MEMORY =
            "CUDA out of memory. Tried to allocate 1.53 GiB. GPU 0 has a total capacity of 15.77 GiB of which 1.02 "
                    + "GiB is free.\n"
                    + "Exception raised from malloc at CUDACachingAllocator.cpp:1134 (most recent call first):";
    /** Every term has a weight, so every one has to be a mean. */
    private static final LossWeights ALL_TERMS = new LossWeights(0.5, 0.3, 0.01, 0.2, 0.1, 0.1, 0.1);

    private static final int STEPS = 6;
    private static final int LENGTH = 16;

    @TempDir
    private Path directory;

    private ModelDirectory teacher;
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void writeTeacher() {
        teacher = TinyModels.builder().layers(3).heads(4).embedding(32).write(directory.resolve("teacher"));
    }

    @ParameterizedTest
    @CsvSource({"8, 3, 2", "8, 1, 1", "5, 4, 2", "7, 6, 3", "6, 5, 3"})
    void aBatchThatIsReadInPartsGivesTheSameStepButForRounding(int batchSize, int fitting, int windowsAtOnce) {
        DistillationSettings settings = settings(batchSize, Precision.FLOAT32);
        try (Distiller whole = distiller(settings, new FittingBatch(log::add));
                Distiller inParts = distiller(settings, new LittleMemory(fitting))) {
            for (int step = 0; step < STEPS; step++) {
                List<int[][]> batches = batches(step, batchSize);
                Distiller.Step expected = whole.step(batches);
                Distiller.Step actual = inParts.step(batches);
                assertThat(expected.windows()).isEqualTo(batchSize);
                assertThat(actual.windows()).isEqualTo(windowsAtOnce);
                assertThat(actual.loss()).isCloseTo(expected.loss(), within(2e-5));
                assertThat(actual.gradientNorm() / expected.gradientNorm()).isCloseTo(1, within(1e-4));
            }
            // Adam makes a full-sized step of a gradient however small; what may differ is a share of that step, and
            // the last bit.
            double tolerance = STEPS * settings.learningRate() * 5e-3 + 3e-7;
            whole.config()
                    .tensorShapes()
                    .keySet()
                    .forEach(name -> assertThat(inParts.weight(name))
                            .as(name)
                            .containsExactly(whole.weight(name), within((float) tolerance)));
            int[][] unseen = windows(new Random(99), 11);
            assertThat(inParts.validationLoss(unseen)).isCloseTo(whole.validationLoss(unseen), within(2e-5));
        }
        assertThat(log)
                .singleElement()
                .asString()
                .contains(
                        "memory of the GPU was not enough to read " + batchSize + " windows at once",
                        "Tried to allocate 1.53 GiB",
                        "in parts of " + batchSize / 2 + " and less if need be")
                .doesNotContain("Exception raised");
    }

    @Test
    void theSameMemoryGivesTheSameBytesAgain() {
        assertThat(trained(new LittleMemory(3))).isEqualTo(trained(new LittleMemory(3)));
    }

    @Test
    void aTrainingThatIsGoneOnWithReadsAsManyAtOnceAsBefore() {
        DistillationSettings settings = settings(8, Precision.FLOAT32);
        try (Distiller unbroken = distiller(settings, new LittleMemory(3));
                Distiller resumed = distiller(settings, new FittingBatch(log::add))) {
            List<Distiller.Step> done = List.of(unbroken.step(batches(0, 8)), unbroken.step(batches(1, 8)));
            resumed.restore(done, false, unbroken::state);
            log.clear();
            for (int step = 2; step < STEPS; step++) {
                assertThat(resumed.step(batches(step, 8))).isEqualTo(unbroken.step(batches(step, 8)));
            }
            resumed.config()
                    .tensorShapes()
                    .keySet()
                    .forEach(name -> assertThat(resumed.weight(name)).as(name).isEqualTo(unbroken.weight(name)));
        }
        assertThat(log).isEmpty();
    }

    @Test
    void float16GradientsOfPartsAreNeitherLargerNorSmallerThanInTheWholeBatch() {
        DistillationSettings settings = settings(8, Precision.FLOAT16, new LossWeights(1e-3, 1e-3, 0, 0, 0, 0, 0));
        try (Distiller whole = distiller(settings, new FittingBatch(log::add));
                Distiller inParts = distiller(settings, new LittleMemory(2))) {
            for (int step = 0; step < STEPS; step++) {
                Distiller.Step expected = whole.step(batches(step, 8));
                Distiller.Step actual = inParts.step(batches(step, 8));
                assertThat(actual.lossScale()).isEqualTo(expected.lossScale());
                assertThat(expected.skipped()).isFalse();
                assertThat(actual.skipped()).isFalse();
                assertThat(actual.loss() / expected.loss()).isCloseTo(1, within(1e-3));
                assertThat(actual.gradientNorm() / expected.gradientNorm()).isCloseTo(1, within(1e-2));
            }
        }
    }

    @Test
    void oneWindowThatDoesNotFitEndsTheTrainingAndLeavesTheWeights() {
        try (Distiller distiller = distiller(settings(8, Precision.FLOAT32), new LittleMemory(0))) {
            float[] before = distiller.weight("wte.weight");
            int arrays = distiller.longLivedArrays();
            assertThatThrownBy(() -> distiller.step(batches(0, 8)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(
                            "not enough for a distillation that reads one window at a time: CUDA out of memory. "
                                    + "Tried to allocate 1.53 GiB")
                    .hasMessageContaining("lower sequenceLength")
                    .hasMessageContaining("fairness.device to cpu");
            assertThat(distiller.weight("wte.weight")).isEqualTo(before);
            assertThat(distiller.longLivedArrays()).isEqualTo(arrays);
        }
        assertThat(log).hasSize(1);
    }

    @Test
    void anyOtherFailureEndsTheTraining() {
        FittingBatch broken = new FittingBatch(log::add) {
            @Override
            <T> Optional<T> attempt(int size, Supplier<T> computation) {
                return super.attempt(size, () -> {
                    throw new EngineException("CUDA error: an illegal memory access was encountered");
                });
            }
        };
        try (Distiller distiller = distiller(settings(8, Precision.FLOAT32), broken)) {
            assertThatThrownBy(() -> distiller.step(batches(0, 8)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("illegal memory access");
        }
        assertThat(log).isEmpty();
    }

    /** The kind of exception in which what PyTorch says arrives, made by its real allocator. */
    @Test
    void whatPyTorchCannotAllocateIsAnEngineExceptionAndOnACpuNoReasonForSmallerBatches() {
        FittingBatch fitting = new FittingBatch(log::add);
        try (NDManager manager = Torch.open(Device.CPU)) {
            assertThatThrownBy(() -> fitting.attempt(8, () -> manager.zeros(new Shape(1L << 45))))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("allocate");
        }
        assertThat(fitting.of(8)).isEqualTo(8);
        assertThat(log).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OUT_OF_MEMORY,
                "CUDA error: out of memory",
                "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"
            })
    void aLackOfMemoryIsTold(String message) {
        assertThat(FittingBatch.isOutOfMemory(new EngineException(message))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA error: device-side assert triggered",
                "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED",
                "DefaultCPUAllocator: can't allocate memory",
                ""
            })
    void otherFailuresAreNotTakenForIt(String message) {
        assertThat(FittingBatch.isOutOfMemory(new EngineException(message))).isFalse();
    }

    /** Had a failed attempt kept one of its arrays [64, 800], 600 steps would keep 123 MB. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void failedAttemptsHandBackWhatTheyAllocated() throws IOException, InterruptedException {
        Path model = directory.resolve("wide");
        TinyModels.builder().layers(3).heads(4).embedding(32).vocabulary(800).write(model);
        long[][] lines = TrainingMemory.measure(model, "failing-distillation", 200, 600);
        assertThat(lines[1][1]).as("long-lived arrays").isEqualTo(lines[0][1]);
        assertThat(lines[1][0] - lines[0][0])
                .as(Arrays.deepToString(lines) + " resident kB")
                .isLessThan(40_000);
    }

    /** Lets a computation end, and then has no memory for its result where that is of more windows than fit. */
    private final class LittleMemory extends FittingBatch {

        private final int fitting;

        LittleMemory(int fitting) {
            super(log::add);
            this.fitting = fitting;
        }

        @Override
        <T> Optional<T> attempt(int size, Supplier<T> computation) {
            return super.attempt(size, () -> {
                T computed = computation.get();
                if (size > fitting) {
                    throw new EngineException(OUT_OF_MEMORY);
                }
                return computed;
            });
        }
    }

    private float[] trained(FittingBatch fitting) {
        try (Distiller distiller = distiller(settings(8, Precision.FLOAT32), fitting)) {
            for (int step = 0; step < STEPS; step++) {
                distiller.step(batches(step, 8));
            }
            return distiller.weight("wte.weight");
        }
    }

    private Distiller distiller(DistillationSettings settings, FittingBatch fitting) {
        return Distiller.open(teacher, teacher, List.of(0, 2), settings, Optional.empty(), Device.CPU, fitting);
    }

    private static DistillationSettings settings(int batchSize, Precision precision) {
        return settings(batchSize, precision, ALL_TERMS);
    }

    private static DistillationSettings settings(int batchSize, Precision precision, LossWeights weights) {
        return new DistillationSettings(
                2,
                7,
                weights,
                false,
                STEPS,
                batchSize,
                LENGTH,
                2e-3,
                DistillationSettings.Schedule.LINEAR,
                0.05,
                5,
                2,
                precision);
    }

    private static List<int[][]> batches(int step, int batchSize) {
        Random random = new Random(step);
        return List.of(windows(random, batchSize), windows(random, batchSize));
    }

    private static int[][] windows(Random random, int count) {
        return random.ints(count)
                .mapToObj(any ->
                        random.ints(LENGTH, 0, TinyModels.BYTE_VOCABULARY).toArray())
                .toArray(int[][]::new);
    }
}
