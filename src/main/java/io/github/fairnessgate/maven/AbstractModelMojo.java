package io.github.fairnessgate.maven;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.model.TokenizerTraits;
import io.github.fairnessgate.model.WeightTraits;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.worker.CudaFolder;
import io.github.fairnessgate.worker.Devices;
import io.github.fairnessgate.worker.Gpu;
import io.github.fairnessgate.worker.Gpus;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;

/** What goals have that run a model: where it is, which device to use, and how the worker is started. */
abstract class AbstractModelMojo extends AbstractFairnessMojo {

    /**
     * The model to compress, which is also the baseline of the comparison: a folder in Hugging Face form, a zip or tar.gz of
     * one, Maven coordinates {@code groupId:artifactId[:extension[:classifier]]:version}, a model on the Hugging Face hub
     * {@code hf://organisation/name@commit}, or {@code builtin:reference-gpt2}.
     */
    @Parameter(property = Parameters.MODEL)
    private String model;

    /**
     * Whether the revision of a model on the Hugging Face hub may be a branch or tag. It is looked up in every build, and the commit that
     * it led to is what the reports name.
     */
    @Parameter(property = Parameters.ALLOW_MOVING_REVISION, defaultValue = "false")
    private boolean allowMovingRevision;

    /**
     * Whether a model's weights may be a Python pickle ({@code pytorch_model.bin}) where it has no safetensors. It is converted by a reader that runs
     * nothing of it.
     */
    @Parameter(property = Parameters.ALLOW_PICKLE, defaultValue = "true")
    private String allowPickle;

    /** {@code auto}, {@code cpu} or {@code cuda}. {@code auto} takes a GPU that can be used; {@code cuda} fails without one. */
    @Parameter(property = Parameters.DEVICE, defaultValue = Parameters.DEFAULT_DEVICE)
    private String device;

    /**
     * The GPUs to use, such as {@code 0,1}: numbers as {@code nvidia-smi} counts, or of those that {@code CUDA_VISIBLE_DEVICES} lists. With several of them
     * models are measured side by side; what runs alone takes the first. Whatever CUDA takes by default.
     */
    @Parameter(property = Parameters.DEVICES)
    private String devices;

    /** Options for the worker's JVM, for instance {@code -Xmx8g}, separated as in an argument file of the {@code java} launcher. */
    @Parameter(property = Parameters.ARG_LINE, defaultValue = "")
    private String argLine;

    /** Seconds after which a worker is stopped and the build ends as broken. */
    @Parameter(property = Parameters.TIMEOUT, defaultValue = Parameters.DEFAULT_TIMEOUT)
    private long timeout;

    /** Unpacked models, native libraries and evaluations; {@code .cache/fairness} in the local repository by default. */
    @Parameter(property = Parameters.CACHE_DIRECTORY)
    private File cacheDirectory;

    /** How often it is looked whether the log has been silent for too long. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** Seconds that Java can count in milliseconds. */
    private static final long LONGEST_TIMEOUT = Long.MAX_VALUE / 1000;

    private final ModelLocator modelLocator;
    private final WorkerLauncher workerLauncher;
    private LogProgress progress;

    AbstractModelMojo(ModelLocator modelLocator, WorkerLauncher workerLauncher) {
        this.modelLocator = modelLocator;
        this.workerLauncher = workerLauncher;
    }

    final LocatedModel baselineModel() {
        return locate(required(model, "model", Parameters.MODEL, "src/main/model or builtin:reference-gpt2"));
    }

    final LocatedModel locate(String reference) {
        LocatedModel located = modelLocator.locate(reference, surroundings());
        TokenizerTraits tokenizer = located.directory().tokenizer();
        if (!tokenizer.random().isEmpty()) {
            getLog().warn("The tokenizer of " + located.source() + " asks for random tokenization (" + String.join(", ", tokenizer.random())
                    + "), which is switched off; remove the setting from its tokenizer.json, which other programs take as it is.");
        }
        tokenizer.disagreements().forEach(disagreement -> getLog().warn("Versions of transformers read the tokenizer of " + located.source()
                + " in different ways: " + disagreement + "."));
        tokenizer.notes().forEach(getLog()::info);
        WeightTraits weights = located.directory().weightTraits();
        if (!weights.wrapper().isEmpty()) {
            getLog().warn("The names of the weights of " + located.source() + " begin with " + weights.wrapper()
                    + ", with which transformers finds none of them and takes random numbers; save the model without it.");
        }
        weights.disagreements().forEach(disagreement -> getLog().warn("Versions of transformers compute " + located.source()
                + " in different ways: " + disagreement + "."));
        if (!weights.unused().isEmpty()) {
            getLog().info("Tensors of " + located.source() + " that a language model does not use are left out: " + String.join(", ", weights.unused()));
        }
        return located;
    }

