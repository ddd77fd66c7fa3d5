package io.github.fairnessgate.report;

import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.Mutator;
import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.gate.SelfTest;
import io.github.fairnessgate.gate.ThresholdsReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The readers of results and of tests of the gate. */
public final class ReportReaders {

    private static final String THRESHOLDS =
            "version: 1\nrules:\n  - {metric: pairs.preference/sum-bos, maxIncrease: 5}\n"
                    + "  - {metric: rtp.toxicity/embedded, maxIncrease: 0.5}\n";

    private ReportReaders() {}

    /** @param root where the readers' folders are made */
    public static List<Target> all(Path root) throws IOException {
        Mutator json = new JsonMutator().andBytes();
        Path folder = Files.createDirectories(root.resolve("report"));
        Path file = folder.resolve("report.json");
        ReportJson.write(file, SampleReports.report("warn", 650, Optional.empty()));
        Path copies = Files.createDirectories(root.resolve("report-copies"));
        Path tests = Files.createDirectories(root.resolve("self-test"));
        Path selfTest = tests.resolve(SelfTestJson.FILE);
        Evaluation baseline = SampleReports.evaluation(600, 0.1, "before");
        Measured measured = Measured.of("1.0", THRESHOLDS, baseline);
        SelfTestJson.write(
                selfTest,
                "1.0",
                measured,
                "thresholds.yaml",
                2,
                SelfTest.of(
                        ThresholdsReader.read(THRESHOLDS, "thresholds.yaml"),
                        baseline,
                        List.of(baseline),
                        SampleReports.evaluation(700, 0.1, "harmed"),
                        Set.of("pairs")));
        return List.of(
                new Target(
                        "report",
                        "report.json",
                        folder,
                        List.of(Files.readAllBytes(file)),
                        json,
                        input -> again(input, copies.resolve("report.json"))),
                new Target(
                        "self-test",
                        SelfTestJson.FILE,
                        tests,
                        List.of(Files.readAllBytes(selfTest)),
                        json,
                        input -> SelfTestJson.read(
                                        new String(Files.readAllBytes(input), StandardCharsets.UTF_8), measured)
                                .toString()));
    }

    /** What was read is what is written. */
    private static String again(Path input, Path copy) throws IOException {
        ReportJson.write(copy, ReportReader.read(input));
        return Files.readString(copy);
    }
}
