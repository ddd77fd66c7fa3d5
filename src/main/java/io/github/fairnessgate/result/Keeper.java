package io.github.fairnessgate.result;

import io.github.fairnessgate.gate.Verdict;
import java.util.Optional;

/** Keeps what a verdict follows from. */
@FunctionalInterface
public interface Keeper {

    /** Keeps nothing. */
    Keeper NONE = verdict -> Optional.empty();

    /** What the log says about what was kept, if anything was. */
    Optional<String> keep(Verdict verdict);
}
