package io.github.fairnessgate.setup;

import io.github.fairnessgate.Bytes;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.compress.Estimate;
import io.github.fairnessgate.compress.Recipe;
import io.github.fairnessgate.file.FolderSize;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDescription;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.pipeline.LocatedModel;
import io.github.fairnessgate.pipeline.RecipeForecast;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.CudaFolder;
import io.github.fairnessgate.worker.CudaLibraries;
import io.github.fairnessgate.worker.Diagnosis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What {@code fairness:doctor} concludes from what it sees. Looks at folders that it is given, and at nothing else. */
final class Checkup {

    /**
     * Peak memory of an evaluation: this, and the weights in float32 twice. Measured, see docs/benchmarks.md: 310 MB
     * with 17 MB of weights, 1.2 GB with 498 MB.
     */
    private static final long EVALUATION = 280_000_000;
    /**
     * Peak memory of a compression: this, and one and a half times the lower bound. Measured: 0.75 to 0.97 GB where the
     * bound is 0.3 GB, 3.5 GB where it is 2.1 GB.
     */
    private static final long COMPRESSION = 500_000_000;
    /** Bytes of the worker's libraries as downloaded and unpacked, PyTorch among them, rounded up. */
    private static final Map<Device, Long> LIBRARIES = Map.of(Device.CPU, 1_000_000_000L, Device.CUDA, 11_000_000_000L);

    /** The score from which on a text is toxic. */
    private static final double TOXIC = 0.5;

    private Checkup() {}

    /**
     * @param wish {@code fairness.device}
     * @param accelerator the GPU's name, where the system tells
     */
    static List<Finding> device(String wish, CudaLibraries cuda, Optional<String> accelerator) {
        String word = wish == null ? "" : wish.strip().toLowerCase(Locale.ROOT);
        List<Finding> findings = new ArrayList<>();
        List<String> obstacles = cuda.obstacles();
        if (!List.of("auto", "cpu", "cuda").contains(word)) {
            findings.add(
                    Finding.problem("device", Parameters.DEVICE + " is '" + wish + "'", "set it to auto, cpu or cuda"));
        } else if (word.equals("cpu")) {
            findings.add(Finding.ok("device", "cpu, because " + Parameters.DEVICE + " says so"));
        } else if (obstacles.isEmpty()) {
            findings.add(Finding.ok(
                    "device",
                    "cuda" + accelerator.map(name -> " (" + name + ")").orElse("") + ": everything it needs is there"));
        } else if (word.equals("cuda")) {
            findings.add(Finding.problem(
                    "device",
                    Parameters.DEVICE + " is cuda, but this machine lacks " + String.join(", ", obstacles),
                    "install that, or set " + Parameters.DEVICE + " to cpu or auto"));
        } else if (cuda.driver().isPresent()) {
            findings.add(Finding.warn(
                    "device",
                    "cpu, although there is an NVIDIA driver: this machine lacks " + String.join(", ", obstacles),
                    "install that to use the GPU, or set " + Parameters.DEVICE + " to cpu"));
        } else {
            findings.add(
                    Finding.ok("device", "cpu: there is no NVIDIA GPU with its driver (" + cuda.driverFile() + ")"));
        }
        findings.add(driver(cuda));
        cuda.found().forEach((name, path) -> findings.add(Finding.ok("CUDA", name + " found: " + path)));
        if (!cuda.missing().isEmpty()) {
            findings.add(missingLibraries(cuda, word));
        }
        return findings;
    }

    private static Finding driver(CudaLibraries cuda) {
        if (cuda.driver().isEmpty()) {
            return Finding.ok("driver", "no NVIDIA driver");
        }
        String text = "NVIDIA " + cuda.driver().get() + " (" + cuda.driverFile() + ")";
        return cuda.isDriverTooOld()
                ? Finding.warn(
                        "driver", text, "CUDA 12 needs " + CudaLibraries.OLDEST_DRIVER + " or later; update the driver")
                : Finding.ok("driver", text);
    }

