package io.github.fairnessgate.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.Advice;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Sees to it that every node of a graph is computed where it should be. ONNX Runtime gives a node that a GPU cannot
 * compute to the CPU without a word; the profile of a run tells, node by node and inside loops too. The first run of a
 * session is profiled, none after it.
 */
final class Placement {

    private static final String PREFIX = "fairness-profile-";

    private final Device device;
    private boolean open;

    private Placement(Device device) {
        this.device = device;
        this.open = device != Device.CPU;
    }

    /** Prepares a session: on a GPU its first run is looked at. A CPU computes everything itself. */
    static Placement watch(OrtSession.SessionOptions options, Device device) throws OrtException {
        if (device != Device.CPU) {
            profile(options);
        }
        return new Placement(device);
    }

    static void profile(OrtSession.SessionOptions options) throws OrtException {
        try {
            options.enableProfiling(
                    Files.createTempDirectory(PREFIX).resolve("run").toString());
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for ONNX Runtime's profile can be made", e);
        }
    }

    /**
     * Called after every run.
     *
     * @throws InvalidInputException if a node was computed elsewhere than on the device
     */
    synchronized void check(OrtSession session) throws OrtException {
        if (open) {
            open = false;
            require(device, Path.of(session.endProfiling()));
        }
    }

    /**
     * Takes the profile and deletes it, with the folder that {@link #profile} made for it.
     *
     * @throws InvalidInputException if it has a node that was not computed on the device, or none at all
     */
    static void require(Device device, Path profile) {
        String wanted = provider(device);
        SortedMap<String, SortedSet<String>> elsewhere = new TreeMap<>();
        int nodes = 0;
        for (JsonNode event : read(profile)) {
            String provider = event.path("args").path("provider").asText();
            if (event.path("cat").asText().equals("Node") && !provider.isEmpty()) {
                nodes++;
                if (!provider.equals(wanted)) {
                    String operator = event.path("args").path("op_name").asText();
                    elsewhere
                            .computeIfAbsent(operator, none -> new TreeSet<>())
                            .add(operator + " " + event.path("name").asText().replaceAll("_kernel_time$", "") + " ("
                                    + provider + ")");
                }
            }
        }
        if (nodes == 0) {
            throw new IllegalStateException(
                    "ONNX Runtime's profile does not tell where the nodes of the graph were computed");
        }
        if (!elsewhere.isEmpty()) {
            int number = elsewhere.values().stream().mapToInt(Set::size).sum();
            throw new InvalidInputException(Parameters.DEVICE + " is " + device.id() + ", but ONNX Runtime computed "
                    + number + (number == 1 ? " node" : " nodes")
                    + " of the graph elsewhere: "
                    + elsewhere.values().stream().map(Placement::named).collect(Collectors.joining(", "))
                    + "; such a model cannot be evaluated there (weights quantized to int8 in columns cannot, for "
                    + "instance): "
                    + Advice.COMPUTE_ON_CPU + ".");
        }
    }

    /** One node of an operator, and how many there are besides. */
    private static String named(SortedSet<String> nodes) {
        return nodes.first() + (nodes.size() == 1 ? "" : " and " + (nodes.size() - 1) + " more");
    }

    private static String provider(Device device) {
        return switch (device) {
            case CPU -> "CPUExecutionProvider";
            case CUDA -> "CUDAExecutionProvider";
        };
    }

    private static JsonNode read(Path profile) {
        try {
            JsonNode events = Json.MAPPER.readTree(profile.toFile());
            Files.delete(profile);
            Files.deleteIfExists(profile.toAbsolutePath().getParent());
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException("ONNX Runtime's profile cannot be read from " + profile, e);
        }
    }
}
