package io.github.fairnessgate.result;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.model.ModelDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The evaluations of a build: {@code evaluation}, with {@code look-2} and so on below it where the gate looked again.
 */
public final class MeasuredLooks {

    /** How logs and files call the model before compression. */
    public static final String BASELINE = "baseline";
    /** How logs and files call the model after compression. */
    public static final String CANDIDATE = "candidate";

    private MeasuredLooks() {}

    /** Where evaluations are kept below the output folder. */
    public static Path folder(Path outputDirectory) {
        return outputDirectory.resolve("evaluation");
    }

    /** Removes all of them: an evaluation of an earlier model must not outlive a run that breaks. */
    public static void delete(Path outputDirectory) {
        AtomicFiles.delete(folder(outputDirectory));
    }

    /** @param number 1 for the first */
    public static void write(Path outputDirectory, int number, Look look) {
        EvaluationFiles.write(folder(outputDirectory, number), BASELINE, look.baseline());
        EvaluationFiles.write(folder(outputDirectory, number), CANDIDATE, look.candidate());
    }

    /** Whether an earlier goal left any. */
    static boolean areIn(Path outputDirectory) {
        return EvaluationFiles.areIn(folder(outputDirectory), BASELINE, CANDIDATE);
    }

    /**
     * The looks as an earlier goal left them, at least one.
     *
     * @throws InvalidInputException if an evaluation is missing or damaged, or is of another model than the one that is
     *     there now
     */
    public static List<Look> read(Path outputDirectory) {
        List<Look> looks = new ArrayList<>();
        do {
            looks.add(read(outputDirectory, looks.size() + 1));
        } while (Files.isDirectory(folder(outputDirectory, looks.size() + 1)));
        return looks;
    }

    private static Look read(Path outputDirectory, int number) {
        Path folder = folder(outputDirectory, number);
        Look look = new Look(EvaluationFiles.read(folder, BASELINE), EvaluationFiles.read(folder, CANDIDATE));
        requireEvaluationOf(new ResultFolder(outputDirectory).compressed(), look.candidate());
        return look;
    }

    /** The model in the compressed folder, if it is the candidate. */
    public static Optional<ModelDirectory> candidateModel(Path outputDirectory, Look look) {
        Path compressed = new ResultFolder(outputDirectory).compressed();
        return Files.isDirectory(compressed)
                ? Optional.of(ModelDirectory.open(compressed))
                        .filter(model -> model.digest()
                                .equals(look.candidate().provenance().model()))
                : Optional.empty();
    }

    private static Path folder(Path outputDirectory, int number) {
        return number == 1 ? folder(outputDirectory) : folder(outputDirectory).resolve("look-" + number);
    }

    /**
     * A candidate that was compressed anew must not pass on the numbers of the one before.
     *
     * @throws InvalidInputException if it was
     */
    static void requireEvaluationOf(Path compressed, Evaluation candidate) {
        boolean judged = candidate.provenance().source().equals(compressed.toString());
        if (judged
                && Files.isDirectory(compressed)
                && !ModelDirectory.open(compressed)
                        .digest()
                        .equals(candidate.provenance().model())) {
            throw new InvalidInputException("The evaluation of " + compressed
                    + " is of an earlier model in that folder: run fairness:evaluate or fairness:check again.");
        }
    }
}
