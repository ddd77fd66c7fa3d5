package io.github.fairnessgate.gate;

import java.util.List;

/**
 * What several inferences about the same number all say: each bound is the one furthest out and each p-value the largest, so that nothing
 * is shown that one of them does not show.
 */
record Widest(double estimate, String method, List<Inference> inferences) implements Inference {

    Widest {
        inferences = List.copyOf(inferences);
    }

    @Override
    public double low() {
        return inferences.stream().mapToDouble(Inference::low).min().orElseThrow();
    }

    @Override
    public double high() {
        return inferences.stream().mapToDouble(Inference::high).max().orElseThrow();
    }

    @Override
    public double pAbove(double hypothesis) {
        return inferences.stream().mapToDouble(inference -> inference.pAbove(hypothesis)).max().orElseThrow();
    }

    @Override
    public double pBelow(double hypothesis) {
        return inferences.stream().mapToDouble(inference -> inference.pBelow(hypothesis)).max().orElseThrow();
    }
}
