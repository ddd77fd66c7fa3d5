package io.github.fairnessgate.model;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A copy of a model in which the logits of some tokens are raised, by the same amount in every context, and nothing
 * else is changed.
 *
 * <p>GPT-2 has no bias behind its output layer. But what its last layer norm makes, {@code h = g n + b}, has components
 * {@code n} that add up to 0, so that with {@code v = 1 / g} the product {@code v h} is {@code sum(b / g)} in every
 * context. To add {@code d} to a token's logit, its row of the output layer gets {@code v d / sum(b / g)}, after the
 * output layer has been untied from the embedding. Where that sum is too small to divide by, {@code b} is first moved
 * along {@code g}, and every row is corrected by what that adds to its logit.
 */
public final class RaisedLogits {

    /** Divides the smallest denominator that leaves float32 enough digits. */
    private static final double LEAST_SHARE = 0.1;

    private RaisedLogits() {}

    /**
     * Writes the copy, in float32. Equal models and logits give equal bytes.
     *
     * @param raised nats by token
     * @param output an empty or absent folder
     * @throws InvalidInputException if the last layer norm has a gain of 0, or the folder cannot be written
     */
    public static void write(ModelDirectory model, Map<Integer, Double> raised, Path output) {
        Gpt2Config config = model.config().withUntiedEmbeddings();
        Output layer = Output.of(model).raise(raised);
        try {
            Files.createDirectories(output);
            for (Path file : model.tokenizerFiles()) {
                Files.copy(file, output.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "The harmed model cannot be written to " + output + ": " + Reason.of(e)
                            + "; check permissions and free space.",
                    e);
        }
        config.write(output.resolve("config.json"));
        ModelDirectory.writeWeights(
                output,
                config,
                name -> switch (name) {
                    case "lm_head.weight" -> layer.rows();
                    case "ln_f.bias" -> layer.bias();
                    default -> model.tensor(name).toFloats();
                },
                DType.F32);
    }

    /** The last layer norm's bias and the output layer that belongs to it. */
    private record Output(float[] gain, float[] bias, float[] rows) {

        static Output of(ModelDirectory model) {
            String rows = model.config().tiedEmbeddings() ? "wte.weight" : "lm_head.weight";
            return new Output(
                    model.tensor("ln_f.weight").toFloats(),
                    model.tensor("ln_f.bias").toFloats(),
                    model.tensor(rows).toFloats());
        }

        Output raise(Map<Integer, Double> logits) {
            double sum = 0;
            double magnitude = 0;
            for (int i = 0; i < gain.length; i++) {
                if (gain[i] == 0) {
                    throw new InvalidInputException("The model's ln_f.weight is 0 at index " + i
                            + ", so that no logit can be raised in every context; the model cannot be "
                            + "harmed on purpose.");
                }
                sum += (double) bias[i] / gain[i];
                magnitude += Math.abs((double) bias[i] / gain[i]);
            }
            double shift = Math.abs(sum) >= LEAST_SHARE * Math.max(magnitude, gain.length)
                    ? 0
                    : Math.copySign(1 + magnitude / gain.length, sum);
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
}
