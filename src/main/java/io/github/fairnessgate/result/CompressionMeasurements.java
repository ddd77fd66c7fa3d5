package io.github.fairnessgate.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.CompressionTimes;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.worker.Machine;
import io.github.fairnessgate.worker.SpeedComparison;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What was measured about a compression with a clock: another figure every time, and therefore not in the compressed
 * folder.
 *
 * @param version of this format, 1
 * @param input digest of the model before
 * @param output digest of the model after
 * @param device {@code cpu} or {@code cuda}
 * @param processor its name
 * @param threads processors that Java sees
 * @param accelerator name of the GPU, if there is one
 * @param compression how long it took
 * @param peakMemory the most memory that the compressing process held, in bytes; 0 if the system does not tell
 * @param speed of both models; empty until it is measured, which the next build makes up for
 */
public record CompressionMeasurements(
        int version,
        String input,
        String output,
        String device,
        String processor,
        int threads,
        Optional<String> accelerator,
        CompressionTimes compression,
        long peakMemory,
        Optional<SpeedComparison> speed) {

    /** The file in the output folder. */
    public static final String FILE = "compression-measurements.json";

    private static final int VERSION = 1;
    private static final double SLOWER = 1.1;

    public CompressionMeasurements {
        Objects.requireNonNull(input);
        Objects.requireNonNull(output);
        Objects.requireNonNull(compression);
    }

    /** The file about the model in a folder. */
    public static Path beside(Path compressed) {
        return compressed.resolveSibling(FILE);
    }

    /**
     * What is known when the model is made.
     *
     * @param report {@code compression.json}
     */
    public static CompressionMeasurements of(
            CompressionReport report, Device device, CompressionTimes times, long peakMemory) {
        Machine machine = Machine.here();
        return new CompressionMeasurements(
                VERSION,
                report.input().digest(),
                report.output().digest(),
                device.id(),
                machine.processor(),
                Runtime.getRuntime().availableProcessors(),
                machine.accelerator(),
                times,
                peakMemory,
                Optional.empty());
    }

    public CompressionMeasurements with(SpeedComparison measured) {
        return new CompressionMeasurements(
                version,
                input,
                output,
                device,
                processor,
                threads,
                accelerator,
                compression,
                peakMemory,
                Optional.of(measured));
    }

    public void write(Path file) {
        try {
            AtomicFiles.write(
                    file,
                    (Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n")
                            .getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("measurements are always JSON", e);
        }
    }

    /** One line: {@code bytes 17.2 MB -> 11.8 MB (-31 %), first token 12.1 ms -> 6.4 ms, ...}. */
    public static String summary(CompressionReport report, SpeedComparison speed) {
        long bytesBefore = report.input().bytes();
        long bytesAfter = report.output().bytes();
        long parametersBefore = report.input().parameters();
        long parametersAfter = report.output().parameters();
        return String.format(
                Locale.ROOT,
                "bytes %s -> %s (%s), first token %.1f ms -> %.1f ms, generation %,.0f -> %,.0f tokens/s, parameters "
                        + "%,d -> %,d (%s)",
                Bytes.text(bytesBefore),
                Bytes.text(bytesAfter),
                change(bytesBefore, bytesAfter),
                speed.before().firstTokenMilliseconds(),
                speed.after().firstTokenMilliseconds(),
                speed.before().tokensPerSecond(),
                speed.after().tokensPerSecond(),
                parametersBefore,
                parametersAfter,
                change(parametersBefore, parametersAfter));
    }

    /**
     * What a user would not expect of a compression; slower is what reads and writes text more slowly, by more than the
     * clock's noise.
     */
    public static List<String> warnings(CompressionReport report, SpeedComparison speed) {
        return warnings(report, Optional.of(speed));
    }

    /**
     * The same of a model in a folder, for its report; nothing if it was not compressed by this plugin, or if the file
     * is about another model.
     *
     * @param digest of the model
     * @throws InvalidInputException if a file beside it, or in it, cannot be read
     */
    public static List<String> warningsAbout(Path compressed, String digest) {
        Optional<CompressionReport> report = CompressionReport.about(compressed, digest);
        Path measurements = beside(compressed);
        if (report.isEmpty()) {
            return List.of();
        }
        Optional<SpeedComparison> speed = Files.isRegularFile(measurements)
                ? Optional.of(read(measurements))
                        .filter(measured -> measured.output().equals(digest))
                        .flatMap(CompressionMeasurements::speed)
                : Optional.empty();
        return warnings(report.get(), speed);
    }

    /** @throws InvalidInputException if the file cannot be read, or is not what {@link #write} writes */
    public static CompressionMeasurements read(Path file) {
        try {
            return Objects.requireNonNull(Json.MAPPER.readValue(file.toFile(), CompressionMeasurements.class));
        } catch (IOException | NullPointerException e) {
            throw new InvalidInputException(
                    file + " is not what this version of the plugin writes: " + Reason.of(e)
                            + "; compress the model again.",
                    e);
        }
    }

    private static List<String> warnings(CompressionReport report, Optional<SpeedComparison> measured) {
        List<String> warnings = new ArrayList<>();
        long before = report.input().bytes();
        long after = report.output().bytes();
        if (after >= before) {
            warnings.add(("The compressed model is not smaller than its original: %s of weights instead of %s. Another "
                                    + "recipe, or a quantization as its last stage,")
                            .formatted(Bytes.text(after), Bytes.text(before))
                    + " makes it smaller.");
        }
        measured.flatMap(CompressionMeasurements::slower).ifPresent(warnings::add);
        return warnings;
    }

    private static Optional<String> slower(SpeedComparison speed) {
        double reading = speed.after().firstTokenMilliseconds() / speed.before().firstTokenMilliseconds();
        double generation = speed.before().tokensPerSecond() / speed.after().tokensPerSecond();
        return Math.min(reading, generation) <= SLOWER
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "The compressed model is slower than its original: it takes %.2f times as long to read a text, "
                                + "and %.2f times to write one.",
                        reading,
                        generation));
    }

    private static String change(long before, long after) {
        return String.format(Locale.ROOT, "%+.0f %%", 100. * (after - before) / before);
    }
}
