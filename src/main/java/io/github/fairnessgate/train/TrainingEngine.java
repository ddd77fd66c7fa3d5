package io.github.fairnessgate.train;

import ai.djl.engine.Engine;
import java.util.Map;

/** What trains. */
public final class TrainingEngine {

    private TrainingEngine() {}

    /** Versions by name: {@code djl} and {@code pytorch}. */
    public static Map<String, String> versions() {
        return Map.of("djl", Engine.getDjlVersion(), "pytorch", Torch.version());
    }

    /** How many threads compute on the CPU. With another number, the last bits of a result are others. */
    public static int threads() {
        return Torch.threads();
    }
}
