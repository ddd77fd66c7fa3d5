package io.github.fairnessgate.setup;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.ParameterValues;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.compress.CompressionReport;
import io.github.fairnessgate.compress.Estimate;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.compress.RecipeReader;
import io.github.fairnessgate.model.BuiltinModels;
import io.github.fairnessgate.pipeline.LocatedModel;
import io.github.fairnessgate.pipeline.ModelHost;
import io.github.fairnessgate.pipeline.Outcome;
import io.github.fairnessgate.pipeline.RecipeForecast;
import io.github.fairnessgate.pipeline.Scorers;
import io.github.fairnessgate.pipeline.SparkTrial;
import io.github.fairnessgate.pipeline.Workers;
import io.github.fairnessgate.result.Scratch;
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

/** Tells what this machine has for the goals, what it lacks, and whether a worker works. */
public final class Doctor {

    private final ModelHost host;
    private final DoctorSettings settings;
    private final Workers workers;

    public Doctor(ModelHost host, DoctorSettings settings) {
        this.host = host;
        this.settings = settings;
        this.workers = new Workers(host, settings.compute());
    }

    public Outcome run() throws InterruptedException {
        boolean fails = ParameterValues.isTrue(settings.failOnProblem(), Parameters.FAIL_ON_PROBLEM);
        String wish = settings.compute().device();
        CudaLibraries cuda = Devices.cuda();
        Machine machine = Machine.here();
        Device device =
                "cpu".equalsIgnoreCase(wish.strip()) || !cuda.obstacles().isEmpty() ? Device.CPU : Device.CUDA;
        List<Finding> findings = new ArrayList<>(software(device));
        findings.add(Finding.ok(
                "machine", machine.processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores"));
        findings.addAll(Checkup.device(wish, cuda, machine.accelerator()));
        Optional<LocatedModel> model = model(findings);
        Optional<Recipe> read = model.flatMap(located -> recipe(located, findings));
        findings.addAll(
                Checkup.attempt("memory", () -> Checkup.memory(machine.availableMemory(), model, read, device)));
        read.ifPresent(given -> findings.addAll(Checkup.recipe(RecipeForecast.of(
                given,
                model.get().directory().config(),
                device,
                Runtime.getRuntime().availableProcessors()))));
        long written = read.map(given -> Estimate.disk(
                        given,
                        model.get().directory().config(),
                        host.locations().pom().isPresent()))
                .orElse(0L);
        findings.add(Checkup.output(host.locations().output(), written));
        findings.addAll(Checkup.attempt("cache", () -> List.of(Checkup.cache(host.cache(), device))));
        findings.addAll(Checkup.attempt(
                "Hugging Face",
                () -> List.of(Checkup.huggingFace(
                        Checkup.huggingFaceCache(System.getenv(), Path.of(System.getProperty("user.home")))))));
        if (device == Device.CUDA) {
            findings.addAll(
                    Checkup.attempt("CUDA", () -> Checkup.carried(host.cuda().needs(Devices.libraryFolders()))));
        }
        findings.addAll(worker(device));
        if (settings.spark().isGiven()) {
            findings.add(cluster());
        }
        return conclude(findings, fails);
    }

    private List<Finding> software(Device device) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(
                "versions",
                "fairness-maven-plugin " + host.build() + ", " + host.tool() + ", Java "
                        + System.getProperty("java.version") + " (" + System.getProperty("java.home") + "), "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch")));
        List<String> libraries = new ArrayList<>();
        host.libraries()
                .ofCompression(device, host.build())
                .forEach((name, version) -> libraries.add(name + " " + version));
        libraries.remove(CompressionReport.PLUGIN + " " + host.build());
        findings.add(Finding.ok("libraries", "of the worker on " + device.id() + ": " + String.join(", ", libraries)));
        return findings;
    }

    private Optional<LocatedModel> model(List<Finding> findings) {
        Optional<String> given = ParameterValues.given(settings.model());
        if (given.isEmpty()) {
            findings.add(Finding.ok(
                    "model",
                    "none given; with -D" + Parameters.MODEL + "=... its needs are compared with what is there"));
            return Optional.empty();
        }
        try {
            LocatedModel model = host.locate(given.get()); // its findings say what other goals log
            findings.addAll(Checkup.model(model));
            return Optional.of(model);
        } catch (InvalidInputException e) {
            findings.add(Finding.problem(
                    "model",
                    e.getMessage(),
                    "name a model that can be used with <model> or -D" + Parameters.MODEL + "=..."));
            return Optional.empty();
        }
    }

    /** Nothing where the recipe is wrong or does not fit the model. */
    private Optional<Recipe> recipe(LocatedModel model, List<Finding> findings) {
        try {
            Recipe read = RecipeReader.read(settings.recipe(), host.locations().base());
            read.plan(model.directory().config());
            return Optional.of(read);
        } catch (InvalidInputException e) {
            findings.add(Finding.problem(
                    "recipe",
                    e.getMessage(),
                    "correct the recipe, or name another with <recipe> or -D" + Parameters.RECIPE + "=..."));
            return Optional.empty();
        }
    }

    /** The real thing: forked as the other goals fork it, with the libraries that they take. */
    private List<Finding> worker(Device device) throws InterruptedException {
        long start = System.nanoTime();
        try (Scratch scratch = Scratch.in(host.locations().output())) {
            Path model = BuiltinModels.extract("reference-gpt2", host.cache().resolve("models"));
            Path output = scratch.folder().resolve("diagnosis.json");
            ScorerReference judge = new Scorers(host, settings.scorer()).first().orElse(null);
            workers.work(
                    new WorkerRequest.Diagnose(model.toString(), device, judge, output.toString()), scratch.folder());
            Diagnosis diagnosis = Json.MAPPER.readValue(output.toFile(), Diagnosis.class);
            List<Finding> findings = new ArrayList<>(Checkup.scores(judge, diagnosis.scores()));
            findings.add(Finding.ok(
                    "worker",
                    String.format(
                            Locale.ROOT,
                            "works: libraries found, started, a sentence tokenized and scored on %s in %.1f s "
                                    + "(Java %s, heap up to %.1f GB)",
                            device.id(),
                            (System.nanoTime() - start) / 1e9,
                            diagnosis.java(),
                            diagnosis.heap() / 1e9)));
            return findings;
        } catch (InvalidInputException | WorkerException | IOException e) {
            return List.of(Finding.problem(
                    "worker",
                    e.getMessage(),
                    "see " + host.locations().output().resolve("worker.log")
                            + (device == Device.CUDA ? "; with -D" + Parameters.DEVICE + "=cpu it may work" : "")));
        }
    }

    private Finding cluster() throws InterruptedException {
        long start = System.nanoTime();
        try {
            new SparkTrial(host, workers).run(settings.spark());
            return Finding.ok(
                    "cluster",
                    String.format(
                            Locale.ROOT,
                            "works: %s answered a few questions, from the search for libraries to the answers in %.1f s",
                            settings.spark().master(),
                            (System.nanoTime() - start) / 1e9));
        } catch (InvalidInputException | WorkerException e) {
            return Finding.problem(
                    "cluster",
                    e.getMessage(),
                    "see " + host.locations().output().resolve("spark.log") + " and docs/tutorials/spark.md");
        }
    }

    private Outcome conclude(List<Finding> findings, boolean fails) {
        Finding.lines(findings).forEach(host.messages()::info);
        long problems = findings.stream()
                .filter(finding -> finding.level() == Finding.Level.PROBLEM)
                .count();
        long warnings = findings.stream()
                .filter(finding -> finding.level() == Finding.Level.WARN)
                .count();
        String summary = "Doctor: problems: " + problems + ", warnings: " + warnings;
        if (problems == 0) {
            host.messages().info(summary);
        } else if (fails) {
            return new Outcome(List.of(summary + ", see the lines above"));
        } else {
            host.messages().warn(summary + "; the build goes on, because " + Parameters.FAIL_ON_PROBLEM + " is false");
        }
        return Outcome.GOOD;
    }
}
