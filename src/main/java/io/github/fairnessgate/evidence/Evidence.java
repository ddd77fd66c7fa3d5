package io.github.fairnessgate.evidence;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.baseline.Baseline;
import io.github.fairnessgate.baseline.BaselineFile;
import io.github.fairnessgate.compress.CompressionAgreement;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.gate.Gate;
import io.github.fairnessgate.gate.GateResult;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Ratchet;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.gate.ThresholdsReader;
import io.github.fairnessgate.report.CompressionSummary;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.report.History;
import io.github.fairnessgate.report.Identity;
import io.github.fairnessgate.report.Measured;
import io.github.fairnessgate.report.ModelWarnings;
import io.github.fairnessgate.report.Report;
import io.github.fairnessgate.report.RunSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a verdict follows from. Nothing in it says where or when it was put together, except the day that decides about
 * exceptions.
 *
 * @param plugin version of this plugin, as reports name it
 * @param build the same, and which build of a snapshot
 * @param thresholdsName as the user named them, without the way to the file
 * @param thresholds the text of the thresholds, of built-in ones too
 * @param accepted the text of the baseline file, if there is one
 * @param day by which exceptions are judged; present exactly where the baseline file has some
 * @param looks what was measured of both models, at least once; again where the gate looked again
 * @param baselineModel the model before compression
 * @param candidateModel the model after compression
 * @param compression how the candidate was made, if this plugin made it
 * @param tests what tests of the gate and of the recipe left, whatever they are about
 */
