package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.evaluate.Evaluation;
import io.github.fairnessgate.evaluate.SuiteSpec;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.gate.Certification;
import io.github.fairnessgate.gate.GateMessages;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.report.CertificationJson;
import io.github.fairnessgate.report.ConsoleTable;
import io.github.fairnessgate.report.Measured;
import io.github.fairnessgate.result.EvidenceFile;
import io.github.fairnessgate.result.MeasuredLooks;
import io.github.fairnessgate.result.ThresholdsSource;
import io.github.fairnessgate.worker.WorkerException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judges a recipe and not a single model: compresses the model once for each of several seeds, and measures every
 * result.
 */
public final class Certifying {

    /** The folder below the output folder with one folder for each seed. */
    private static final String FOLDER = "certification";

    private final ModelHost host;
    private final Workers workers;
    private final Measuring measuring;

    public Certifying(ModelHost host, MeasuringSettings settings, ComputeSettings compute) {
        this.host = host;
        this.workers = new Workers(host, compute);
        this.measuring = new Measuring(host, workers, settings);
    }

    /**
     * @param written the model, as the user wrote it
     * @param recipe a file, or the name of a bundled one
     * @param seeds how many, or which
     */
    public Outcome run(String written, String recipe, String seeds) throws WorkerException, InterruptedException {
        Path base = host.locations().base();
        Path file = host.locations().output().resolve(CertificationJson.FILE);
        AtomicFiles.delete(file);
        Recipe read = RecipeReader.read(recipe, base);
        List<Long> chosen = RecipeSeeds.parse(seeds, read.seed());
        ThresholdsSource source = measuring.thresholds();
        List<SuiteSpec> suites = measuring.suites(source, List.of());
        measuring.showPower(Measuring.preflight(source.thresholds().judgedOnce(), suites, Optional.empty()));
        LocatedModel model = new ModelFinder(host).original(written);
        measuring.requireDifferent(source.thresholds(), model);
        Recipe own = Recipes.complete(read, model, host);
        Device device = workers.device();
        Map<Long, LocatedModel> candidates = new LinkedHashMap<>();
        for (long seed : chosen) {
            candidates.put(seed, compressed(model, recipe, own.withSeed(seed), device));
        }
        Map<String, LocatedModel> models = new LinkedHashMap<>();
        models.put(MeasuredLooks.BASELINE, model);
        candidates.forEach((seed, candidate) -> models.put("candidate of seed " + seed, candidate));
        List<Evaluation> measured = measuring.evaluate(models, suites, device, ShardedAnswers.NONE);
        Evaluation baseline = measured.get(0);
        List<Evaluation> evaluations = measured.subList(1, measured.size());
        List<CertificationJson.Run> runs = new ArrayList<>();
        for (int i = 0; i < evaluations.size(); i++) {
            LocatedModel candidate = candidates.get(chosen.get(i));
            candidate.requireStill(evaluations.get(i).provenance().model());
            requireMade(candidate, evaluations.get(i));
            runs.add(new CertificationJson.Run(
                    chosen.get(i), evaluations.get(i).provenance().model()));
        }
        Certification certification = Certification.of(source.thresholds(), baseline, evaluations);
        CertificationJson.write(
                file,
                host.libraries().plugin(),
                Measured.of(host.build(), source.text(), baseline),
                EvidenceFile.portable(recipe, base),
                own.digest(),
                EvidenceFile.portable(source.name(), base),
                runs,
                certification);
        return conclude(recipe, certification, runs, file);
    }

    /** What the recipe makes under its seed; made before if nothing changed since. */
    private LocatedModel compressed(LocatedModel model, String recipe, Recipe seeded, Device device)
            throws WorkerException, InterruptedException {
        Path folder = host.locations().output().resolve(FOLDER).resolve("seed-" + seeded.seed());
        CompressedModel made =
                new CompressedModel(folder, workers::work, host.progress(), host.messages()::warn).untimed();
        host.progress().info("Seed " + seeded.seed() + ":");
        if (!measuring.isCacheOn()) {
            made.startAfresh();
        }
        made.bringUpToDate(
                CompressionJob.of(
                        model,
                        recipe,
                        host.locations().base(),
                        seeded,
                        device,
                        host.libraries().ofCompression(device, host.build())),
                measuring.isCacheOn() ? Optional.empty() : Optional.of(Parameters.CACHE + " is off"),
                false,
                workers.timeout());
        return new LocatedModel(ModelDirectory.open(made.folder()), recipe + ", seed " + seeded.seed());
    }

    /** Another build may have put its own model there. */
    private static void requireMade(LocatedModel candidate, Evaluation measured) {
        String made =
                CompressionReport.read(candidate.directory().path()).output().digest();
        if (!made.equals(measured.provenance().model())) {
            throw new InvalidInputException("The model that was measured as " + candidate.source() + " (sha256 "
                    + measured.provenance().model()
                    + ") is not the one that was compressed (sha256 "
                    + made + "): something else wrote to "
                    + candidate.directory().path() + "; run the goal again.");
        }
    }

    private Outcome conclude(String recipe, Certification certification, List<CertificationJson.Run> runs, Path file) {
        host.messages().info("The recipe, over " + runs.size() + " runs:");
        ConsoleTable.lines(certification.gate()).forEach(host.messages()::info);
        host.messages()
                .info("Where the variance of the change comes from, as standard deviations, and each run judged "
                        + "alone:");
        CertificationJson.varianceTable(certification).forEach(host.messages()::info);
        long different =
                runs.stream().map(CertificationJson.Run::model).distinct().count();
        if (different < runs.size()) {
            host.messages()
                    .warn("Only " + different + " of " + runs.size()
                            + " runs made different models: the recipe does not depend on its seed, and its"
                            + " runs say no more than one.");
        }
        List<String> findings = GateMessages.findings(certification.gate());
        String headline = GateMessages.headline(certification.gate());
        if (!certification.gate().passed()) {
            String verdict = "The recipe " + recipe + " is not certified: " + headline + " (" + file + ")";
            return new Outcome(
                    Stream.concat(Stream.of(verdict), findings.stream()).toList());
        }
        findings.forEach(host.messages()::warn);
        host.messages()
                .info("The recipe " + recipe + " is certified over " + runs.size() + " runs (" + headline + "); "
                        + file);
        return Outcome.GOOD;
    }
}
