package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.compress.CompressionRecord;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.CompressionTimes;
import io.github.fairnessgate.compress.Estimate;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.FolderSize;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.result.CompressionMeasurements;
import io.github.fairnessgate.result.ResultFolder;
import io.github.fairnessgate.result.Scratch;
import io.github.fairnessgate.worker.SpeedComparison;
import io.github.fairnessgate.worker.SpeedRounds;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The compressed model in the output folder: kept where it would come out the same, else made and measured. */
final class CompressedModel {

    /** What it was made from and what was in it, beside it. */
    private static final String RECORD = "compression.key";

    /** The folder below the output folder from which a build goes on after one that was killed. */
    private static final String CHECKPOINTS = "checkpoint";

    private final Path parent;
    private final Worker worker;
    private final Progress progress;
    private final Consumer<String> warnings;
    private final boolean timed;

    /** Carries a request out; {@code scratch} is deleted afterwards. */
    @FunctionalInterface
    interface Worker {
        WorkerProcess.Usage run(WorkerRequest request, Path scratch) throws WorkerException, InterruptedException;
    }

    /**
     * @param parent the output folder
     * @param warnings receives what may surprise about a compression before it begins
     */
    CompressedModel(Path parent, Worker worker, Progress progress, Consumer<String> warnings) {
        this(parent, worker, progress, warnings, true);
    }

    private CompressedModel(Path parent, Worker worker, Progress progress, Consumer<String> warnings, boolean timed) {
        this.parent = parent;
        this.worker = worker;
        this.progress = progress;
        this.warnings = warnings;
        this.timed = timed;
    }

    /** One of several that are compared, of which only what rules and objectives ask for is measured. */
    CompressedModel untimed() {
        return new CompressedModel(parent, worker, progress, warnings, false);
    }

    Path folder() {
        return new ResultFolder(parent).compressed();
    }

    private Path record() {
        return parent.resolve(RECORD);
    }

    private Path measurements() {
        return CompressionMeasurements.beside(folder());
    }

    private Path checkpoints() {
        return parent.resolve(CHECKPOINTS);
    }

    /**
     * Makes the model, unless it is there already.
     *
     * @param again why to make it all the same, such as {@code fairness.force is true}; empty if it is kept where it
     *     would come out the same
     * @param zipped whether disk is needed for a zip of it as well
     * @param timeout after which the worker is stopped
     */
    void bringUpToDate(CompressionJob job, Optional<String> again, boolean zipped, Duration timeout)
            throws WorkerException, InterruptedException {
        Optional<String> reason = again.map(why -> ", because " + why).or(() -> reasonToCompress(job));
        if (reason.isPresent()) {
            progress.info("Compressing " + job.model().source() + " by the recipe " + job.recipeName() + reason.get());
            RecipeForecast.of(
                            job.recipe(),
                            job.model().directory().config(),
                            job.device(),
                            Runtime.getRuntime().availableProcessors())
                    .warnings(timeout)
                    .forEach(warnings);
            compress(job, zipped);
        } else {
            progress.info("Up to date: " + folder() + " is " + job.model().source() + " compressed by the recipe "
                    + job.recipeName());
            measureIfUnmeasured(job);
        }
    }

    /** Forgets what a build that was killed left, so that nothing that an earlier build computed is used. */
    void startAfresh() {
        if (Files.exists(checkpoints())) {
            progress.info("Removed " + checkpoints() + ", because " + Parameters.CACHE + " is off");
            AtomicFiles.delete(checkpoints());
        }
    }

    /**
     * For what is made of the folder while others may write to it.
     *
     * @throws InvalidInputException if the folder is not as it was when it was found or made by {@link #bringUpToDate}
     */
    void requireUnchanged(CompressionJob job) {
        CompressionRecord made = CompressionRecord.read(record())
                .orElseThrow(() -> new InvalidInputException(record() + " is gone: run the build again."));
        made.differs(job.key(), folder()).ifPresent(difference -> {
            throw new InvalidInputException("The compressed model changed while the build ran: " + difference
                    + "; run it again when nothing else writes to " + parent + ".");
        });
    }

