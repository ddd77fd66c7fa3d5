package io.github.fairnessgate.worker;

import java.util.Map;
import java.util.Optional;

/**
 * The one GPU that a worker sees.
 *
 * @param number what the user calls it
 * @param visible what CUDA calls it: a number or a UUID
 */
public record Gpu(int number, String visible) {

    /** What CUDA lets a process see; the environment of a build may set it too. */
    static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

    private static final String ORDER = "CUDA_DEVICE_ORDER";

    /**
     * What CUDA reads in the environment of a worker. Numbers count the GPUs as {@code nvidia-smi} does, and CUDA not
     * by itself, unless they count those that the build's own environment lists.
     *
     * @param listed what {@link #VISIBLE} says in the environment of the build
     */
    Map<String, String> environment(Optional<String> listed) {
        return listed.isPresent() ? Map.of(VISIBLE, visible) : Map.of(VISIBLE, visible, ORDER, "PCI_BUS_ID");
    }
}
