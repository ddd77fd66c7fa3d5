package io.github.fairnessgate.worker;

import com.sun.management.OperatingSystemMXBean;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.runtime.LanguageModel;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * How much of a device a worker takes. A CPU is divided into slots: a processor each, with its share of the memory. A
 * GPU has one.
 *
 * @param slots that the worker takes, from 0 to {@code of}
 * @param of how many there are, at least 1
 */
record DeviceShare(int slots, int of) {

    /** Name of a {@link DeviceSharing}. */
    static final String SHARING_PROPERTY = "fairness.worker.sharing";
    /** How many processors the build sees; a worker may see fewer. */
    static final String PROCESSORS_PROPERTY = "fairness.worker.processors";

    /** What a JVM has to work with: processors, and bytes of memory. */
    record Capacity(int processors, long memory) {}

    /** Of this process, for a request. */
    static DeviceShare of(WorkerRequest request) {
        int own = Runtime.getRuntime().availableProcessors();
        int all = request.device() == Device.CPU ? Math.max(own, Integer.getInteger(PROCESSORS_PROPERTY, own)) : 1;
        DeviceSharing sharing = DeviceSharing.of(System.getProperty(SHARING_PROPERTY, DeviceSharing.AUTO.name()));
        if (sharing == DeviceSharing.NONE && !isTimed(request)) {
            return new DeviceShare(0, all);
        }
        return sharing == DeviceSharing.DEVICE || own >= all || needsEveryProcessor(request)
                ? new DeviceShare(all, all)
                : needed(new Capacity(own, memory(request)), new Capacity(all, machineMemory()));
    }

    private static boolean isTimed(WorkerRequest request) {
        return request instanceof WorkerRequest.Measure;
    }

    /** Others would disturb what is timed, and PyTorch takes more processors than the JVM sees. */
    private static boolean needsEveryProcessor(WorkerRequest request) {
        return isTimed(request) || request instanceof WorkerRequest.Compress;
    }

    /** The slots whose processors and memory are enough. */
    static DeviceShare needed(Capacity worker, Capacity machine) {
        double share = (double) worker.memory() / machine.memory();
        int forMemory = (int) Math.ceil(Math.min(1, share) * machine.processors());
        int slots = Math.max(1, Math.max(worker.processors(), forMemory));
        return new DeviceShare(Math.min(slots, machine.processors()), machine.processors());
    }

    /** Bytes: all of the heap, the weights, and what is computed at the same time. */
    private static long memory(WorkerRequest request) {
        return Runtime.getRuntime().maxMemory() + beside(request);
    }

    private static long beside(WorkerRequest request) {
        if (request instanceof WorkerRequest.Evaluate evaluate) {
            return LanguageModel.MOST_GENERATING + weights(evaluate.model());
        }
        if (request instanceof WorkerRequest.Write write) {
            return LanguageModel.MOST_GENERATING + weights(write.model());
        }
        if (request instanceof WorkerRequest.Harm harm) {
            return weights(harm.model());
        }
        throw new IllegalArgumentException("no share is known for " + request);
    }

    private static long weights(String model) {
        return AskedModel.leastMemory(ModelDirectory.open(Path.of(model)));
    }

    /** Of the machine, or of the container that this runs in. */
    private static long machineMemory() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }
}
