package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.Gpt2Config;
import io.github.fairnessgate.artifact.ModelDirectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A GPT-2 whose weights stay as they are: its loss on text, and what each attention head means for that
 * loss. Owns native memory; for one thread at a time.
 */
public final class FrozenGpt2 implements AutoCloseable {

    /** Tokens of a forward pass. */
    private static final int BATCH_TOKENS = 1024;

    private final NDManager manager;
    private final Weights weights;
    private final Gpt2Network network;

    private FrozenGpt2(ModelDirectory model, NDManager manager) {
        this.manager = manager;
        this.weights = Weights.frozen(model, manager);
        this.network = new Gpt2Network(model.config());
    }

    /**
     * Loads a model.
     *
     * @throws InvalidInputException if the device is not there
     */
    public static FrozenGpt2 open(ModelDirectory model, Device device) {
        NDManager manager = Torch.open(device);
        try {
            return new FrozenGpt2(model, manager);
        } catch (RuntimeException | Error failure) {
            manager.close();
            throw failure;
        }
    }

    public Gpt2Config config() {
        return weights.config();
    }

    /**
     * The mean negative log-probability of the next token in nats, over all positions of all windows
     * that have one.
     *
     * @param windows token ids, all windows of the same length, 2 or more
     */
    public double loss(int[][] windows) {
        double sum = 0;
        for (int[][] batch : batches(windows)) {
            try (NDManager scope = manager.newSubManager()) {
                LogitLoss.Targets targets = LogitLoss.Targets.nextTokens(batch, 1, scope);
                float[] values = LogitLoss.negativeLogProbabilities(head(batch, scope), targets.tokens(), scope);
                float[] counts = targets.weights().toFloatArray();
                for (int row = 0; row < values.length; row++) {
                    sum += counts[row] * values[row];
                }
            }
        }
        return sum / ((double) windows.length * (windows[0].length - 1));
    }

    /** The logits of every position of one window, [S * vocabulary], row major. */
    public float[] logits(int[] window) {
        try (NDManager scope = manager.newSubManager()) {
            LogitLoss.Head head = head(new int[][] {window}, scope);
            return head.logits(scope, 0, head.rows()).toFloatArray();
        }
    }

    private LogitLoss.Head head(int[][] batch, NDManager scope) {
        Map<String, NDArray> constants = weights.constants(scope);
        return new LogitLoss.Head(network.hiddenStates(constants, Tokens.array(batch, scope)), Weights.outputEmbedding(constants));
    }

    /**
     * How much the loss of each example hangs on each head: with xi(h) = 1 a factor on the context of
     * head h, the mean over examples of {@code |dL/dxi(h)|} (Michel, Levy & Neubig 2019, equation 3,
     * without their division by the norm of the layer). L is an example's own mean loss a token, and
     * examples are added up in double precision, so that neither the order nor the grouping of
     * examples matters beyond the rounding of a float.
     *
     * @param windows token ids, an example each, all of the same length, 2 or more
     * @param kept    for each layer which heads are in place; the others are masked, xi(h) = 0
     * @return for each layer the importance of its heads, in nats a token; 0 for masked heads
     */
    public double[][] headImportance(int[][] windows, boolean[][] kept) {
        double[][] sums = new double[kept.length][];
        for (int layer = 0; layer < kept.length; layer++) {
            sums[layer] = new double[kept[layer].length];
        }
        for (int[][] batch : batches(windows)) {
            addImportance(batch, kept, sums);
        }
        for (double[] layer : sums) {
            for (int head = 0; head < layer.length; head++) {
                layer[head] /= windows.length;
            }
        }
        return sums;
    }

    private void addImportance(int[][] batch, boolean[][] kept, double[][] sums) {
        try (NDManager scope = manager.newSubManager(); GradientCollector collector = Torch.engine().newGradientCollector()) {
            List<NDArray> masks = masks(kept, batch.length, scope);
            Map<String, NDArray> constants = weights.constants(scope);
            NDArray hidden = network.hiddenStates(constants, Tokens.array(batch, scope), masks);
            NDArray fixed = hidden.stopGradient();
            fixed.attach(scope);
            LogitLoss.Targets targets = LogitLoss.Targets.nextTokens(batch, 1.0 / (batch[0].length - 1), scope);
            NDArray gradient = LogitLoss.crossEntropyGradient(
                    new LogitLoss.Head(fixed, Weights.outputEmbedding(constants)), targets, scope);
            // Each example has a mask of its own, so one backward pass gives every example's own gradient.
            collector.backward(hidden.mul(gradient).sum());
            for (int layer = 0; layer < kept.length; layer++) {
                float[] gradients = masks.get(layer).getGradient().toFloatArray();
                for (int cell = 0; cell < gradients.length; cell++) {
                    int head = cell % kept[layer].length;
                    sums[layer][head] += kept[layer][head] ? Math.abs((double) gradients[cell]) : 0;
                }
            }
        }
    }

    /** For each layer a mask [examples, heads] that collects gradients. */
    private static List<NDArray> masks(boolean[][] kept, int examples, NDManager scope) {
        List<NDArray> masks = new ArrayList<>();
        for (boolean[] heads : kept) {
            float[][] values = new float[examples][heads.length];
            for (float[] example : values) {
                for (int head = 0; head < heads.length; head++) {
                    example[head] = heads[head] ? 1 : 0;
                }
            }
            NDArray mask = scope.create(values);
            mask.setRequiresGradient(true);
            masks.add(mask);
        }
        return masks;
    }

    private static List<int[][]> batches(int[][] windows) {
        int size = Math.max(1, BATCH_TOKENS / windows[0].length);
        List<int[][]> batches = new ArrayList<>();
        for (int from = 0; from < windows.length; from += size) {
            batches.add(Arrays.copyOfRange(windows, from, Math.min(windows.length, from + size)));
        }
        return batches;
    }

    @Override
    public void close() {
        manager.close();
    }
}
