package io.github.fairnessgate.statistics;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What several inferences about the same number all say: each bound is the one furthest out and each p-value the
 * largest, so that nothing is shown that one of them does not show.
 *
 * @param inferences at least one
 */
public record Widest(double estimate, List<? extends Inference> inferences) implements Inference {

    public Widest {
        inferences = List.copyOf(inferences);
    }

    @Override
    public double low() {
        return lowest(inferences).low();
    }

    @Override
    public double high() {
        return highest(inferences).high();
    }

    @Override
    public double pAbove(double hypothesis) {
        return inferences.stream()
                .mapToDouble(inference -> inference.pAbove(hypothesis))
                .max()
                .orElseThrow();
    }

    @Override
    public double pBelow(double hypothesis) {
        return inferences.stream()
                .mapToDouble(inference -> inference.pBelow(hypothesis))
                .max()
                .orElseThrow();
    }

    @Override
    public Optional<SecondOpinion> secondOpinion() {
        return inferences.stream()
                .map(Inference::secondOpinion)
                .flatMap(Optional::stream)
                .findFirst();
    }

    @Override
    public String method() {
        return method(inferences, Inference::method);
    }

    /** The names of all of them, and of the ones whose bounds lie furthest out; of equal ones the first. */
    static String method(List<? extends Inference> inferences, Function<Inference, String> name) {
        List<String> names = inferences.stream().map(name).distinct().toList();
        return names.size() == 1
                ? names.get(0)
                : "%s (lower bound: %s; upper bound: %s)"
                        .formatted(
                                String.join(", ", names),
                                name.apply(lowest(inferences)),
                                name.apply(highest(inferences)));
    }

    private static Inference lowest(List<? extends Inference> inferences) {
        return inferences.stream()
                .<Inference>map(each -> each)
                .reduce((one, other) -> other.low() < one.low() ? other : one)
                .orElseThrow();
    }

    private static Inference highest(List<? extends Inference> inferences) {
        return inferences.stream()
                .<Inference>map(each -> each)
                .reduce((one, other) -> other.high() > one.high() ? other : one)
                .orElseThrow();
    }
}
