package io.github.fairnessgate.result;

import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.CompressionTimes;
import io.github.fairnessgate.file.Fixtures;
import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.worker.SpeedComparison;
import io.github.fairnessgate.worker.SpeedComparison.Speed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The reader of what a clock said about a compression. */
public final class ResultReaders {

    private ResultReaders() {}

    /**
     * @param root where the readers' folders are made
     * @param compressed a model with its {@code compression.json}
     */
    public static List<Target> all(Path root, Path compressed) throws IOException {
        Path folder = Files.createDirectories(root.resolve("measurements"));
        Path model = folder.resolve("compressed");
        Fixtures.copyFolder(compressed, model);
        String digest = ModelDirectory.open(model).digest();
        Path file = CompressionMeasurements.beside(model);
        new CompressionMeasurements(
                        1,
                        CompressionReport.about(model, digest)
                                .orElseThrow()
                                .input()
                                .digest(),
                        digest,
                        "cpu",
                        "a processor",
                        2,
                        Optional.of("an accelerator"),
                        new CompressionTimes(12.5, List.of(new CompressionTimes.StageTime("head-pruning", 11.25))),
                        123_456_789,
                        Optional.of(new SpeedComparison(128, 32, 5, new Speed(10, 100), new Speed(20, 50))))
                .write(file);
        return List.of(new Target(
                "measurements",
                CompressionMeasurements.FILE,
                folder,
                List.of(Files.readAllBytes(file)),
                new JsonMutator().andBytes(),
                input -> CompressionMeasurements.warningsAbout(model, digest).toString()));
    }
}
