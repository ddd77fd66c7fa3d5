package io.github.fairnessgate.pipeline;

import io.github.fairnessgate.Device;
import io.github.fairnessgate.compress.CompressionReport;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** The libraries that a worker is given, pinned by coordinates; and what provenance records of them. */
public final class LibraryVersions {

    private final Properties pinned;

    /** @param pinned {@code worker.properties} */
    public LibraryVersions(Properties pinned) {
        this.pinned = pinned;
    }

    /** The version of this plugin. */
    public String plugin() {
        return pinned.getProperty("plugin.version");
    }

    /** The version of Spark unless the user names that of a cluster. */
    public String spark() {
        return get("spark.version");
    }

    /** Coordinates that evaluation needs. */
    public List<String> evaluation(Device device) {
        return List.of(get("logging"), get("tokenizers"), onnxRuntime(device));
    }

    /**
     * Coordinates that training needs beyond evaluation.
     *
     * @param platform DJL's name of operating system and processor, for instance {@code linux-x86_64}
     */
    public List<String> training(Device device, String platform) {
        return List.of(
                get("pytorch"),
                get("pytorch.jni"),
                get("pytorch.native." + device.id()).formatted(platform));
    }

    /**
     * Coordinates of the jar that carries cuBLAS and cuDNN; for Linux on x86-64, the only platform with a CUDA build.
     */
    public String cudaMathematics() {
        return get("pytorch.native.cuda").formatted("linux-x86_64");
    }

    /** Coordinates of the jar that carries the CUDA runtime and cuRAND. */
    public String cudaToolkit() {
        return get("cuda.toolkit");
    }

    /** Coordinates of the jar with ONNX Runtime for the device. */
    public String onnxRuntime(Device device) {
        return get("onnxruntime." + device.id());
    }

    /**
     * What decides the digits of an evaluation.
     *
     * @param plugin the version of this plugin, exactly
     */
    public SortedMap<String, String> ofEvaluation(Device device, String plugin) {
        SortedMap<String, String> versions = new TreeMap<>(Map.of(
                CompressionReport.PLUGIN,
                plugin,
                "onnxruntime",
                version(onnxRuntime(device)),
                "tokenizers",
                version(get("tokenizers"))));
        if (device == Device.CUDA) {
            versions.put("pytorch", version(cudaMathematics()));
            versions.put("cuda-redist", version(cudaToolkit()));
        }
        return versions;
    }

    /**
     * What decides the bytes of a compressed model.
     *
     * @param plugin the version of this plugin, exactly
     */
    public SortedMap<String, String> ofCompression(Device device, String plugin) {
        SortedMap<String, String> versions = ofEvaluation(device, plugin);
        versions.put("djl", version(get("pytorch")));
        versions.put("pytorch", version(get("pytorch.native." + device.id())));
        return versions;
    }

    private String get(String key) {
        String value = pinned.getProperty(key);
        if (value == null) {
            throw new IllegalStateException("worker.properties lacks " + key);
        }
        return value;
    }

    private static String version(String coordinates) {
        return coordinates.substring(coordinates.lastIndexOf(':') + 1);
    }
}
