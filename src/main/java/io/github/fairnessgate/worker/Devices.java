package io.github.fairnessgate.worker;

import io.github.fairnessgate.Advice;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import io.github.fairnessgate.Progress;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Which device a run uses, found without loading native code into this process. */
public final class Devices {

    private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

    /**
     * What a machine has to have itself, and what it belongs to; all else of CUDA comes with the worker's libraries
     * ({@link CudaFolder}).
     */
    private static final Map<String, String> CUDA_LIBRARIES = Map.of("libcuda.so.1", "the NVIDIA driver");

    private static final List<String> LIBRARY_FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib64",
            "/lib/x86_64-linux-gnu",
            "/usr/local/cuda/lib64",
            "/usr/local/nvidia/lib64",
            "/usr/local/lib");

    private Devices() {}

    /**
     * The device for a run.
     *
     * @param wish {@code auto}, {@code cpu} or {@code cuda}
     * @throws InvalidInputException if {@code wish} is none of these, or {@code cuda} on a machine that lacks something
     */
    public static Device choose(String wish, Progress progress) {
        return switch (wish == null ? "" : wish.strip().toLowerCase(Locale.ROOT)) {
            case "cpu" -> Device.CPU;
            case "cuda" -> {
                List<String> missing = cuda().obstacles();
                if (!missing.isEmpty()) {
                    throw new InvalidInputException(Parameters.DEVICE + " is cuda, but this machine lacks "
                            + String.join(", ", missing) + "; install that, or " + Advice.COMPUTE_ON_CPU + " or auto.");
                }
                yield Device.CUDA;
            }
            case "auto" -> automatic(progress);
            default ->
                throw new InvalidInputException(
                        Parameters.DEVICE + " is '" + wish + "'; it must be auto, cpu or cuda.");
        };
    }

    private static Device automatic(Progress progress) {
        List<String> missing = cuda().obstacles();
        if (missing.isEmpty()) {
            progress.info("Device: cuda, because there is an NVIDIA driver; the first run fetches 3.5 GB of libraries ("
                    + Parameters.DEVICE + "=cpu does without)");
            return Device.CUDA;
        }
        if (Files.exists(DRIVER)) {
            progress.info("Device: cpu, although there is an NVIDIA driver: this machine lacks "
                    + String.join(", ", missing));
        }
        return Device.CPU;
    }

    /** What of CUDA is on this machine. */
    public static CudaLibraries cuda() {
        return cuda(DRIVER, libraryFolders());
    }

    static CudaLibraries cuda(Path driver, List<Path> folders) {
        return CudaLibraries.find(platform(), driver, new TreeMap<>(CUDA_LIBRARIES), folders);
    }

    /** Where the dynamic linker looks, as far as that can be told: {@code LD_LIBRARY_PATH}, then the usual places. */
    public static List<Path> libraryFolders() {
        String configured = System.getenv().getOrDefault("LD_LIBRARY_PATH", "");
        return Stream.concat(Stream.of(configured.split(File.pathSeparator)), LIBRARY_FOLDERS.stream())
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .toList();
    }

    /** DJL's name of this operating system and processor: {@code linux-x86_64}, {@code osx-aarch64}. */
    public static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String family = system.startsWith("windows") ? "win" : system.startsWith("mac") ? "osx" : "linux";
        return family + "-" + (processor.equals("amd64") ? "x86_64" : processor);
    }
}