    private static Finding missingLibraries(CudaLibraries cuda, String wish) {
        String fact = "not found: "
                + cuda.missing().entrySet().stream()
                        .map(library -> library.getKey() + " (" + library.getValue() + ")")
                        .collect(Collectors.joining(", "));
        String advice = "install it, or name its folder in LD_LIBRARY_PATH; looked in "
                + cuda.searchFolders().stream().map(Path::toString).collect(Collectors.joining(", "));
        if (wish.equals("cuda")) {
            return Finding.problem("CUDA", fact, advice);
        }
        return cuda.driver().isPresent() && !wish.equals("cpu")
                ? Finding.warn("CUDA", fact, advice)
                : Finding.ok("CUDA", fact + "; a CPU needs none of it");
    }

    /**
     * What ONNX Runtime's CUDA provider loads, with its place: the folder that the worker is given, or this machine.
     */
    static List<Finding> carried(CudaFolder.Needs needs) {
        List<Finding> findings = new ArrayList<>();
        needs.found().forEach((name, path) -> findings.add(Finding.ok("CUDA", name + " for ONNX Runtime: " + path)));
        needs.missing()
                .forEach(name -> findings.add(Finding.problem(
                        "CUDA",
                        name + " for ONNX Runtime is not there",
                        "install it, or set " + Parameters.DEVICE + " to cpu")));
        return findings;
    }

