package io.github.fairnessgate.report;

import io.github.fairnessgate.Json;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.fuzz.JsonMutator;
import io.github.fairnessgate.fuzz.LinesMutator;
import io.github.fairnessgate.fuzz.Mutator;
import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.gate.Certification;
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
                history(Files.createDirectories(root.resolve("history"))),
                certification(Files.createDirectories(root.resolve("certification")), baseline, measured),
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

    private static Target history(Path folder) throws IOException {
        Path file = folder.resolve("history.jsonl");
        History.NONE
                .with(SampleReports.report("warn", 650, Optional.empty()))
                .with(SampleReports.report("fail", 700, Optional.empty()))
                .write(file);
        return new Target(
                "history",
                "history.jsonl",
                folder,
                List.of(Files.readAllBytes(file)),
                new LinesMutator(new JsonMutator()).andBytes(),
                input -> {
                    Files.write(input, sealed(Files.readAllBytes(input)));
                    History read = History.read(input, "");
                    read.write(input);
                    return Files.readString(input);
                });
    }

    /** With digests that fit, as a forger would write them. */
    private static byte[] sealed(byte[] input) {
        StringBuilder sealed = new StringBuilder();
        for (String line : new String(input, StandardCharsets.UTF_8).split("\n")) {
            try {
                HistoryEntry entry = Json.MAPPER.readValue(line, HistoryEntry.class);
                sealed.append(line.replace(entry.result(), entry.digest())).append('\n');
            } catch (IOException | RuntimeException damaged) {
                return input;
            }
        }
        return sealed.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Target certification(Path folder, Evaluation baseline, Measured measured) throws IOException {
        Path file = folder.resolve(CertificationJson.FILE);
        List<String> models = List.of("b".repeat(64), "c".repeat(64), "d".repeat(64));
        CertificationJson.write(
                file,
                "1.0",
                measured,
                "half.yaml",
                "f".repeat(64),
                "thresholds.yaml",
                List.of(
                        new CertificationJson.Run(7, models.get(0)),
                        new CertificationJson.Run(8, models.get(1)),
                        new CertificationJson.Run(9, models.get(2))),
                Certification.of(
                        ThresholdsReader.read(THRESHOLDS, "thresholds.yaml"),
                        baseline,
                        List.of(
                                SampleReports.evaluation(605, 0.1, "one"),
                                SampleReports.evaluation(610, 0.1, "two"),
                                SampleReports.evaluation(600, 0.1, "three"))));
        return new Target(
                "certification",
                CertificationJson.FILE,
                folder,
                List.of(Files.readAllBytes(file)),
                new JsonMutator().andBytes(),
                input -> CertificationJson.read(
                                new String(Files.readAllBytes(input), StandardCharsets.UTF_8), measured, models.get(1))
                        .toString());
    }

    /** What was read is what is written. */
    private static String again(Path input, Path copy) throws IOException {
        ReportJson.write(copy, ReportReader.read(input));
        return Files.readString(copy);
    }
}
