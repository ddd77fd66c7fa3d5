package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.Certification;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.report.CertificationJson;
import io.github.fairnessgate.report.ConsoleTable;
import io.github.fairnessgate.report.Measured;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Judges a recipe and not a single model: compresses the model once for each of several seeds, measures every result, and says what the thresholds
 * say about the mean over all models that the recipe could make. Writes {@code certification.json}; fails the build unless the recipe passes.
 */
@Mojo(name = "certify", requiresProject = false, threadSafe = true)
public class CertifyMojo extends AbstractThresholdsMojo {

    /** The folder below the output folder with one folder for each seed. */
    private static final String FOLDER = "certification";

    /** How to compress: a YAML file, or the name of a recipe that the plugin brings along. */
    @Parameter(property = Parameters.RECIPE, defaultValue = Parameters.DEFAULT_RECIPE)
    private String recipe;

    /** How many runs, with seeds from the recipe's own upwards, or a list of seeds such as {@code 1,2,3}; at least three. */
    @Parameter(property = Parameters.SEEDS, defaultValue = "5")
    private String seeds;

    @Inject
    public CertifyMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher) {
        super(modelLocator, workerLauncher);
    }

    @Override
    void run() throws MojoFailureException, WorkerException, InterruptedException {
        Path file = outputDirectory().resolve(CertificationJson.FILE);
        AtomicFiles.delete(file);
        Recipe read = RecipeReader.read(recipe, baseDirectory());
        List<Long> chosen = RecipeSeeds.parse(seeds, read.seed());
        ThresholdsSource source = source();
        List<SuiteSpec> suites = suites(source);
        showPower(source.thresholds().judgedOnce(), suites);
        LocatedModel model = baselineModel();
        requireDifferent(source.thresholds(), model);
        Recipe own = complete(read, model);
        Device device = device();
        List<LocatedModel> candidates = new ArrayList<>();
        for (long seed : chosen) {
            candidates.add(compressed(model, own.withSeed(seed), device));
        }
        SortedMap<String, String> versions = versions().ofEvaluation(device, pluginVersion());
        Map<String, LocatedModel> models = new LinkedHashMap<>();
        models.put(AbstractEvaluationMojo.BASELINE, model);
        for (int i = 0; i < candidates.size(); i++) {
            models.put("candidate of seed " + chosen.get(i), candidates.get(i));
        }
        List<Evaluation> measured = evaluate(models, suites, device, versions);
        Evaluation baseline = measured.get(0);
        List<Evaluation> evaluations = measured.subList(1, measured.size());
        List<CertificationJson.Run> runs = new ArrayList<>();
        for (int i = 0; i < evaluations.size(); i++) {
            candidates.get(i).requireStill(evaluations.get(i).provenance().model());
            requireMade(candidates.get(i), evaluations.get(i));
            runs.add(new CertificationJson.Run(chosen.get(i), evaluations.get(i).provenance().model()));
        }
        Certification certification = Certification.of(source.thresholds(), baseline, evaluations);
        CertificationJson.write(file, versions().plugin(), Measured.of(pluginVersion(), source.text(), baseline), EvidenceFile.portable(recipe, baseDirectory()),
                own.digest(), EvidenceFile.portable(source.name(), baseDirectory()), runs, certification);
        conclude(certification, runs, file);
    }

    /** The recipe with files for its texts, after it was found to fit the model. */
    private Recipe complete(Recipe read, LocatedModel model) {
        read.plan(model.directory().config());
        Map<String, Path> artifacts = new TreeMap<>();
        for (String text : read.mavenSources()) {
            artifacts.put(text, artifact(ModelReference.Coordinates.parse(Recipe.coordinates(text)).orElseThrow(), "text"));
        }
        return read.withArtifacts(artifacts);
    }

    /** What the recipe makes under its seed; made before if nothing changed since. */
    private LocatedModel compressed(LocatedModel model, Recipe seeded, Device device) throws WorkerException, InterruptedException {
        Path folder = outputDirectory().resolve(FOLDER).resolve("seed-" + seeded.seed());
        CompressedModel made = new CompressedModel(folder, this::work, progress(), getLog()::warn);
        progress().info("Seed " + seeded.seed() + ":");
        if (!isCacheOn()) {
            made.startAfresh();
        }
        made.bringUpToDate(CompressionJob.of(model, recipe, baseDirectory(), seeded, device, versions().ofCompression(device, pluginVersion())),
                isCacheOn() ? Optional.empty() : Optional.of(Parameters.CACHE + " is off"), false, timeout());
        return new LocatedModel(ModelDirectory.open(made.folder()), recipe + ", seed " + seeded.seed());
    }

    /** Another build may have put its own model there. */
    private static void requireMade(LocatedModel candidate, Evaluation measured) {
        String made = CompressedModel.Made.of(candidate.directory().path()).output();
        if (!made.equals(measured.provenance().model())) {
            throw new InvalidInputException("The model that was measured as " + candidate.source() + " (sha256 " + measured.provenance().model()
                    + ") is not the one that was compressed (sha256 "
                    + made + "): something else wrote to " + candidate.directory().path() + "; run the goal again.");
        }
    }

    private void conclude(Certification certification, List<CertificationJson.Run> runs, Path file) throws MojoFailureException {
        getLog().info("The recipe, over " + runs.size() + " runs:");
        ConsoleTable.lines(certification.gate()).forEach(getLog()::info);
        getLog().info("Where the variance of the change comes from, as standard deviations, and each run judged alone:");
        CertificationJson.varianceTable(certification).forEach(getLog()::info);
        long different = runs.stream().map(CertificationJson.Run::model).distinct().count();
        if (different < runs.size()) {
            getLog().warn("Only " + different + " of " + runs.size() + " runs made different models: the recipe does not depend on its seed, and its"
                    + " runs say no more than one.");
        }
        List<String> findings = GateMessages.findings(certification.gate());
        String headline = GateMessages.headline(certification.gate());
        if (!certification.gate().passed()) {
            String verdict = "The recipe " + recipe + " is not certified: " + headline + " (" + file + ")";
            throw BuildEnd.failure(Stream.concat(Stream.of(verdict), findings.stream()).toList());
        }
        findings.forEach(getLog()::warn);
        getLog().info("The recipe " + recipe + " is certified over " + runs.size() + " runs (" + headline + "); " + file);
    }
}