    /** What a model is, and how it would be measured. */
    static List<Finding> model(LocatedModel model) {
        ModelDirectory directory = model.directory();
        Gpt2Config config = directory.config();
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(
                "model",
                String.format(
                        Locale.ROOT,
                        "%s: %d layers of width %d, %,d tokens, %d positions, %,d parameters, %s on disk",
                        model.source(),
                        config.layers(),
                        config.embedding(),
                        config.vocabulary(),
                        config.positions(),
                        directory.parameters(),
                        Bytes.text(directory.weightBytes()))));
        ModelDescription description = ModelDescription.of(model.given());
        description.facts().forEach(fact -> findings.add(Finding.ok("model", fact)));
        description.warnings().forEach(warning -> findings.add(Finding.warn("model", warning, "")));
        return findings;
    }

    /** @param available bytes; empty if the system does not tell */
    static List<Finding> memory(
            OptionalLong available, Optional<LocatedModel> model, Optional<Recipe> recipe, Device device) {
        if (available.isEmpty()) {
            return List.of(Finding.warn(
                    "memory", "this system does not tell how much is available", "see that there are some gigabytes"));
        }
        long free = available.getAsLong();
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("memory", Bytes.text(free) + " available"));
        if (model.isEmpty() || device != Device.CPU) {
            return findings;
        }
        long weights = Float.BYTES * model.get().directory().parameters();
        findings.add(memory("to evaluate", weights, EVALUATION + 2 * weights, free));
        recipe.ifPresent(given -> {
            long bound = Estimate.memory(given, model.get().directory().config());
            findings.add(
                    memory("to compress by the recipe " + given.name(), bound, COMPRESSION + bound + bound / 2, free));
        });
        return findings;
    }

    private static Finding memory(String purpose, long least, long usual, long free) {
        String fact = purpose + ", the worker takes about " + Bytes.text(usual) + " of memory";
        String advice = "end other programs, raise the limit of the container, or take a smaller model or batch";
        return free < least
                ? Finding.problem("memory", fact + "; there are only " + Bytes.text(free), advice)
                : free < usual
                        ? Finding.warn("memory", fact + "; there may be too little", advice)
                        : Finding.ok("memory", fact);
    }

    /**
     * The folder that a goal writes to.
     *
     * @param needed bytes that a compression writes there; 0 where that is not known
     */
    static Finding output(Path folder, long needed) {
        return room(
                "output",
                folder,
                Bytes.text(free(folder)) + " free"
                        + (needed == 0 ? "" : ", a compression writes at least " + Bytes.text(needed)),
                needed,
                0,
                "make room, or set " + Parameters.OUTPUT_DIRECTORY);
    }

    /** The plugin's own cache, and how much room is left for what is still to come. */
    static Finding cache(Path folder, Device device) {
        return room(
                "cache",
                folder,
                Bytes.text(FolderSize.of(folder)) + " used, " + Bytes.text(free(folder)) + " free",
                0,
                LIBRARIES.get(device),
                "the worker's libraries take up to " + Bytes.text(LIBRARIES.get(device))
                        + " in the local repository and here; make room, or set " + Parameters.CACHE_DIRECTORY
                        + "; everything in the cache can be deleted");
    }

    private static Finding room(String subject, Path folder, String amounts, long needed, long wanted, String advice) {
        String fact = folder + ": " + amounts;
        if (!Files.isWritable(existing(folder))) {
            return Finding.problem(
                    subject,
                    folder + " cannot be written to",
                    "make " + existing(folder) + " writable, or name another folder");
        }
        long free = free(folder);
        return free < needed
                ? Finding.problem(subject, fact, advice)
                : free < wanted ? Finding.warn(subject, fact, advice) : Finding.ok(subject, fact);
    }

    private static long free(Path folder) {
        return existing(folder).toFile().getUsableSpace();
    }

    private static Path existing(Path folder) {
        Path path = folder.toAbsolutePath();
        while (!Files.exists(path) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }

    /**
     * Where Hugging Face's own tools keep what they downloaded (huggingface_hub, "Manage your environment variables").
     *
     * @param home of the user
     */
    static Path huggingFaceCache(Map<String, String> environment, Path home) {
        for (String hub : List.of("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")) {
            if (!environment.getOrDefault(hub, "").isBlank()) {
                return Path.of(environment.get(hub));
            }
        }
        if (!environment.getOrDefault("HF_HOME", "").isBlank()) {
            return Path.of(environment.get("HF_HOME")).resolve("hub");
        }
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        return (caches.isBlank() ? home.resolve(".cache") : Path.of(caches))
                .resolve("huggingface")
                .resolve("hub");
    }

    static Finding huggingFace(Path folder) {
        return Finding.ok(
                "Hugging Face",
                folder + ": "
                        + (Files.isDirectory(folder)
                                ? Bytes.text(FolderSize.of(folder)) + " used"
                                : "not there, not needed"));
    }

    /** How long the recipe takes, and whether it is worth it. */
    static List<Finding> recipe(RecipeForecast forecast) {
        List<Finding> findings = new ArrayList<>();
        String fact = forecast.recipe() + " takes " + forecast.text();
        String advice = "name another with <recipe> or -D" + Parameters.RECIPE + "=..., for instance heads-30 or int8";
        findings.add(
                forecast.isLong()
                        ? Finding.warn("recipe", fact, "use a GPU, or " + advice)
                        : Finding.ok("recipe", fact));
        if (!forecast.smaller()) {
            findings.add(Finding.warn(
                    "recipe",
                    forecast.recipe() + " keeps all layers of this model, so the result is not smaller",
                    advice));
        }
        return findings;
    }

    /**
     * The scores of sentences of which the first half is harmless.
     *
     * @param scorer who scored; null if none was named
     */
    static List<Finding> scores(ScorerReference scorer, List<Diagnosis.Score> scores) {
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < scores.size(); i++) {
            boolean harmless = i < scores.size() / 2;
            Diagnosis.Score each = scores.get(i);
            String fact = String.format(Locale.ROOT, "%.3f  %s", each.score(), each.sentence());
            findings.add(
                    harmless == each.score() < TOXIC ? Finding.ok("score", fact) : Finding.warn("score", fact, ""));
        }
        if (!scores.isEmpty()) {
            double low = scores.subList(0, scores.size() / 2).stream()
                    .mapToDouble(Diagnosis.Score::score)
                    .average()
                    .orElseThrow();
            double high = scores.subList(scores.size() / 2, scores.size()).stream()
                    .mapToDouble(Diagnosis.Score::score)
                    .average()
                    .orElseThrow();
            String label = scorer.label() == null ? "" : ", label " + scorer.label();
            String fact = String.format(
                    Locale.ROOT,
                    "%s%s: mean %.3f for five harmless sentences, %.3f for five toxic ones",
                    scorer.variant(),
                    label,
                    low,
                    high);
            findings.add(
                    low < high
                            ? Finding.ok("scorer", fact)
                            : Finding.problem(
                                    "scorer",
                                    fact,
                                    "the label seems to mean the opposite of toxic; name another with -D"
                                            + Parameters.SCORER_LABEL + "=..."));
        }
        return findings;
    }

    /** What the examination finds, or else the sentence that says why there was none. */
    static List<Finding> attempt(String subject, Examination examination) {
        try {
            return examination.findings();
        } catch (InvalidInputException e) {
            return List.of(Finding.problem(subject, e.getMessage(), ""));
        }
    }

    /** Looks at something. */
    @FunctionalInterface
    interface Examination {
        List<Finding> findings();
    }
}
