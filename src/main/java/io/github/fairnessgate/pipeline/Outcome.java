package io.github.fairnessgate.pipeline;

import java.util.List;

/**
 * How a use case ended that was carried out.
 *
 * @param failure why the build fails, a line for each finding; empty if it does not
 */
public record Outcome(List<String> failure) {

    /** The build goes on. */
    public static final Outcome GOOD = new Outcome(List.of());

    public Outcome {
        failure = List.copyOf(failure);
    }

    public boolean isGood() {
        return failure.isEmpty();
    }
}
