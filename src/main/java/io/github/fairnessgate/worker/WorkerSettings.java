package io.github.fairnessgate.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a worker is started.
 *
 * @param java the {@code java} executable
 * @param classPath jars and folders
 * @param argLine further options for the JVM, as a user would type them; may be empty
 * @param sharing of the device with other builds
 * @param timeout after which the worker is killed
 * @param cache the plugin's cache folder, where native libraries are unpacked
 * @param scratch a folder of the caller's, for the request and temporary files; the caller deletes it
 * @param log receives the worker's standard error, appended
 * @param cuda what a worker needs that runs ONNX Runtime on a GPU
 * @param gpu the GPU that it sees; all that the build sees if none is named
 */
public record WorkerSettings(
        Path java,
        List<Path> classPath,
        String argLine,
        DeviceSharing sharing,
        Duration timeout,
        Path cache,
        Path scratch,
        Path log,
        Optional<CudaFolder> cuda,
        Optional<Gpu> gpu) {}