public record Evidence(
        String plugin,
        String build,
        String thresholdsName,
        String thresholds,
        Optional<String> accepted,
        Optional<LocalDate> day,
        List<Look> looks,
        ModelRecord baselineModel,
        ModelRecord candidateModel,
        Optional<Compression> compression,
        GateReliabilityFiles tests) {

    static final String REPORT = "report.json";
    static final String PAGE = "report.html";
    static final String BOM = MlBom.FILE;
    static final String THRESHOLDS = "thresholds.yaml";
    static final String ACCEPTED = "baseline-file.json";
    static final String EVALUATIONS = "evaluation";
    static final String COMPRESSION = "compression";
    static final String TESTS = "gate-tests";
    static final String BASELINE = "baseline";
    static final String CANDIDATE = "candidate";

    /**
     * What lies in the folder of a model that this plugin compressed.
     *
     * @param report {@link CompressionReport#FILE}
     * @param bom {@link MlBom#FILE}
     */
    public record Compression(String report, String bom) {

        /** The files by name. */
        Map<String, String> files() {
            return Map.of(CompressionReport.FILE, report, MlBom.FILE, bom);
        }
    }

    /**
     * @throws InvalidInputException if a model is not the one that was measured, or if what is said about its files
     *     contradicts itself
     */
    public Evidence {
        looks = List.copyOf(looks);
        for (Look look : looks) {
            requireMeasured(baselineModel, look.baseline(), BASELINE);
            requireMeasured(candidateModel, look.candidate(), CANDIDATE);
        }
        compression.ifPresent(made -> made.files().forEach((name, text) -> {
            String expected = candidateModel.files().get(name);
            if (!Digests.sha256(text.getBytes(StandardCharsets.UTF_8)).equals(expected)) {
                throw new InvalidInputException(
                        "The candidate's file %s does not have the recorded SHA-256 %s; compress and check again."
                                .formatted(name, expected));
            }
        }));
        compression.ifPresent(made -> {
            CompressionAgreement agreement = new CompressionAgreement(COMPRESSION);
            agreement.requireAbout(made.report(), candidateModel.digest());
            agreement.requireFiles(
                    made.bom(), MlBom.FILE, candidateModel.digest(), candidateModel.files(), candidateModel.recorded());
            agreement.requireSame(made.bom(), MlBom.FILE, made.report());
        });
    }

    /**
     * That the bill of materials with the results is about the same models and files; the whole of it can be compared
     * only with one that the same build of the plugin makes.
     *
     * @throws InvalidInputException if it is not; names the field
     */
    void requireAgreement(String bom) {
        CompressionAgreement agreement = new CompressionAgreement("the bundle");
        agreement.requireFiles(bom, BOM, candidateModel.digest(), candidateModel.files(), candidateModel.recorded());
        compression.ifPresent(made -> agreement.requireSame(bom, BOM, made.report()));
    }

    private static void requireMeasured(ModelRecord model, Evaluation evaluation, String role) {
        if (!model.source().equals(evaluation.provenance().source())) {
            throw new InvalidInputException("The %s is called %s, but the measured model is called %s."
                    .formatted(role, model.source(), evaluation.provenance().source()));
        }
        if (!model.digest().equals(evaluation.provenance().model())) {
            throw new InvalidInputException(
                    ("The %s has the digest %s, but the measured model had %s: it changed after the measurement. "
                                    + "Run the build again.")
                            .formatted(
                                    role,
                                    model.digest(),
                                    evaluation.provenance().model()));
        }
    }

    /** Writes all of it into a folder. */
    void write(Path folder) {
        for (int number = 1; number <= looks.size(); number++) {
            EvaluationFiles.write(
                    folder.resolve(evaluations(number)),
                    BASELINE,
                    looks.get(number - 1).baseline());
            EvaluationFiles.write(
                    folder.resolve(evaluations(number)),
                    CANDIDATE,
                    looks.get(number - 1).candidate());
        }
        write(folder.resolve(THRESHOLDS), thresholds);
        accepted.ifPresent(text -> write(folder.resolve(ACCEPTED), text));
        compression.ifPresent(made -> made.files()
                .forEach((name, text) -> write(folder.resolve(COMPRESSION).resolve(name), text)));
        tests.files().forEach((name, text) -> write(folder.resolve(TESTS).resolve(name), text));
    }

    /** The folder of a look's evaluations; {@code number} is 1 for the first. */
    static String evaluations(int number) {
        return number == 1 ? EVALUATIONS : EVALUATIONS + "/look-" + number;
    }

    private static void write(Path file, String text) {
        AtomicFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Judges anew.
     *
     * @param folder that {@link #write} wrote to
     */
    Report judge(Path folder) {
        Thresholds tolerated = ThresholdsReader.read(thresholds, THRESHOLDS);
        Optional<Baseline> before = accepted.map(text -> BaselineFile.parse(text, ACCEPTED, day.orElse(LocalDate.MAX)));
        before.ifPresent(file -> file.requireOriginal(ACCEPTED, looks.get(0).baseline()));
        if (before.filter(file -> !file.exceptions().isEmpty()).isPresent() != day.isPresent()) {
            throw new InvalidInputException("The day by which exceptions are judged is "
                    + day.map(Object::toString).orElse("missing")
                    + ", but that day must be there if the baseline file has exceptions, and only then.");
        }
        Optional<CompressionSummary> summary =
                CompressionSummary.of(folder.resolve(COMPRESSION), candidateModel.digest());
        GateResult gate = Gate.decide(
                tolerated, before.map(Baseline::ratchet).orElse(Ratchet.NONE), day.orElse(LocalDate.MIN), looks);
        Look latest = Look.latest(looks, gate);
        List<String> warnings = ModelWarnings.of(
                ModelWarnings.Side.of(baselineModel.digest(), Optional.empty()),
                ModelWarnings.Side.of(candidateModel.digest(), compression.map(made -> folder.resolve(COMPRESSION))));
        return new Report(
                plugin,
                new Report.Rules(thresholdsName, Optional.empty(), Optional.empty()),
                latest.baseline(),
                latest.candidate(),
                gate,
                new Report.About(
                        summary,
                        tests.about(measured(), candidateModel.digest()),
                        List.of(),
                        warnings,
                        candidateModel.shipped(),
                        RunSettings.UNKNOWN,
                        Identity.UNKNOWN,
                        History.NONE));
    }

    /** What a test of the gate has to have been made with to say something about the verdict. */
    private Measured measured() {
        return Measured.of(build, thresholds, looks.get(0).baseline());
    }
}
