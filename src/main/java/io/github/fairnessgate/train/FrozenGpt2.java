package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A GPT-2 whose weights stay as they are: its loss on text, with and without some of its parts, and what its parts mean
 * for that loss. Owns native memory; for one thread at a time.
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
     * The mean negative log-probability of the next token in nats, over all positions of all windows that have one.
     *
     * @param windows token ids, all windows of the same length, 2 or more
     */
    public double loss(int[][] windows) {
        return loss(windows, PartMask.all(PartKind.BLOCKS, config()));
    }

    /** The {@link #loss(int[][]) loss} without the parts that are masked. */
    public double loss(int[][] windows, PartMask mask) {
        double sum = 0;
        for (int[][] batch : batches(windows)) {
            float[] values = negativeLogProbabilities(batch, mask);
            for (int row = 0; row < values.length; row++) {
                boolean predicts = row % windows[0].length + 1 < windows[0].length;
                sum += predicts ? values[row] : 0;
            }
        }
        return sum / ((double) windows.length * (windows[0].length - 1));
    }

    /**
     * For [B][S] token ids {@code -log p} of the token after each, in nats, [B*S]; of no meaning for the last of a
     * window.
     */
    private float[] negativeLogProbabilities(int[][] batch, PartMask mask) {
        try (NDManager scope = manager.newSubManager()) {
            LogitLoss.Targets targets = LogitLoss.Targets.nextTokens(batch, 1, scope);
            return LogitLoss.negativeLogProbabilities(head(batch, mask, scope), targets.tokens(), scope);
        }
    }

    /**
     * The natural-log probability of every sequence given its first token, without the parts that are masked.
     *
     * @param sequences token ids, 2 or more each, of any lengths up to the model's positions
     */
    public double[] logLikelihoods(List<int[]> sequences, PartMask mask) {
        List<Integer> byLength = IntStream.range(0, sequences.size())
                .boxed()
                .sorted(Comparator.comparingInt(number -> sequences.get(number).length))
                .toList();
        double[] sums = new double[sequences.size()];
        int from = 0;
        while (from < byLength.size()) {
            int to = batchEnd(sequences, byLength, from);
            List<Integer> numbers = byLength.subList(from, to);
            int longest = sequences.get(byLength.get(to - 1)).length;
            // Attention is causal, so what fills a short sequence up at its end changes nothing before it.
            float[] values = negativeLogProbabilities(
                    numbers.stream()
                            .map(number -> Arrays.copyOf(sequences.get(number), longest))
                            .toArray(int[][]::new),
                    mask);
            for (int row = 0; row < numbers.size(); row++) {
                int number = numbers.get(row);
                for (int position = 0; position + 1 < sequences.get(number).length; position++) {
                    sums[number] -= values[row * longest + position];
                }
            }
            from = to;
        }
        return sums;
    }

    /**
     * The end of the batch that begins at {@code from} and, filled up to its longest sequence, has at most
     * {@link #BATCH_TOKENS}.
     */
    private static int batchEnd(List<int[]> sequences, List<Integer> byLength, int from) {
        int to = from + 1;
        while (to < byLength.size() && (to + 1 - from) * sequences.get(byLength.get(to)).length <= BATCH_TOKENS) {
            to++;
        }
        return to;
    }

    /** The logits of every position of one window, [S * vocabulary], row major. */
    public float[] logits(int[] window) {
        try (NDManager scope = manager.newSubManager()) {
            LogitLoss.Head head = head(new int[][] {window}, PartMask.all(PartKind.BLOCKS, config()), scope);
            return head.logits(scope, 0, head.rows()).toFloatArray();
        }
    }

    private LogitLoss.Head head(int[][] batch, PartMask mask, NDManager scope) {
        Map<String, NDArray> constants = weights.constants(scope);
        NDArray hidden = network.hiddenStates(constants, Tokens.array(batch, scope), MaskArrays.constant(mask, scope));
        return new LogitLoss.Head(hidden, Weights.outputEmbedding(constants));
    }

    /**
     * From a head's products {@code g(l) = c(l) . dL/dc(l)} of its context and the loss's gradient by it to its
     * importance.
     */
    public enum HeadImportance {

        /**
         * {@code |sum_l g(l)|}, which is {@code |dL/dxi|} of a factor xi = 1 on the context (Michel, Levy and Neubig
         * 2019, equation 3, without their division by the norm of the layer).
         */
        MICHEL,

        /** {@code sum_l |g(l)|}: what positions add cannot cancel out. */
        TAYLOR_POSITION
    }

    /**
     * How much the loss of each example hangs on each head, as the mean over examples. L is an example's own mean loss
     * a token, and examples are added up in double precision, so that neither the order nor the grouping of examples
     * matters beyond the rounding of a float.
     *
     * @param windows token ids, an example each, all of the same length, 2 or more
     * @param mask which heads are in place
     * @return for each layer the importance of its heads, in nats a token; 0 for masked heads
     */
    public double[][] headImportance(int[][] windows, PartMask mask, HeadImportance importance) {
        double[][] sums = zeros(mask);
        int length = windows[0].length;
        differentiate(windows, mask, (layer, gradient) -> {
            // [B, H, S, 1]: each example and position has a factor of its own, so one backward pass gives them all.
            float[] products = gradient.toFloatArray();
            for (int row = 0; row < products.length / length; row++) {
                int head = row % mask.size(layer);
                double sum = 0;
                for (int position = 0; position < length; position++) {
                    double product = products[row * length + position];
                    sum += importance == HeadImportance.MICHEL ? product : Math.abs(product);
                }
                sums[layer][head] += mask.has(layer, head) ? Math.abs(sum) : 0;
            }
        });
        return divided(sums, windows.length);
    }

    /**
     * How much the loss of each example hangs on each neuron of the feed-forward layers: with a(l) its activation at
     * position l, the mean over examples of {@code sum_l |a(l) dL/da(l)|}, the first-order Taylor term of removing it
     * (Molchanov et al. 2017, section 2.2, with the absolute value taken at every position). L is as for heads.
     *
     * @param windows token ids, an example each, all of the same length, 2 or more
     * @param mask which neurons are in place
     * @return for each layer the importance of its neurons, in nats a token; 0 for masked neurons
     */
    public double[][] neuronImportance(int[][] windows, PartMask mask) {
        double[][] sums = zeros(mask);
        differentiate(windows, mask, (layer, gradient) -> {
            float[] products;
            try (NDArray magnitudes = gradient.abs();
                    NDArray total = magnitudes.sum(new int[] {0})) {
                products = total.toFloatArray();
            }
            for (int neuron = 0; neuron < products.length; neuron++) {
                sums[layer][neuron] += mask.has(layer, neuron) ? products[neuron] : 0;
            }
        });
        return divided(sums, windows.length);
    }

    private interface GradientReader {

        /**
         * Receives the gradient by a layer's {@link MaskArrays#differentiable factors}, of the sum of the losses of a
         * batch's examples.
         */
        void read(int layer, NDArray gradient);
    }

    private void differentiate(int[][] windows, PartMask mask, GradientReader reader) {
        for (int[][] batch : batches(windows)) {
            try (NDManager scope = manager.newSubManager();
                    GradientCollector collector = Torch.engine().newGradientCollector()) {
                MaskArrays masks = MaskArrays.differentiable(mask, batch.length, batch[0].length, scope);
                Map<String, NDArray> constants = weights.constants(scope);
                NDArray hidden = network.hiddenStates(constants, Tokens.array(batch, scope), masks);
                NDArray fixed = hidden.stopGradient();
                fixed.attach(scope);
                LogitLoss.Targets targets = LogitLoss.Targets.nextTokens(batch, 1.0 / (batch[0].length - 1), scope);
                NDArray gradient = LogitLoss.crossEntropyGradient(
                        new LogitLoss.Head(fixed, Weights.outputEmbedding(constants)), targets, scope);
                collector.backward(hidden.mul(gradient).sum());
                for (int layer = 0; layer < mask.layers(); layer++) {
                    reader.read(layer, masks.factors().get(layer).getGradient());
                }
            }
        }
    }

    /**
     * The influence of each block (Men et al. 2024, ShortGPT, equation 1): 1 minus the mean over positions of the
     * cosine between the residual stream before and after it.
     *
     * @param windows token ids, all of the same length
     * @param mask which blocks are in place
     * @return for each layer the influence of its block, 0 to 2; 0 for masked blocks
     */
    public double[] blockInfluence(int[][] windows, PartMask mask) {
        double[] sums = new double[mask.layers()];
        long positions = (long) windows.length * windows[0].length;
        Gpt2Network observed = new Gpt2Network(config(), new Gpt2Network.Observer() {
            @Override
            public void block(int layer, NDArray input, NDArray output) {
                sums[layer] += sumOfDistances(input, output);
            }
        });
        for (int[][] batch : batches(windows)) {
            try (NDManager scope = manager.newSubManager()) {
                observed.hiddenStates(
                        weights.constants(scope), Tokens.array(batch, scope), MaskArrays.constant(mask, scope));
            }
        }
        for (int layer = 0; layer < sums.length; layer++) {
            sums[layer] /= positions;
        }
        return sums;
    }

    /** The sum over rows of {@code 1 - cos}. */
    private static double sumOfDistances(NDArray left, NDArray right) {
        int[] width = {1};
        float[] products = left.mul(right).sum(width).toFloatArray();
        float[] lefts = left.square().sum(width).toFloatArray();
        float[] rights = right.square().sum(width).toFloatArray();
        double sum = 0;
        for (int row = 0; row < products.length; row++) {
            sum += 1 - products[row] / Math.sqrt((double) lefts[row] * rights[row]);
        }
        return sum;
    }

    private static double[][] zeros(PartMask mask) {
        return IntStream.range(0, mask.layers())
                .mapToObj(layer -> new double[mask.size(layer)])
                .toArray(double[][]::new);
    }

    private static double[][] divided(double[][] sums, int count) {
        return Arrays.stream(sums)
                .map(layer -> Arrays.stream(layer).map(sum -> sum / count).toArray())
                .toArray(double[][]::new);
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
