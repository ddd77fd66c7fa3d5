package io.github.fairnessgate.result;

import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.MlBom;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evidence.Bundle;
import io.github.fairnessgate.evidence.Evidence;
import io.github.fairnessgate.evidence.Inspection;
import io.github.fairnessgate.evidence.ModelRecord;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.BoundedFiles;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Verdict;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.report.CompressionSummary;
import io.github.fairnessgate.report.GateReliability;
import io.github.fairnessgate.report.GateReliabilityFiles;
import io.github.fairnessgate.report.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The evidence bundle of a build in its output folder. */
public final class EvidenceFile {

    private final Path outputDirectory;
    private final Path baseDirectory;

    public EvidenceFile(Path outputDirectory, Path baseDirectory) {
        this.outputDirectory = outputDirectory;
        this.baseDirectory = baseDirectory;
    }

    /**
     * What was judged.
     *
     * @param plugin version of this plugin
     * @param build the same, exactly
     * @param before the model before compression, if it is at hand
     * @param after the model after compression, if its files are known
     * @param tests of the gate, whatever they are about
     */
    public record Judged(
            String plugin,
            String build,
            ThresholdsSource source,
            BaselineSource accepted,
            List<Look> looks,
            Optional<ModelDirectory> before,
            Optional<InspectedModel> after,
            GateReliabilityFiles tests) {

        /** The tests, as far as they are about this verdict. */
        public GateReliability gateTests() {
            return tests.about(
                    Measured.of(build, source.text(), looks.get(0).baseline()),
                    looks.get(0).candidate().provenance().model());
        }
    }

    public Path file() {
        return new ResultFolder(outputDirectory).evidence();
    }

    /**
     * Writes the bundle.
     *
     * @param attach what is done with the file then, if anything
     */
    public Keeper keeper(Judged judged, Optional<Consumer<Path>> attach) {
        return verdict -> {
            write(judged, verdict);
            attach.ifPresent(action -> action.accept(file()));
            return Optional.of("Evidence: " + file());
        };
    }

    private void write(Judged judged, Verdict verdict) {
        try (Scratch scratch = Scratch.in(outputDirectory)) {
            Verdict again =
                    Bundle.write(file(), scratch.folder(), evidence(judged)).verdict();
            if (again != verdict) {
                AtomicFiles.delete(file());
                throw new IllegalStateException("the verdict is " + verdict + ", but its evidence gives " + again);
            }
        }
    }

    private Evidence evidence(Judged judged) {
        List<Look> looks = judged.looks().stream()
                .map(look -> new Look(portable(look.baseline()), portable(look.candidate())))
                .toList();
        Evaluation baseline = looks.get(0).baseline();
        Evaluation candidate = looks.get(0).candidate();
        boolean excepted = judged.accepted()
                .baseline()
                .filter(file -> !file.exceptions().isEmpty())
                .isPresent();
        return new Evidence(
                judged.plugin(),
                judged.build(),
                portable(judged.source().name(), baseDirectory),
                judged.source().text(),
                judged.accepted().text(),
                excepted ? Optional.of(judged.accepted().today()) : Optional.empty(),
                looks,
                original(baseline, judged),
                judged.after()
                        .map(model ->
                                model.record().named(candidate.provenance().source()))
                        .orElseGet(() -> ModelRecord.unseen(
                                candidate.provenance().source(),
                                candidate.provenance().model())),
                judged.after()
                        .flatMap(InspectedModel::model)
                        .map(ModelDirectory::path)
                        .filter(folder ->
                                isCompressed(folder, candidate.provenance().model()))
                        .map(folder -> new Evidence.Compression(
                                text(folder.resolve(CompressionReport.FILE)), text(folder.resolve(MlBom.FILE)))),
                judged.tests());
    }

    private Evaluation portable(Evaluation evaluation) {
        return evaluation.from(
                portable(evaluation.provenance().source(), baseDirectory),
                evaluation.provenance().settings());
    }

    /** Of the original, what was measured or compared with the candidate's files, if it is at hand. */
    private static ModelRecord original(Evaluation evaluation, Judged judged) {
        String source = evaluation.provenance().source();
        ModelRecord unseen = ModelRecord.unseen(source, evaluation.provenance().model());
        return judged.before()
                .map(model -> ModelRecord.ofOriginal(
                        source,
                        model,
                        Inspection.comparable(model),
                        judged.after().map(InspectedModel::record).orElse(unseen)))
                .orElse(unseen);
    }

    private static boolean isCompressed(Path folder, String digest) {
        return Files.isRegularFile(folder.resolve(MlBom.FILE))
                && CompressionSummary.of(folder, digest).isPresent();
    }

    private static String text(Path file) {
        try {
            return BoundedFiles.text(file, BoundedFiles.LARGEST);
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    /**
     * What a reference is called on every machine: the path in the module of a file that lies there, only the name of
     * another file, and everything that is no file as it is.
     */
    public static String portable(String reference, Path baseDirectory) {
        if (reference.startsWith("builtin:") || reference.startsWith("hf://")) {
            return reference;
        }
        try {
            Path base = baseDirectory.toAbsolutePath().normalize();
            Path path = base.resolve(reference).normalize();
            if (!Files.exists(path)
                    && ModelReference.Coordinates.parse(reference).isPresent()) {
                return reference;
            }
            boolean inside = path.startsWith(base) && !path.equals(base);
            return inside ? base.relativize(path).toString().replace('\\', '/') : String.valueOf(path.getFileName());
        } catch (InvalidPathException e) {
            return reference; // on Windows the colons of Maven coordinates cannot be in a path
        }
    }
}