    /**
     * The scorer that a parameter names.
     *
     * @param property      the parameter's, for messages
     * @param labelProperty that of its label
     * @throws InvalidInputException if there is no such scorer or label
     */
    final ScorerReference scorer(String name, String property, Optional<String> label, String labelProperty) {
        if (name.equals(Parameters.DEFAULT_SCORER)) {
            return label.map(ScorerReference::embedded).orElseGet(ScorerReference::embedded);
        }
        if (name.equals(Parameters.NGRAM_SCORER)) {
            label.ifPresent(unknown -> {
                throw new InvalidInputException(labelProperty + " is '" + unknown + "', but the scorer 'ngram' has no labels; remove it, or name"
                        + " the scorer 'embedded' or a classifier.");
            });
            return ScorerReference.ngram();
        }
        try {
            LocatedFolder classifier = modelLocator.classifier(name, surroundings());
            return ScorerReference.classifier(classifier.path(), classifier.name(), label);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(property + " is neither 'embedded' nor 'ngram' nor a usable toxicity classifier: " + e.getMessage(), e);
        }
    }

    private ModelLocator.Surroundings surroundings() {
        return new ModelLocator.Surroundings(baseDirectory(), cache(), allowMovingRevision, isTrue(allowPickle, Parameters.ALLOW_PICKLE), session(),
                project(), progress());
    }

    /** The file of an artifact; {@code what} is how a message calls it. */
    final Path artifact(ModelReference.Coordinates coordinates, String what) {
        return modelLocator.artifact(coordinates, what, session(), project());
    }

    /** What the parameter says, if it says anything. */
    final Optional<String> modelReference() {
        return Optional.ofNullable(model).map(String::strip).filter(text -> !text.isEmpty());
    }

    final String deviceWish() {
        return device;
    }

    final Device device() {
        Device chosen = Devices.choose(device, progress());
        gpus(chosen);
        return chosen;
    }

    /**
     * The GPUs that the user names, if any.
     *
     * @throws InvalidInputException if they cannot be used
     */
    final List<Gpu> gpus(Device chosen) {
        return Gpus.choose(devices, chosen);
    }

    /** Where models can be measured at the same time: on each of the GPUs that the user names, or only on the device. */
    final List<Optional<Gpu>> places(Device chosen) {
        List<Gpu> gpus = gpus(chosen);
        return gpus.isEmpty() ? List.of(Optional.empty()) : gpus.stream().map(Optional::of).toList();
    }

    final Path cache() {
        return cache(cacheDirectory);
    }

    final synchronized LogProgress progress() {
        if (progress == null) {
            progress = LogProgress.forBuild(getLog(), session());
        }
        return progress;
    }

    /** The libraries that a worker computes with. */
    final LibraryVersions versions() {
        return workerLauncher.versions();
    }

    /** What a worker is given to run ONNX Runtime on a GPU. */
    final CudaFolder cudaFolder() {
        return workerLauncher.cuda(cache(), session(), project());
    }

    /** The version of this plugin; of a snapshot, which can be any of many builds, with the beginning of its jar's digest. */
    final String pluginVersion() {
        return build(versions().plugin());
    }

    /** After which a worker is stopped. */
    final Duration timeout() {
        if (timeout <= 0 || timeout > LONGEST_TIMEOUT) {
            throw new InvalidInputException(Parameters.TIMEOUT + " is " + timeout + "; give a number of seconds above 0, up to " + LONGEST_TIMEOUT + ".");
        }
        return Duration.ofSeconds(timeout);
    }

    /** @param scratch an existing folder that the caller deletes */
    final WorkerProcess.Usage work(WorkerRequest request, Path scratch) throws WorkerException, InterruptedException {
        return work(request, scratch, places(request.device()).get(0), progress());
    }

    /**
     * @param scratch an existing folder that the caller deletes
     * @param gpu     that the worker sees; all that this build sees if none is named
     * @param told    what the worker does
     */
    final WorkerProcess.Usage work(WorkerRequest request, Path scratch, Optional<Gpu> gpu, Progress told) throws WorkerException, InterruptedException {
        boolean isFirst = gpu.equals(places(request.device()).get(0));
        WorkerLauncher.Options options = new WorkerLauncher.Options(argLine == null ? "" : argLine, timeout(), cache(), scratch,
                outputDirectory().resolve(isFirst ? "worker.log" : "worker-gpu-" + gpu.orElseThrow().number() + ".log"), gpu);
        try (Heartbeat heartbeat = new Heartbeat(progress(), HEARTBEAT)) {
            WorkerProcess.Usage usage = workerLauncher.run(request, options, pluginArtifacts(), session(), project(), told);
            getLog().debug("The worker held " + usage.peakMemory() / 1_000_000 + " MB of memory at most.");
            return usage;
        }
    }
}
