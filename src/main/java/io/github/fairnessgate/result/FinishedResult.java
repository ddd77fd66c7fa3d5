package io.github.fairnessgate.result;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.report.CompressionSummary;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.ReportReader;
import java.nio.file.Files;
import java.nio.file.Path;

/** The result that {@code check} or {@code verify} left in an output folder. */
public final class FinishedResult {

    private FinishedResult() {}

    public static boolean isIn(Path outputDirectory) {
        return Files.isRegularFile(outputDirectory.resolve(ReportFiles.JSON));
    }

    /**
     * The report as {@code report.json} has it, with the items of the evaluations beside it if they are those that it
     * was made of.
     *
     * @throws InvalidInputException if it cannot be read, is damaged, or is of an earlier model than the one that is
     *     there now
     */
    public static Report read(Path outputDirectory) {
        Report report = ReportReader.read(outputDirectory.resolve(ReportFiles.JSON));
        Path compressed = new ResultFolder(outputDirectory).compressed();
        MeasuredLooks.requireEvaluationOf(compressed, report.candidate());
        return withItems(report, outputDirectory)
                .with(CompressionSummary.of(
                        compressed,
                        report.candidate().provenance().model(),
                        CompressionMeasurements.beside(compressed)));
    }

    private static Report withItems(Report report, Path outputDirectory) {
        if (!MeasuredLooks.areIn(outputDirectory)) {
            return report;
        }
        Look latest = Look.latest(MeasuredLooks.read(outputDirectory), report.gate());
        return report.with(latest.baseline(), latest.candidate()).orElse(report);
    }
}
