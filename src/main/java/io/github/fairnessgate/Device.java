package io.github.fairnessgate;

/** Where tensors live and are computed. The name in lower case is the device class of provenance records. */
public enum Device {
    CPU,
    CUDA;

    /** {@code cpu} or {@code cuda}. */
    public String id() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
