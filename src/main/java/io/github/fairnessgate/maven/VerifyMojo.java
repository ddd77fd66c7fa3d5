package io.github.fairnessgate.maven;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Judges evaluations that exist, without running a model, and fails the build when the thresholds are not kept. */
@Mojo(name = "verify", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public class VerifyMojo extends AbstractFairnessMojo {

    /** What is tolerated: a YAML file, or {@code default}, {@code strict} or {@code paper}. */
    @Parameter(property = Parameters.THRESHOLDS, defaultValue = Parameters.DEFAULT_THRESHOLDS)
    private String thresholds;

    /** Whether a gate that does not pass fails the build; if not, it warns. */
    @Parameter(property = Parameters.FAIL_ON_VIOLATION, defaultValue = "true")
    private boolean failOnViolation;

    /**
     * The forms that the report is written in beside {@code report.json}: some of {@code html}, {@code junit}, {@code sarif}, {@code markdown},
     * {@code badge} and {@code github} (annotations, only where {@code GITHUB_ACTIONS} is set).
     */
    @Parameter(property = Parameters.REPORTS, defaultValue = Parameters.DEFAULT_REPORTS)
    private List<String> reports;

    private final WorkerLauncher workerLauncher;

    @Inject
    public VerifyMojo(WorkerLauncher workerLauncher) {
        this.workerLauncher = workerLauncher;
    }

    @Override
    void run() throws MojoFailureException {
        Judgement judgement = judgement(reports, failOnViolation);
        Path evaluations = AbstractEvaluationMojo.evaluationFolder(outputDirectory());
        Evaluation baseline = EvaluationFiles.read(evaluations, AbstractEvaluationMojo.BASELINE);
        Evaluation candidate = EvaluationFiles.read(evaluations, AbstractEvaluationMojo.CANDIDATE);
        requireEvaluationOf(outputDirectory().resolve(CompressedModel.FOLDER), candidate);
        judgement.pronounce(workerLauncher.versions().plugin(), thresholds(thresholds), baseline, candidate);
    }

    /** A candidate that was compressed anew must not pass on the numbers of the one before. */
    private static void requireEvaluationOf(Path compressed, Evaluation candidate) {
        boolean judged = candidate.provenance().source().equals(compressed.toString());
        if (judged && Files.isDirectory(compressed)
                && !ModelDirectory.open(compressed).digest().equals(candidate.provenance().model())) {
            throw new InvalidInputException("The evaluation of " + compressed
                    + " is of an earlier model in that folder: run fairness:evaluate or fairness:check again.");
        }
    }
}
