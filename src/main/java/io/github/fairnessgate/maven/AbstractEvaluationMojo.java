package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.gate.Look;
import io.github.fairnessgate.gate.Thresholds;
import io.github.fairnessgate.report.CompressionSummary;
import io.github.fairnessgate.report.RunSettings;
import io.github.fairnessgate.worker.Gpu;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;

/** Measures baseline and candidate, then concludes. */
abstract class AbstractEvaluationMojo extends AbstractThresholdsMojo {

    static final String BASELINE = "baseline";
    static final String CANDIDATE = "candidate";

    /** The model to judge, in any form that {@code model} may have; what the goal {@code compress} made by default. */
    @Parameter(property = Parameters.CANDIDATE)
    private String candidate;

    /**
     * What was accepted before: the file that the goal {@code baseline} writes; {@code src/main/fairness/baseline.json} by default, if it exists.
     * What it holds is measured, whether a rule names it or not.
     */
    @Parameter(property = Parameters.BASELINE)
    private String baseline;

    AbstractEvaluationMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher) {
        super(modelLocator, workerLauncher);
    }

    /** Both models, their evaluations, the thresholds and the baseline file that asked for them, the GPUs that the user named, and where settings came from. */
    record Measured(ThresholdsSource source, BaselineSource accepted, LocatedModel before, LocatedModel after, List<Look> looks, List<Gpu> gpus,
            List<RunSettings.Setting> settings) {
    }

    /** What is looked at before any model is looked for. */
    void prepare(Thresholds tolerated, List<SuiteSpec> suites) {
    }

    /**
     * What is looked at before any model runs.
     *
     * @param known what was measured of the baseline before
     */
    void show(Thresholds tolerated, List<SuiteSpec> suites, Supplier<Optional<Evaluation>> known) {
    }

    /**
     * What has to be measured before there is a conclusion.
     *
     * @param suites those of the first look
     * @return empty if nothing
     */
    List<SuiteSpec> further(Measured measured, List<SuiteSpec> suites) {
        return List.of();
    }

    /** What is looked at before any model runs: every file that is shipped with the candidate. */
    void inspected(String candidate, InspectedModel model) {
    }

    /** @throws InvalidInputException if a file that claims to be the candidate's measured weights is not */
    static InspectedModel inspect(LocatedModel before, LocatedModel after) {
        return InspectedModel.of(after.source(), after.given(), Optional.of(before.directory()));
    }

    /** What follows from the measurement. */
    abstract void conclude(Measured measured) throws MojoFailureException;

    @Override
    void run() throws MojoFailureException, WorkerException, InterruptedException {
        ThresholdsSource source = source();
        BaselineSource accepted = existingBaseline(baseline);
        List<String> further = AcceptedSuites.metrics(source.thresholds(), accepted.ratchet());
        if (!further.isEmpty()) {
            getLog().info("Measured too, because they were accepted before (" + accepted.file() + "): " + String.join(", ", further));
        }
        List<SuiteSpec> suites = suites(source, further);
        prepare(source.thresholds(), suites);
        LocatedModel before = baselineModel();
        requireDifferent(source.thresholds(), before);
        LocatedModel after = candidateModel();
        List<RunSettings.Setting> told = SettingsInUse.ofMeasurement(settings(), source, accepted, before, after);
        new RunSettings(told, List.of()).lines().forEach(getLog()::info);
        requireRecipe(after);
        CompressedHere.requireNoSwap(CompressedHere.find(project(), orNone(session().getProjects()), after.directory().path()), before, after, getLog()::warn);
        inspected(after.source(), inspect(before, after));
        Device device = device();
        MeasuredLooks.delete(outputDirectory());
        SortedMap<String, String> versions = versions().ofEvaluation(device, pluginVersion());
        show(source.thresholds(), suites, () -> evaluation().cached(before, suites, device, versions));
        Map<String, LocatedModel> models = new LinkedHashMap<>();
        models.put(BASELINE, before);
        models.put(CANDIDATE, after);
        List<Look> looks = new ArrayList<>();
        for (List<SuiteSpec> wanted = suites; !wanted.isEmpty();
                wanted = further(new Measured(source, accepted, before, after, List.copyOf(looks), gpus(device), told), suites)) {
            List<Evaluation> both = evaluate(models, wanted, device, versions);
            looks.add(new Look(both.get(0), both.get(1)));
            MeasuredLooks.write(outputDirectory(), looks.size(), looks.get(looks.size() - 1));
        }
        requireUnchanged(before, looks.get(0).baseline());
        requireUnchanged(after, looks.get(0).candidate());
        conclude(new Measured(source, accepted, before, after, List.copyOf(looks), gpus(device), told));
    }

    /** A recipe on the command line is read by fairness:compress alone: what is measured may have been made by another. */
    private void requireRecipe(LocatedModel after) {
        Optional<CompressionSummary> made = CompressionSummary.of(after.directory().path(), after.directory().digest());
        if (given(candidate).isEmpty() && made.isPresent()) {
            property(Parameters.RECIPE).filter(wanted -> !wanted.value().strip().equals(made.get().recipe())).ifPresent(wanted -> warnUnlessStrict(List.of(
                    "%s (%s) has no effect: the candidate %s was made by the recipe %s. Run fairness:compress before this goal."
                            .formatted(wanted.text(), wanted.origin(), after.source(), made.get().recipe()))));
        }
    }

    private static <T> List<T> orNone(List<T> list) {
        return list == null ? List.of() : list;
    }

    /** Else {@code verify} could still judge what was measured. */
    private void requireUnchanged(LocatedModel model, Evaluation measured) {
        try {
            model.requireStill(measured.provenance().model());
        } catch (InvalidInputException e) {
            MeasuredLooks.delete(outputDirectory());
            throw e;
        }
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