    /** The end of a sentence, or empty if what is there can stay. */
    private Optional<String> reasonToCompress(CompressionJob job) {
        AtomicFiles.deleteLeftovers(folder());
        Optional<CompressionRecord> last = CompressionRecord.read(record());
        return last.isEmpty()
                ? Optional.of("")
                : last.get().differs(job.key(), folder()).map(difference -> " again: " + difference);
    }

    private void compress(CompressionJob job, boolean zipped) throws WorkerException, InterruptedException {
        try (Scratch scratch = Scratch.in(parent)) {
            Estimate.requireDisk(
                    job.recipe(),
                    job.model().directory().config(),
                    zipped,
                    parent,
                    scratch.folder().toFile().getUsableSpace() + FolderSize.of(checkpoints()));
            Path output = scratch.folder().resolve(folder().getFileName());
            Path times = scratch.folder().resolve("times.json");
            WorkerProcess.Usage usage = worker.run(job.request(output, checkpoints(), times), scratch.folder());
            // Of what the worker wrote, before anything else can have touched it.
            CompressionRecord made = CompressionRecord.of(job.key(), output);
            CompressionReport report = CompressionReport.read(output);
            requireMadeFrom(job, report, output);
            CompressionMeasurements measurements = CompressionMeasurements.of(
                    report, job.device(), read(times, CompressionTimes.class), usage.peakMemory());
            AtomicFiles.replaceFolder(output, folder());
            measurements.write(measurements());
            made.write(record());
            progress.info("Compressed model: " + folder());
            if (timed) {
                measure(job, measurements, scratch.folder());
            }
        }
    }

    /** The report has to be about the model that this build looked at, and about the one that it lies beside. */
    private static void requireMadeFrom(CompressionJob job, CompressionReport report, Path output) {
        if (!report.input().digest().equals(job.digest())
                || !report.output().digest().equals(ModelDirectory.open(output).digest())) {
            throw new InvalidInputException("The model " + job.model().source()
                    + ", or what was made of it, changed while it was being compressed:"
                    + " run the build again when nothing else writes to them.");
        }
    }

    /** An earlier build may have been killed, or its measurement have failed, when the model was in its place. */
    private void measureIfUnmeasured(CompressionJob job) throws WorkerException, InterruptedException {
        if (!timed || !Files.isRegularFile(measurements())) {
            return;
        }
        CompressionMeasurements measurements = CompressionMeasurements.read(measurements());
        if (measurements.speed().isEmpty()) {
            progress.info("Measuring its speed, which an earlier build did not finish");
            try (Scratch scratch = Scratch.in(parent)) {
                measure(job, measurements, scratch.folder());
            }
        }
    }

    /** After the model is in its place: a model that took hours is not lost because something goes wrong here. */
    private void measure(CompressionJob job, CompressionMeasurements measurements, Path scratch)
            throws WorkerException, InterruptedException {
        Path output = scratch.resolve("speed.json");
        CompressionReport report = CompressionReport.read(folder());
        worker.run(
                new WorkerRequest.Measure(
                        job.model().directory().path().toString(),
                        job.digest(),
                        folder().toString(),
                        report.output().digest(),
                        job.device(),
                        SpeedRounds.ROUNDS,
                        output.toString()),
                scratch);
        SpeedComparison speed = SpeedComparison.of(read(output, SpeedRounds.class));
        measurements.with(speed).write(measurements());
        progress.info("Compression: " + CompressionMeasurements.summary(report, speed));
        CompressionMeasurements.warnings(report, speed).forEach(warnings);
    }

    private static <T> T read(Path file, Class<T> type) {
        try {
            return Json.MAPPER.readValue(file.toFile(), type);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + Reason.of(e) + "; run the build again.", e);
        }
    }
}
