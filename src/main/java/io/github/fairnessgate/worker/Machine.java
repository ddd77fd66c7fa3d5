package io.github.fairnessgate.worker;

import io.github.fairnessgate.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What this machine is and has, as far as its operating system tells without native code; Linux tells most. */
public final class Machine {

    private final Path root;

    private Machine(Path root) {
        this.root = root;
    }

    /** The machine that runs this. */
    public static Machine here() {
        return new Machine(Path.of("/"));
    }

    /** @param root the folder that holds {@code proc} and {@code sys} */
    static Machine at(Path root) {
        return new Machine(root);
    }

    /** The processor's name, or else its architecture. */
    public String processor() {
        return value("proc/cpuinfo", "model name").orElse(System.getProperty("os.arch"));
    }

    /** The name of the first NVIDIA GPU. */
    public Optional<String> accelerator() {
        Path gpus = root.resolve("proc/driver/nvidia/gpus");
        if (!Files.isDirectory(gpus)) {
            return Optional.empty();
        }
        try (Stream<Path> paths = Files.list(gpus)) {
            return paths.sorted()
                    .map(gpu ->
                            value(root.relativize(gpu.resolve("information")).toString(), "Model"))
                    .flatMap(Optional::stream)
                    .findFirst();
        } catch (IOException e) {
            throw cannotRead(gpus, e);
        }
    }

    /** What follows the first {@code key:} of a file. */
    private Optional<String> value(String file, String key) {
        return lines(file).stream()
                .filter(line -> line.matches(key + "\\s*:.*"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    /**
     * Bytes that a process can still have before the system or its container runs out of memory: free memory, caches
     * that give way and swap, or what is left below the limit of a control group if that is less. Empty if the system
     * does not tell.
     */
    public OptionalLong availableMemory() {
        List<Long> amounts = new ArrayList<>(limited());
        value("proc/meminfo", "MemAvailable")
                .ifPresent(available -> amounts.add(1024
                        * (number(available)
                                + value("proc/meminfo", "SwapFree")
                                        .map(Machine::number)
                                        .orElse(0L))));
        return amounts.stream().mapToLong(Long::longValue).min();
    }

    /** For each limit of a control group that applies, version 2 or 1, what is left below it. */
    private List<Long> limited() {
        List<Long> left = new ArrayList<>();
        for (String line : lines("proc/self/cgroup")) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                ofGroups("sys/fs/cgroup", parts[2], "memory.max", "memory.current", left);
            } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                ofGroups("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes", "memory.usage_in_bytes", left);
            }
        }
        return left;
    }

    /**
     * A group is limited by itself and by all groups around it; in a container the path may not be visible, then only
     * the root is looked at.
     */
    private void ofGroups(String hierarchy, String path, String limitFile, String usageFile, List<Long> left) {
        Path innermost = Path.of(hierarchy + path).normalize();
        for (Path group = innermost.startsWith(hierarchy) ? innermost : Path.of(hierarchy);
                group != null && group.startsWith(hierarchy);
                group = group.getParent()) {
            Optional<String> limit = lines(group.resolve(limitFile).toString()).stream()
                    .findFirst()
                    .filter(text -> text.matches("\\d{1,18}"));
            Optional<String> usage =
                    lines(group.resolve(usageFile).toString()).stream().findFirst();
            if (limit.isPresent() && usage.isPresent()) {
                left.add(Long.parseLong(limit.get()) - number(usage.get()) + caches(group));
            }
        }
    }

    /** Memory of a group that gives way when there is need. */
    private long caches(Path group) {
        return lines(group.resolve("memory.stat").toString()).stream()
                .filter(line -> line.matches("(in)?active_file \\d+"))
                .mapToLong(Machine::number)
                .sum();
    }

    private static long number(String text) {
        return Long.parseLong(text.replaceAll("\\D", ""));
    }

    /** Nothing if there is no such file. */
    private List<String> lines(String file) {
        Path path = root.resolve(file);
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            return List.of();
        }
        try {
            return Files.readAllLines(path);
        } catch (IOException e) {
            throw cannotRead(path, e);
        }
    }

    private static InvalidInputException cannotRead(Path path, IOException cause) {
        return new InvalidInputException("Cannot read " + path + ": " + cause + ".", cause);
    }
}
