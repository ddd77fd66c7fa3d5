package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.fairnessgate.Device;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * How the preference of a model between two sentences changes when its weights move. For a pair of sentences a and b,
 * the gap is {@code d = log p(a) - log p(b)}. For a change D of a weight W, {@code <dd/dW, D>}, the sum of the products
 * of all numbers, is what the change adds to the gap, to first order. Owns native memory; for one thread at a time.
 */
public final class GapDerivatives implements AutoCloseable {

    private final NDManager manager;
    private final Weights weights;
    private final Gpt2Network network;
    private final Map<String, NDArray> changes = new LinkedHashMap<>();
    private final Set<String> fixed;

    private GapDerivatives(
            ModelDirectory model, Set<String> changing, Function<String, float[]> change, NDManager manager) {
        this.manager = manager;
        this.weights = Weights.frozen(model, manager);
        this.network = new Gpt2Network(model.config());
        changing.forEach(name -> changes.put(
                name,
                manager.create(change.apply(name), weights.arrays().get(name).getShape())));
        this.fixed = new LinkedHashSet<>(weights.arrays().keySet());
        this.fixed.removeAll(changing);
    }

    /**
     * Loads a model.
     *
     * @param changing names of weights of linear layers
     * @param change of each of them, as many numbers as the weight has; asked for once
     * @throws io.github.fairnessgate.InvalidInputException if the device is not there
     */
    public static GapDerivatives open(
            ModelDirectory model, Set<String> changing, Function<String, float[]> change, Device device) {
        NDManager manager = Torch.open(device);
        try {
            return new GapDerivatives(model, changing, change, manager);
        } catch (RuntimeException | Error failure) {
            manager.close();
            throw failure;
        }
    }

    public Gpt2Config config() {
        return weights.config();
    }

    /**
     * What each change adds to the gap of a pair, in nats, by the name of its weight.
     *
     * @param first token ids of a, 2 or more; the first is given and not predicted
     * @param second token ids of b, likewise
     */
    public Map<String, Double> of(int[] first, int[] second) {
        int length = Math.max(first.length, second.length);
        int[][] batch = {Arrays.copyOf(first, length), Arrays.copyOf(second, length)};
        try (NDManager scope = manager.newSubManager();
                GradientCollector collector = Torch.engine().newGradientCollector()) {
            Map<String, NDArray> variables = weights.variables(scope, fixed);
            NDArray hidden = network.hiddenStates(variables, Tokens.array(batch, scope));
            NDArray constant = hidden.stopGradient();
            constant.attach(scope);
            NDArray gradient = LogitLoss.crossEntropyGradient(
                    new LogitLoss.Head(constant, Weights.outputEmbedding(variables)),
                    gap(first, second, length, scope),
                    scope);
            collector.backward(hidden.mul(gradient).sum());
            Map<String, Double> added = new LinkedHashMap<>();
            changes.forEach((name, change) -> {
                try (NDArray products = variables.get(name).getGradient().mul(change);
                        NDArray sum = products.sum()) {
                    added.put(name, (double) sum.getFloat());
                }
            });
            return added;
        }
    }

    /** Weights under which the sum of cross-entropies is the gap: the tokens of a count -1, those of b 1. */
    private static LogitLoss.Targets gap(int[] first, int[] second, int length, NDManager owner) {
        long[] tokens = new long[2 * length];
        float[] counts = new float[2 * length];
        for (int position = 0; position + 1 < length; position++) {
            if (position + 1 < first.length) {
                tokens[position] = first[position + 1];
                counts[position] = -1;
            }
            if (position + 1 < second.length) {
                tokens[length + position] = second[position + 1];
                counts[length + position] = 1;
            }
        }
        return new LogitLoss.Targets(owner.create(tokens), owner.create(counts, new Shape(counts.length, 1)));
    }

    @Override
    public void close() {
        manager.close();
    }
}
