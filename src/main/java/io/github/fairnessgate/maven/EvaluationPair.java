package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import java.nio.file.Files;
import java.nio.file.Path;

/** The evaluations of a build, as an earlier goal left them. */
record EvaluationPair(Evaluation baseline, Evaluation candidate) {

    /** @throws InvalidInputException if one is missing or damaged, or is of another model than the one that is there now */
    static EvaluationPair read(Path outputDirectory) {
        Path evaluations = AbstractEvaluationMojo.evaluationFolder(outputDirectory);
        Evaluation baseline = EvaluationFiles.read(evaluations, AbstractEvaluationMojo.BASELINE);
        Evaluation candidate = EvaluationFiles.read(evaluations, AbstractEvaluationMojo.CANDIDATE);
        requireEvaluationOf(outputDirectory.resolve(CompressedModel.FOLDER), candidate);
        return new EvaluationPair(baseline, candidate);
    }

    /**
     * A candidate that was compressed anew must not pass on the numbers of the one before.
     *
     * @throws InvalidInputException if it was
     */
    static void requireEvaluationOf(Path compressed, Evaluation candidate) {
        boolean judged = candidate.provenance().source().equals(compressed.toString());
        if (judged && Files.isDirectory(compressed)
                && !ModelDirectory.open(compressed).digest().equals(candidate.provenance().model())) {
            throw new InvalidInputException("The evaluation of " + compressed
                    + " is of an earlier model in that folder: run fairness:evaluate or fairness:check again.");
        }
    }
}
