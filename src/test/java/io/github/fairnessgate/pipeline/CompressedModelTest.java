package io.github.fairnessgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.compress.Compressor;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.TinyModels;
import io.github.fairnessgate.result.CompressionMeasurements;
import io.github.fairnessgate.worker.SpeedRounds;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a worker in this process that does what it is asked to, and may fail to measure. */
@Tag("native")
class CompressedModelTest {

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();
    private boolean measurementFails;
    private CompressionJob job;
    private CompressedModel compressed;

    @BeforeEach
    void prepare() throws IOException {
        ModelDirectory model =
                TinyModels.builder().layers(2).heads(2).embedding(32).write(folder.resolve("model"));
        Files.writeString(folder.resolve("text.txt"), "a text of some words");
        Files.writeString(
                folder.resolve("recipe.yaml"),
                "version: 1\nseed: 1\ntext: text.txt\nstages:\n  - {method: quantization, scheme: float16}\n");
        job = CompressionJob.of(
                new LocatedModel(model, "model"),
                "recipe.yaml",
                folder,
                RecipeReader.read("recipe.yaml", folder),
                Device.CPU,
                new TreeMap<>());
        Path target = Files.createDirectories(folder.resolve("target"));
        compressed = new CompressedModel(
                target,
                this::work,
                new Progress() {
                    @Override
                    public void step(String task, long done, long total) {
                        // Not looked at.
                    }

                    @Override
                    public void info(String message) {
                        log.add(message);
                    }
                },
                log::add);
    }

    private WorkerProcess.Usage work(WorkerRequest request, Path scratch) throws WorkerException {
        try {
            if (request instanceof WorkerRequest.Compress compress) {
                Json.MAPPER.writeValue(
                        Path.of(compress.times()).toFile(),
                        Compressor.run(
                                        job.model().directory(),
                                        job.recipe(),
                                        Path.of(compress.output()),
                                        Path.of(compress.checkpoints()),
                                        Device.CPU,
                                        job.versions(),
                                        Progress.NONE,
                                        made -> {})
                                .times());
            } else if (measurementFails) {
                throw new WorkerException("The worker was killed.");
            } else {
                WorkerRequest.Measure measure = (WorkerRequest.Measure) request;
                Json.MAPPER.writeValue(
                        Path.of(measure.output()).toFile(),
                        SpeedRounds.measure(
                                ModelDirectory.open(Path.of(measure.before())),
                                ModelDirectory.open(Path.of(measure.after())),
                                Device.CPU,
                                2,
                                Progress.NONE));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new WorkerProcess.Usage(7);
    }

    @Test
    void aSpeedThatCouldNotBeMeasuredIsMeasuredByTheNextBuildWithoutCompressingAgain() throws Exception {
        measurementFails = true;
        assertThatThrownBy(this::build).isInstanceOf(WorkerException.class).hasMessage("The worker was killed.");
        assertThat(measurements().get("speed").isNull()).isTrue();
        assertThatThrownBy(this::build).isInstanceOf(WorkerException.class);
        measurementFails = false;
        log.clear();
        build();
        assertThat(log)
                .anyMatch(line -> line.startsWith("Up to date: "))
                .contains("Measuring its speed, which an earlier build did not finish")
                .anyMatch(line -> line.startsWith("Compression: bytes "))
                .noneMatch(line -> line.startsWith("Compressing"));
        assertThat(measurements().at("/speed/after/tokensPerSecond").doubleValue())
                .isPositive();
        assertThat(measurements().at("/compression/seconds").doubleValue()).isPositive();
        assertThat(measurements().at("/peakMemory").longValue()).isEqualTo(7);
        log.clear();
        build();
        assertThat(log).singleElement().asString().startsWith("Up to date: ");
    }

    /** {@link #measurementFails} shows that nothing is measured. */
    @Test
    void oneOfSeveralIsNotTimed() throws Exception {
        measurementFails = true;
        compressed = compressed.untimed();

        build();

        assertThat(log).contains("Compressed model: " + compressed.folder());
        assertThat(measurements().get("speed").isNull()).isTrue();
        log.clear();
        build();
        assertThat(log).singleElement().asString().startsWith("Up to date: ");
    }

    private void build() throws WorkerException, InterruptedException {
        compressed.bringUpToDate(job, Optional.empty(), false, Duration.ofMinutes(1));
    }

    private JsonNode measurements() throws IOException {
        return Json.MAPPER.readTree(
                folder.resolve("target").resolve(CompressionMeasurements.FILE).toFile());
    }
}
