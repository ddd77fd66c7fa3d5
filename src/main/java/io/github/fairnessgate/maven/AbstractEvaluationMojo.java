package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;

/** Measures baseline and candidate, then concludes. */
abstract class AbstractEvaluationMojo extends AbstractThresholdsMojo {

    static final String BASELINE = "baseline";
    static final String CANDIDATE = "candidate";

    /** The model to judge, in any form that {@code model} may have; what the goal {@code compress} made by default. */
    @Parameter(property = Parameters.CANDIDATE)
    private String candidate;

    AbstractEvaluationMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher) {
        super(modelLocator, workerLauncher);
    }

    /** Both evaluations, and the thresholds that asked for them. */
    record Measured(ThresholdsSource source, Evaluation baseline, Evaluation candidate) {
    }

    /** What is looked at before any model runs. */
    void prepare(Thresholds tolerated, List<SuiteSpec> suites) {
    }

    /** What follows from the measurement. */
    abstract void conclude(Measured measured) throws MojoFailureException;

    /** Where evaluations are kept below the output folder. */
    static Path evaluationFolder(Path outputDirectory) {
        return outputDirectory.resolve("evaluation");
    }

    @Override
    void run() throws MojoFailureException, WorkerException, InterruptedException {
        ThresholdsSource source = source();
        List<SuiteSpec> suites = suites(source);
        prepare(source.thresholds(), suites);
        LocatedModel before = baselineModel();
        LocatedModel after = candidateModel();
        Device device = device();
        // An evaluation of an earlier model must not outlive a run that breaks.
        AtomicFiles.delete(evaluationFolder(outputDirectory()));
        SortedMap<String, String> versions = versions().ofEvaluation(device);
        ModelEvaluation evaluation = evaluation();
        Evaluation baseline = evaluation.evaluate(BASELINE, before, suites, device, versions);
        Evaluation compressed = evaluation.evaluate(CANDIDATE, after, suites, device, versions);
        EvaluationFiles.write(evaluationFolder(outputDirectory()), BASELINE, baseline);
        EvaluationFiles.write(evaluationFolder(outputDirectory()), CANDIDATE, compressed);
        conclude(new Measured(source, baseline, compressed));
    }

    private LocatedModel candidateModel() {
        if (candidate != null && !candidate.isBlank()) {
            return locate(candidate);
        }
        Path compressed = outputDirectory().resolve(CompressedModel.FOLDER);
        if (!Files.isDirectory(compressed)) {
            throw new InvalidInputException("There is no compressed model in " + compressed
                    + ": run the goal compress before this one, or set <candidate> or -D" + Parameters.CANDIDATE + "=...");
        }
        return locate(compressed.toString());
    }
}
