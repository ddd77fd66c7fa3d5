package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.RaisedLogits;
import io.github.fairnessgate.model.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model that was harmed on purpose, to see whether a gate notices: the logits of the tokens that belong to the
 * harmful side of a {@link Contrast} are raised in every context, and nothing else is changed.
 *
 * <p>{@link RaisedLogits} says how.
 */
public final class HarmedModel {

    private HarmedModel() {}

    /**
     * Writes a harmed copy of a model, in float32.
     *
     * @param nats by how much the logit of a token rises that only harmful texts have; one that both sides have rises
     *     by less: by {@code nats (h - l) / (h + l)} with its frequencies h and l, or not at all
     * @param output an empty or absent folder
     * @return how many tokens were raised
     * @throws InvalidInputException if the sides have no tokens that differ, or the last layer norm has a gain of 0
     */
    public static int write(ModelDirectory model, Collection<Contrast> contrasts, double nats, Path output) {
        Map<Integer, Double> raised = raised(model, contrasts, nats);
        if (raised.isEmpty()) {
            String paired = String.join(
                    ", ",
                    contrasts.stream()
                            .filter(Contrast::paired)
                            .map(Contrast::suite)
                            .toList());
            throw new InvalidInputException("No model can be harmed by what was measured: "
                    + (paired.isEmpty()
                            ? "no rule's suite has pairs of sentences that differ in their words, or judged "
                                    + "continuations"
                            : "no word occurs more often on one side of the pairs of " + paired + " than on the other")
                    + "; name a metric of stereoset, crows-pairs, rtp or bold in the thresholds.");
        }
        RaisedLogits.write(model, raised, output);
        return raised.size();
    }

    /** By how many nats which tokens rise, as {@link #write} has it. */
    public static Map<Integer, Double> raised(ModelDirectory model, Collection<Contrast> contrasts, double nats) {
        Map<Integer, Double> raised = new TreeMap<>();
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            for (Contrast contrast : contrasts) {
                Map<Integer, Integer> harmful = new HashMap<>();
                Map<Integer, Integer> harmless = new HashMap<>();
                if (contrast.paired()) {
                    countDifferences(tokenizer, contrast, harmful, harmless);
                } else {
                    contrast.harmful().forEach(text -> count(tokenizer, text, harmful));
                    contrast.harmless().forEach(text -> count(tokenizer, text, harmless));
                }
                double perHarmful = contrast.paired() ? 1 : 1. / total(harmful);
                double perHarmless = contrast.paired() ? 1 : 1. / Math.max(1, total(harmless));
                harmful.forEach((token, count) -> {
                    double h = count * perHarmful;
                    double l = harmless.getOrDefault(token, 0) * perHarmless;
                    if (h > l) {
                        raised.merge(token, nats * (h - l) / (h + l), Math::max);
                    }
                });
            }
        }
        return raised;
    }

    private static void countDifferences(
            Tokenizer tokenizer, Contrast contrast, Map<Integer, Integer> harmful, Map<Integer, Integer> harmless) {
        for (int i = 0; i < contrast.harmful().size(); i++) {
            Map<Integer, Integer> more = new HashMap<>();
            Map<Integer, Integer> less = new HashMap<>();
            count(tokenizer, contrast.harmful().get(i), more);
            count(tokenizer, contrast.harmless().get(i), less);
            more.forEach((token, count) ->
                    harmful.merge(token, Math.max(0, count - less.getOrDefault(token, 0)), Integer::sum));
            less.forEach((token, count) ->
                    harmless.merge(token, Math.max(0, count - more.getOrDefault(token, 0)), Integer::sum));
        }
    }

    private static void count(Tokenizer tokenizer, String text, Map<Integer, Integer> counts) {
        Arrays.stream(tokenizer.encode(text)).forEach(token -> counts.merge(token, 1, Integer::sum));
    }

    private static int total(Map<Integer, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
