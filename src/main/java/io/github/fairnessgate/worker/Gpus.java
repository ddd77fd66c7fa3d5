package io.github.fairnessgate.worker;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The GPUs that a user names. */
public final class Gpus {

    /** The driver's: a folder for each GPU. */
    private static final Path DRIVER = Path.of("/proc/driver/nvidia/gpus");

    private Gpus() {}

    /**
     * The GPUs for a run, in the order in which they are named.
     *
     * @param wish numbers with commas between them, from 0: as {@code nvidia-smi} counts, or of those that
     *     {@code CUDA_VISIBLE_DEVICES} lists if the build's environment sets it. Nothing for whatever CUDA takes
     * @param device what the run is on
     * @return empty if none are named
     * @throws InvalidInputException if {@code wish} is no such list, names a GPU twice or one that is not there, or if
     *     the run is on no GPU
     */
    public static List<Gpu> choose(String wish, Device device) {
        return choose(wish, device, listed(), DRIVER);
    }

    /** What the environment of this process lists. */
    static Optional<String> listed() {
        return Optional.ofNullable(System.getenv(Gpu.VISIBLE));
    }

    static List<Gpu> choose(String wish, Device device, Optional<String> listed, Path driver) {
        if (wish == null || wish.isBlank()) {
            return List.of();
        }
        if (device != Device.CUDA) {
            throw problem(
                    wish,
                    "but this run is on the " + device.id() + "; set " + Parameters.DEVICE + " to cuda, or remove "
                            + Parameters.DEVICES);
        }
        List<Gpu> gpus = new ArrayList<>();
        for (String name : wish.split(",", -1)) {
            Gpu gpu = gpu(wish, name.strip(), listed, driver);
            if (gpus.stream().anyMatch(other -> other.visible().equals(gpu.visible()))) {
                throw problem(
                        wish,
                        "which names GPU " + gpu.number()
                                + " twice; one GPU works on one model at a time, so name each once");
            }
            gpus.add(gpu);
        }
        return List.copyOf(gpus);
    }

    private static Gpu gpu(String wish, String name, Optional<String> listed, Path driver) {
        if (!name.matches("\\d{1,4}")) {
            throw problem(
                    wish,
                    "but '" + name
                            + "' is not the number of a GPU; give numbers from 0 with commas between them, such as 0,1");
        }
        int number = Integer.parseInt(name);
        if (listed.isPresent()) {
            List<String> visible = Arrays.stream(listed.get().split(","))
                    .map(String::strip)
                    .filter(entry -> !entry.isEmpty())
                    .toList();
            requireThere(
                    wish,
                    number,
                    visible.size(),
                    "CUDA_VISIBLE_DEVICES lists " + (visible.isEmpty() ? "none" : String.join(",", visible)));
            return new Gpu(number, visible.get(number));
        }
        if (Files.isDirectory(driver)) {
            int present = count(driver);
            requireThere(wish, number, present, "this machine has " + present + (present == 1 ? " GPU" : " GPUs"));
        }
        return new Gpu(number, Integer.toString(number));
    }

    private static void requireThere(String wish, int number, int present, String what) {
        if (number >= present) {
            throw problem(
                    wish,
                    "but there is no GPU " + number + ": " + what
                            + (present == 0 ? "" : ", so numbers go from 0 to " + (present - 1)));
        }
    }

    private static int count(Path driver) {
        try (Stream<Path> gpus = Files.list(driver)) {
            return Math.toIntExact(gpus.count());
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The GPUs of this machine cannot be counted, because " + driver + " cannot be listed (" + e
                            + "); check its permissions, or remove " + Parameters.DEVICES + ".",
                    e);
        }
    }

    private static InvalidInputException problem(String wish, String what) {
        return new InvalidInputException(Parameters.DEVICES + " is '" + wish + "', " + what + ".");
    }

    /** {@code GPU 0}, {@code GPUs 0 and 1}, {@code GPUs 0, 1 and 2}. */
    public static String text(List<Gpu> gpus) {
        List<String> numbers =
                gpus.stream().map(gpu -> Integer.toString(gpu.number())).toList();
        int last = numbers.size() - 1;
        return last == 0
                ? "GPU " + numbers.get(0)
                : "GPUs " + numbers.stream().limit(last).collect(Collectors.joining(", ")) + " and "
                        + numbers.get(last);
    }
}
