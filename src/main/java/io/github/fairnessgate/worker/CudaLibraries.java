package io.github.fairnessgate.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the CUDA builds of PyTorch and ONNX Runtime need on a machine, and what of it is there.
 *
 * @param platform of this machine, by DJL's name
 * @param driverFile where the kernel tells of the driver
 * @param driver version of the NVIDIA driver, for instance {@code 550.54.14}; {@code unknown} if its file does not
 *     tell; nothing without a driver
 * @param found the place of every library that is there, by the library's name
 * @param missing what is not there, by name, with what it belongs to
 * @param searchFolders where libraries were looked for, in this order
 */
public record CudaLibraries(
        String platform,
        Path driverFile,
        Optional<String> driver,
        SortedMap<String, Path> found,
        SortedMap<String, String> missing,
        List<Path> searchFolders) {

    /**
     * The oldest driver for CUDA 12 on Linux (NVIDIA, CUDA Toolkit Release Notes, table of driver versions for minor
     * version compatibility).
     */
    public static final String OLDEST_DRIVER = "525.60.13";

    private static final String PLATFORM = "linux-x86_64";
    private static final String UNKNOWN = "unknown";
    private static final Pattern VERSION = Pattern.compile("\\s(\\d{3,}(\\.\\d+)+)\\s");

    /** @param libraries names of what is needed, with what each belongs to */
    static CudaLibraries find(
            String platform, Path driverFile, SortedMap<String, String> libraries, List<Path> folders) {
        SortedMap<String, Path> found = new TreeMap<>();
        SortedMap<String, String> missing = new TreeMap<>();
        libraries.forEach((name, origin) -> folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::exists)
                .findFirst()
                .ifPresentOrElse(path -> found.put(name, path), () -> missing.put(name, origin)));
        return new CudaLibraries(platform, driverFile, driver(driverFile), found, missing, folders);
    }

    private static Optional<String> driver(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Matcher version = VERSION.matcher(Files.readString(file));
            return Optional.of(version.find() ? version.group(1) : UNKNOWN);
        } catch (IOException e) {
            throw new UncheckedIOException("the NVIDIA driver's version cannot be read from " + file, e);
        }
    }

    /** What keeps this machine from using CUDA, each with what it belongs to; empty if nothing does. */
    public List<String> obstacles() {
        List<String> obstacles = new ArrayList<>();
        if (!platform.equals(PLATFORM)) {
            obstacles.add("a CUDA build of the libraries for " + platform + " (there is one for " + PLATFORM + ")");
        }
        if (driver.isEmpty()) {
            obstacles.add("an NVIDIA GPU with its driver (" + driverFile + ")");
        }
        if (isDriverTooOld()) {
            obstacles.add("a driver for CUDA 12 (" + OLDEST_DRIVER + " or later; there is " + driver.get() + ")");
        }
        missing.forEach((name, origin) -> obstacles.add(name + " (" + origin + ")"));
        return obstacles;
    }

    /** Whether the driver is known to be older than {@link #OLDEST_DRIVER}. */
    public boolean isDriverTooOld() {
        return driver.filter(version -> !version.equals(UNKNOWN))
                .map(version -> Version.parse(version).compareTo(Version.parse(OLDEST_DRIVER)) < 0)
                .orElse(false);
    }
}
