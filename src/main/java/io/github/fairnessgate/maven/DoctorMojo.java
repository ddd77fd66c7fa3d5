package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.Estimate;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.CudaLibraries;
import io.github.fairnessgate.worker.Devices;
import io.github.fairnessgate.worker.Diagnosis;
import io.github.fairnessgate.worker.Machine;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Tells what this machine has for the other goals and what it lacks: device, driver, CUDA libraries, memory, disk, caches and versions, and whether the
 * worker works. With {@code model} also whether that is enough for it.
 */
@Mojo(name = "doctor", requiresProject = false, aggregator = true, threadSafe = true)
public class DoctorMojo extends AbstractModelMojo {

    /** The recipe whose needs are compared with what is there, if a model is given. */
    @Parameter(property = Parameters.RECIPE, defaultValue = Parameters.DEFAULT_RECIPE)
    private String recipe;

    /** Scores ten sentences, five of them harmless, and shows them: a wrong label is seen at once. Named as for {@code check}; none by default. */
    @Parameter(property = Parameters.SCORER)
    private String scorer;

    /** The label of {@code scorer}, as for {@code check}. */
    @Parameter(property = Parameters.SCORER_LABEL)
    private String scorerLabel;

    /** Whether a problem fails the build. */
    @Parameter(property = Parameters.FAIL_ON_PROBLEM, defaultValue = "false")
    private String failOnProblem;

    @Inject
    public DoctorMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher) {
        super(modelLocator, workerLauncher);
    }

    /** It looks at the machine; another build may go on. */
    @Override
    boolean sharesOutput() {
        return false;
    }

    @Override
    void run() throws MojoFailureException, InterruptedException {
        boolean fails = isTrue(failOnProblem, Parameters.FAIL_ON_PROBLEM);
        CudaLibraries cuda = Devices.cuda();
        Machine machine = Machine.here();
        Device device = "cpu".equalsIgnoreCase(deviceWish().strip()) || !cuda.obstacles().isEmpty() ? Device.CPU : Device.CUDA;
        List<Finding> findings = new ArrayList<>(software(device));
        findings.add(Finding.ok("machine", machine.processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores"));
        findings.addAll(Checkup.device(deviceWish(), cuda, machine.accelerator()));
        Optional<LocatedModel> model = model(findings);
        Optional<Recipe> read = model.flatMap(located -> recipe(located, findings));
        findings.addAll(Checkup.attempt("memory", () -> Checkup.memory(machine.availableMemory(), model, read, device)));
        read.ifPresent(given -> findings.addAll(Checkup.recipe(
                RecipeForecast.of(given, model.get().directory().config(), device, Runtime.getRuntime().availableProcessors()))));
        long written = read.map(given -> Estimate.disk(given, model.get().directory().config(), project().getFile() != null)).orElse(0L);
        findings.add(Checkup.output(outputDirectory(), written));
        findings.addAll(Checkup.attempt("cache", () -> List.of(Checkup.cache(cache(), device))));
        findings.addAll(Checkup.attempt("Hugging Face", () -> List.of(Checkup.huggingFace(
                Checkup.huggingFaceCache(System.getenv(), Path.of(System.getProperty("user.home")))))));
        if (device == Device.CUDA) {
            findings.addAll(Checkup.attempt("CUDA", () -> Checkup.carried(cudaFolder().needs(Devices.libraryFolders()))));
        }
        findings.addAll(worker(device));
        conclude(findings, fails);
    }

    private List<Finding> software(Device device) {
        String maven = session().getSystemProperties().getProperty("maven.version", "of unknown version");
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("versions", "fairness-maven-plugin " + pluginVersion() + ", Maven " + maven + ", Java " + System.getProperty("java.version") + " ("
                + System.getProperty("java.home") + "), " + System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch")));
        List<String> libraries = new ArrayList<>();
        versions().ofCompression(device, pluginVersion()).forEach((name, version) -> libraries.add(name + " " + version));
        libraries.remove(CompressionReport.PLUGIN + " " + pluginVersion());
        findings.add(Finding.ok("libraries", "of the worker on " + device.id() + ": " + String.join(", ", libraries)));
        return findings;
    }

    private Optional<LocatedModel> model(List<Finding> findings) {
        if (modelReference().isEmpty()) {
            findings.add(Finding.ok("model", "none given; with -D" + Parameters.MODEL + "=... its needs are compared with what is there"));
            return Optional.empty();
        }
        try {
            LocatedModel model = baselineModel();
            findings.add(Checkup.model(model));
            return Optional.of(model);
        } catch (InvalidInputException e) {
            findings.add(Finding.problem("model", e.getMessage(), "name a model that can be used with <model> or -D" + Parameters.MODEL + "=..."));
            return Optional.empty();
        }
    }

    /** Nothing where the recipe is wrong or does not fit the model. */
    private Optional<Recipe> recipe(LocatedModel model, List<Finding> findings) {
        try {
            Recipe read = RecipeReader.read(recipe, baseDirectory());
            read.plan(model.directory().config());
            return Optional.of(read);
        } catch (InvalidInputException e) {
            findings.add(Finding.problem("recipe", e.getMessage(), "correct the recipe, or name another with <recipe> or -D" + Parameters.RECIPE + "=..."));
            return Optional.empty();
        }
    }

    /** The real thing: forked as the other goals fork it, with the libraries that they take. */
    private List<Finding> worker(Device device) throws InterruptedException {
        long start = System.nanoTime();
        try (Scratch scratch = Scratch.in(outputDirectory())) {
            Path model = BuiltinModels.extract("reference-gpt2", cache().resolve("models"));
            Path output = scratch.folder().resolve("diagnosis.json");
            ScorerReference judge = given(scorer).map(name -> scorer(name, Parameters.SCORER, given(scorerLabel), Parameters.SCORER_LABEL)).orElse(null);
            work(new WorkerRequest.Diagnose(model.toString(), device, judge, output.toString()), scratch.folder());
            Diagnosis diagnosis = Json.MAPPER.readValue(output.toFile(), Diagnosis.class);
            List<Finding> findings = new ArrayList<>(Checkup.scores(judge, diagnosis.scores()));
            findings.add(Finding.ok("worker", String.format(Locale.ROOT, "works: libraries found, started, a sentence tokenized and scored on %s in %.1f s (Java %s, heap up to %.1f GB)",
                    device.id(), (System.nanoTime() - start) / 1e9, diagnosis.java(), diagnosis.heap() / 1e9)));
            return findings;
        } catch (InvalidInputException | WorkerException | IOException e) {
            return List.of(Finding.problem("worker", e.getMessage(), "see " + outputDirectory().resolve("worker.log")
                    + (device == Device.CUDA ? "; with -D" + Parameters.DEVICE + "=cpu it may work" : "")));
        }
    }

    private void conclude(List<Finding> findings, boolean fails) throws MojoFailureException {
        Finding.lines(findings).forEach(getLog()::info);
        long problems = findings.stream().filter(finding -> finding.level() == Finding.Level.PROBLEM).count();
        long warnings = findings.stream().filter(finding -> finding.level() == Finding.Level.WARN).count();
        String summary = "Doctor: problems: " + problems + ", warnings: " + warnings;
        if (problems == 0) {
            getLog().info(summary);
        } else if (fails) {
            throw BuildEnd.failure(List.of(summary + ", see the lines above"));
        } else {
            getLog().warn(summary + "; the build goes on, because " + Parameters.FAIL_ON_PROBLEM + " is false");
        }
    }
}
