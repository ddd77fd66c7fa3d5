package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.AtomicFiles;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.EvaluationCache;
import io.github.fairnessgate.evaluate.EvaluationFiles;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.evaluate.Suites;
import io.github.fairnessgate.gate.Rule;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.score.Judges;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;

/** Measures baseline and candidate, then concludes. */
abstract class AbstractEvaluationMojo extends AbstractModelMojo {

    static final String BASELINE = "baseline";
    static final String CANDIDATE = "candidate";

    /** The model to judge, in any form that {@code model} may have; what the goal {@code compress} made by default. */
    @Parameter(property = Parameters.CANDIDATE)
    private String candidate;

    /** What is tolerated: a YAML file, or {@code default}, {@code strict} or {@code paper}. */
    @Parameter(property = Parameters.THRESHOLDS, defaultValue = Parameters.DEFAULT_THRESHOLDS)
    private String thresholds;

    /**
     * Judges how toxic texts are: {@code embedded}, or a text classifier in Hugging Face form with {@code model.onnx}, given like a
     * model: a folder, a zip or tar.gz of one, or Maven coordinates.
     */
    @Parameter(property = Parameters.SCORER, defaultValue = Parameters.DEFAULT_SCORER)
    private String scorer;

    /** The label of a classifier named as {@code scorer} whose probability is the score; by default the first that is named like toxicity. */
    @Parameter(property = Parameters.SCORER_LABEL)
    private String scorerLabel;

    /**
     * Judges the same texts too, in any form that {@code scorer} may have. A rule about toxicity then stands only where both scorers
     * come to the same verdict, and is inconclusive elsewhere. None by default.
     */
    @Parameter(property = Parameters.SECOND_SCORER)
    private String secondScorer;

    /** Like {@code scorerLabel}, for {@code secondScorer}. */
    @Parameter(property = Parameters.SECOND_SCORER_LABEL)
    private String secondScorerLabel;

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
        ThresholdsSource source = thresholds(thresholds);
        Thresholds tolerated = source.thresholds();
        List<SuiteSpec> suites = Suites.measuring(tolerated.rules().stream().map(Rule::metric).toList(), tolerated.suites(),
                source.folder().toString(), judges());
        prepare(tolerated, suites);
        LocatedModel before = baselineModel();
        LocatedModel after = candidateModel();
        Device device = device();
        // An evaluation of an earlier model must not outlive a run that breaks.
        AtomicFiles.delete(evaluationFolder(outputDirectory()));
        SortedMap<String, String> versions = versions().ofEvaluation(device);
        ModelEvaluation evaluation = new ModelEvaluation(new EvaluationCache(cache().resolve("evaluations")), outputDirectory(),
                this::work, progress());
        Evaluation baseline = evaluation.evaluate(BASELINE, before, suites, device, versions);
        Evaluation compressed = evaluation.evaluate(CANDIDATE, after, suites, device, versions);
        EvaluationFiles.write(evaluationFolder(outputDirectory()), BASELINE, baseline);
        EvaluationFiles.write(evaluationFolder(outputDirectory()), CANDIDATE, compressed);
        conclude(new Measured(source, baseline, compressed));
    }

    private Judges judges() {
        ScorerReference first = scorer(scorer.strip(), Parameters.SCORER, given(scorerLabel), Parameters.SCORER_LABEL);
        Optional<String> label = given(secondScorerLabel);
        Optional<ScorerReference> second = given(secondScorer)
                .map(name -> scorer(name, Parameters.SECOND_SCORER, label, Parameters.SECOND_SCORER_LABEL));
        if (second.isEmpty() && label.isPresent()) {
            throw new InvalidInputException(Parameters.SECOND_SCORER_LABEL + " is '" + label.get()
                    + "', but no second scorer is named; set " + Parameters.SECOND_SCORER + ", or take the label out.");
        }
        return new Judges(first, second);
    }

    private ScorerReference scorer(String name, String property, Optional<String> label, String labelProperty) {
        if (!name.equals(Parameters.DEFAULT_SCORER)) {
            try {
                LocatedFolder classifier = folder(name);
                return ScorerReference.classifier(classifier.path(), classifier.name(), label);
            } catch (InvalidInputException e) {
                throw new InvalidInputException(property + " is neither 'embedded' nor a usable toxicity classifier: " + e.getMessage(), e);
            }
        }
        label.ifPresent(unknown -> {
            throw new InvalidInputException(labelProperty + " is '" + unknown
                    + "', but the embedded scorer has no labels; take it out, or name a classifier.");
        });
        return ScorerReference.embedded();
    }

    private LocatedModel candidateModel() {
        if (candidate != null && !candidate.isBlank()) {
            return locate(candidate);
        }
        Path compressed = outputDirectory().resolve(CompressMojo.FOLDER);
        if (!Files.isDirectory(compressed)) {
            throw new InvalidInputException("There is no compressed model in " + compressed
                    + ": run the goal compress before this one, or set <candidate> or -D" + Parameters.CANDIDATE + "=...");
        }
        return locate(compressed.toString());
    }
}
