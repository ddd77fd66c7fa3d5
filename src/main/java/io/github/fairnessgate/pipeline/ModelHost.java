package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Progress;
import io.github.fairnessgate.model.ModelReference;
import io.github.fairnessgate.worker.CudaFolder;
import io.github.fairnessgate.worker.DeviceSharing;
import io.github.fairnessgate.worker.Gpu;
import io.github.fairnessgate.worker.SparkProcess;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A build that can get at models, and start workers. */
public interface ModelHost extends Host {

    /**
     * How a worker is started.
     *
     * @param argLine options of its JVM
     * @param sharing of its device with other builds
     * @param timeout after which it is stopped
     * @param scratch an existing folder that the caller deletes
     * @param log receives what it prints
     * @param gpu that it sees; all that this build sees if none is named
     */
    record Launch(String argLine, DeviceSharing sharing, Duration timeout, Path scratch, Path log, Optional<Gpu> gpu) {}

    Progress progress();

    /** Unpacked models, native libraries and evaluations. */
    Path cache();

    /** The libraries that a worker computes with, and the version of this plugin. */
    LibraryVersions libraries();

    /**
     * The version of this plugin; of a snapshot, which can be any of many builds, with the beginning of its jar's
     * digest.
     */
    String build();

    /**
     * @throws io.github.fairnessgate.InvalidInputException if there is no such model, or if it is not a GPT-2 that can
     *     be used
     */
    LocatedModel locate(String reference);

    /**
     * The folder of a toxicity classifier.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the reference leads nowhere
     */
    LocatedFolder classifier(String reference);

    /**
     * The file of an artifact.
     *
     * @param what how a message calls it: {@code text}
     * @throws io.github.fairnessgate.InvalidInputException if it cannot be resolved
     */
    Path artifact(ModelReference.Coordinates coordinates, String what);

    /** What a worker is given to run ONNX Runtime on a GPU. */
    CudaFolder cuda();

    /**
     * Has executors of a Spark cluster do a job.
     *
     * @param libraries coordinates of Spark's
     * @param launch how the driver is started; its {@code argLine} is for the workers beside executors
     */
    void launch(SparkProcess.Job job, List<String> libraries, Launch launch)
            throws WorkerException, InterruptedException;

    /** @param told receives what the worker does */
    WorkerProcess.Usage launch(WorkerRequest request, Launch launch, Progress told)
            throws WorkerException, InterruptedException;
}
