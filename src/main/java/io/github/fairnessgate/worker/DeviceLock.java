package io.github.fairnessgate.worker;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.file.LockFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One heavy job a device at a time, over all builds of a user on a machine: a {@link LockFile} that names its owner's
 * process.
 */
final class DeviceLock {

    private DeviceLock() {}

    /**
     * Waits until the device is free; says once whom it waits for.
     *
     * @param gpus those that this process sees, as {@code CUDA_VISIBLE_DEVICES} lists them; it uses the first
     */
    static LockFile acquire(Path directory, Device device, Optional<String> gpus, Progress progress)
            throws IOException {
        String name = name(device, gpus);
        return LockFile.acquire(
                directory.resolve(name + ".lock"),
                Long.toString(ProcessHandle.current().pid()),
                owner -> progress.info("Waiting for device " + name + ", which process "
                        + (owner.isEmpty() ? "(unknown)" : owner) + " uses"));
    }

    /** {@code cpu}, {@code cuda-0}, {@code cuda-GPU-8932f937-d72c}. */
    static String name(Device device, Optional<String> gpus) {
        return device == Device.CPU
                ? device.id()
                : device.id() + "-"
                        + gpus.map(listed -> listed.split(",")[0].strip().replaceAll("[^\\w-]", "_"))
                                .orElse("0");
    }
}
