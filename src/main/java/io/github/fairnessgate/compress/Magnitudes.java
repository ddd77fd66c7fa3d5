package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;

/**
 * Importance as the size of weights: the sum of the absolute values of all weights that a part consists of, without
 * biases (Li et al. 2017, Pruning Filters for Efficient ConvNets, section 3.1, for heads and neurons in place of
 * filters).
 */
final class Magnitudes {

    private Magnitudes() {}

    /**
     * For each layer the sizes of the heads that the model has: their columns of {@code c_attn}, their rows of
     * {@code c_proj}.
     */
    static double[][] ofHeads(ModelDirectory model) {
        Gpt2Config config = model.config();
        double[][] sums = new double[config.layers()][];
        for (int layer = 0; layer < sums.length; layer++) {
            int heads = config.heads(layer);
            sums[layer] = new double[heads];
            addColumns(model, "h." + layer + ".attn.c_attn.weight", 3 * heads, config.headSize(), sums[layer]);
            addRows(model, "h." + layer + ".attn.c_proj.weight", config.headSize() * config.embedding(), sums[layer]);
        }
        return sums;
    }

    /** For each layer the sizes of its neurons: their column of {@code c_fc}, their row of {@code c_proj}. */
    static double[][] ofNeurons(ModelDirectory model) {
        Gpt2Config config = model.config();
        double[][] sums = new double[config.layers()][config.innerSize()];
        for (int layer = 0; layer < sums.length; layer++) {
            addColumns(model, "h." + layer + ".mlp.c_fc.weight", config.innerSize(), 1, sums[layer]);
            addRows(model, "h." + layer + ".mlp.c_proj.weight", config.embedding(), sums[layer]);
        }
        return sums;
    }

    /** Rows are {@code groups} runs of {@code width} values; run i belongs to part i modulo the number of parts. */
    private static void addColumns(ModelDirectory model, String name, int groups, int width, double[] sums) {
        float[] values = model.tensor(name).toFloats();
        for (int i = 0; i < values.length; i++) {
            sums[i / width % groups % sums.length] += Math.abs(values[i]);
        }
    }

    /** Every part has {@code size} values in a row. */
    private static void addRows(ModelDirectory model, String name, int size, double[] sums) {
        float[] values = model.tensor(name).toFloats();
        for (int i = 0; i < values.length; i++) {
            sums[i / size] += Math.abs(values[i]);
        }
    }
}
