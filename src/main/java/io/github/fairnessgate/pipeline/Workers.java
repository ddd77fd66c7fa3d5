package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.worker.Devices;
import io.github.fairnessgate.worker.Gpu;
import io.github.fairnessgate.worker.Gpus;
import io.github.fairnessgate.worker.WorkerException;
import io.github.fairnessgate.worker.WorkerProcess;
import io.github.fairnessgate.worker.WorkerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Has workers carry out requests, on the device that the user wants. */
public final class Workers {

    private final ModelHost host;
    private final ComputeSettings settings;

    public Workers(ModelHost host, ComputeSettings settings) {
        this.host = host;
        this.settings = settings;
    }

    /**
     * @throws io.github.fairnessgate.InvalidInputException if the device or a GPU that the user names cannot be used,
     *     or the way in which builds share it is unknown
     */
    Device device() {
        Device chosen = Devices.choose(settings.device(), host.progress());
        gpus(chosen);
        settings.sharing();
        return chosen;
    }

    /** The GPUs that the user names, if any. */
    List<Gpu> gpus(Device chosen) {
        return Gpus.choose(settings.devices(), chosen);
    }

    /**
     * Where models can be measured at the same time: on each of the GPUs that the user names, or only on the device.
     */
    List<Optional<Gpu>> places(Device chosen) {
        List<Gpu> gpus = gpus(chosen);
        return gpus.isEmpty()
                ? List.of(Optional.empty())
                : gpus.stream().map(Optional::of).toList();
    }

    /** After which a worker is stopped. */
    Duration timeout() {
        return settings.timeout();
    }

    /**
     * How what is not a worker of this machine is started.
     *
     * @param scratch an existing folder that the caller deletes
     * @param log the name of its log
     */
    ModelHost.Launch launch(Path scratch, String log) {
        return new ModelHost.Launch(
                settings.argLine(),
                settings.sharing(),
                timeout(),
                scratch,
                host.locations().output().resolve(log),
                Optional.empty());
    }

    /** @param scratch an existing folder that the caller deletes */
    public WorkerProcess.Usage work(WorkerRequest request, Path scratch) throws WorkerException, InterruptedException {
        return work(request, scratch, places(request.device()).get(0), host.progress());
    }

    /**
     * @param scratch an existing folder that the caller deletes
     * @param gpu that the worker sees; all that this build sees if none is named
     * @param told receives what the worker does
     */
    WorkerProcess.Usage work(WorkerRequest request, Path scratch, Optional<Gpu> gpu, Progress told)
            throws WorkerException, InterruptedException {
        boolean isFirst = gpu.equals(places(request.device()).get(0));
        Path log = host.locations()
                .output()
                .resolve(
                        isFirst
                                ? "worker.log"
                                : "worker-gpu-" + gpu.orElseThrow().number() + ".log");
        WorkerProcess.Usage usage = host.launch(
                request,
                new ModelHost.Launch(settings.argLine(), settings.sharing(), timeout(), scratch, log, gpu),
                told);
        host.messages().debug("The worker held " + usage.peakMemory() / 1_000_000 + " MB of memory at most.");
        return usage;
    }
}
