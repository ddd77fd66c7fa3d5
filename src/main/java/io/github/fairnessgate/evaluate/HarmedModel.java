package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.DType;
import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import io.github.fairnessgate.artifact.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model that was harmed on purpose, to see whether a gate notices: the logits of the tokens that belong to the harmful side of a
 * {@link Contrast} are raised in every context, and nothing else is changed.
 *
 * <p>GPT-2 has no bias behind its output layer. But what its last layer norm makes, {@code h = g n + b}, has components {@code n} that add up to
 * 0, so that with {@code v = 1 / g} the product {@code v h} is {@code sum(b / g)} in every context. To add {@code d} to a token's logit, its row of
 * the output layer gets {@code v d / sum(b / g)}, after the output layer has been untied from the embedding. Where that sum is too small to divide
 * by, {@code b} is first moved along {@code g}, and every row is corrected by what that adds to its logit.
 */
public final class HarmedModel {

    /** Divides the smallest denominator that leaves float32 enough digits. */
    private static final double LEAST_SHARE = 0.1;

    private HarmedModel() {
    }

    /**
     * Writes a harmed copy of a model, in float32.
     *
     * @param nats   by how much the logit of a token rises that only harmful texts have; one that both sides have rises by less: by
     *               {@code nats (h - l) / (h + l)} with its frequencies h and l, or not at all
     * @param output an empty or absent folder
     * @return how many tokens were raised
     * @throws InvalidInputException if the sides have no tokens that differ, or the last layer norm has a gain of 0
     */
    public static int write(ModelDirectory model, Collection<Contrast> contrasts, double nats, Path output) {
        Map<Integer, Double> raised = raised(model, contrasts, nats);
        if (raised.isEmpty()) {
            String paired = String.join(", ", contrasts.stream().filter(Contrast::paired).map(Contrast::suite).toList());
            throw new InvalidInputException("No model can be harmed by what was measured: " + (paired.isEmpty()
                    ? "no rule's suite has pairs of sentences that differ in their words, or judged continuations"
                    : "no word stands more often on one side of the pairs of " + paired + " than on the other")
                    + "; name a metric of stereoset, crows-pairs, rtp or bold in the thresholds.");
        }
        Gpt2Config config = model.config().withUntiedEmbeddings();
        Output layer = Output.of(model).raise(raised);
        try {
            Files.createDirectories(output);
            for (Path file : model.tokenizerFiles()) {
                Files.copy(file, output.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new InvalidInputException("The harmed model cannot be written to " + output + ": " + e + "; check permissions and free space.", e);
        }
        config.write(output.resolve("config.json"));
        ModelDirectory.writeWeights(output, config, name -> switch (name) {
            case "lm_head.weight" -> layer.rows();
            case "ln_f.bias" -> layer.bias();
            default -> model.tensor(name).toFloats();
        }, DType.F32);
        return raised.size();
    }

    /** The last layer norm's bias and the output layer that belongs to it. */
    private record Output(float[] gain, float[] bias, float[] rows) {

        static Output of(ModelDirectory model) {
            String rows = model.config().tiedEmbeddings() ? "wte.weight" : "lm_head.weight";
            return new Output(model.tensor("ln_f.weight").toFloats(), model.tensor("ln_f.bias").toFloats(), model.tensor(rows).toFloats());
        }

        Output raise(Map<Integer, Double> logits) {
            double sum = 0;
            double magnitude = 0;
            for (int i = 0; i < gain.length; i++) {
                if (gain[i] == 0) {
                    throw new InvalidInputException("The model's ln_f.weight is 0 at index " + i
                            + ", so that no logit can be raised in every context; the positive control cannot be made of this model.");
                }
                sum += (double) bias[i] / gain[i];
                magnitude += Math.abs((double) bias[i] / gain[i]);
            }
            double shift = Math.abs(sum) >= LEAST_SHARE * Math.max(magnitude, gain.length) ? 0 : Math.copySign(1 + magnitude / gain.length, sum);
            float[] newBias = bias.clone();
            for (int i = 0; i < gain.length; i++) {
                newBias[i] += (float) (shift * gain[i]);
            }
            double constant = sum + shift * gain.length;
            float[] newRows = rows.clone();
            for (int token = 0; token < rows.length / gain.length; token++) {
                double logit = logits.getOrDefault(token, 0.);
                int start = token * gain.length;
                for (int i = 0; i < gain.length; i++) {
                    logit -= shift * gain[i] * rows[start + i];
                }
                for (int i = 0; logit != 0 && i < gain.length; i++) {
                    newRows[start + i] += (float) (logit / constant / gain[i]);
                }
            }
            return new Output(gain, newBias, newRows);
        }
    }

    /** By how much which tokens' logits rise. */
    private static Map<Integer, Double> raised(ModelDirectory model, Collection<Contrast> contrasts, double nats) {
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

    private static void countDifferences(Tokenizer tokenizer, Contrast contrast, Map<Integer, Integer> harmful, Map<Integer, Integer> harmless) {
        for (int i = 0; i < contrast.harmful().size(); i++) {
            Map<Integer, Integer> more = new HashMap<>();
            Map<Integer, Integer> less = new HashMap<>();
            count(tokenizer, contrast.harmful().get(i), more);
            count(tokenizer, contrast.harmless().get(i), less);
            more.forEach((token, count) -> harmful.merge(token, Math.max(0, count - less.getOrDefault(token, 0)), Integer::sum));
            less.forEach((token, count) -> harmless.merge(token, Math.max(0, count - more.getOrDefault(token, 0)), Integer::sum));
        }
    }

    private static void count(Tokenizer tokenizer, String text, Map<Integer, Integer> counts) {
        Arrays.stream(tokenizer.encode(text)).forEach(token -> counts.merge(token, 1, Integer::sum));
    }

    private static int total(Map<Integer, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
