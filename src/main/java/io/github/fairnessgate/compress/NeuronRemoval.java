package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.tensor.DType;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes neurons out of the feed-forward weights. With F neurons, {@code c_fc} is [E, F] with a column and a bias a
 * neuron, and {@code c_proj} is [F, E] with a row a neuron.
 */
final class NeuronRemoval {

    private NeuronRemoval() {}

    /**
     * Writes the model with some of its neurons.
     *
     * @param kept for each layer the neurons that stay, ascending; the same number in every layer
     * @param output an existing folder; receives configuration and weights
     */
    static void write(ModelDirectory model, List<List<Integer>> kept, Path output) {
        int size = kept.get(0).size();
        if (kept.stream().anyMatch(neurons -> neurons.size() != size)) {
            throw new IllegalArgumentException("layers keep different numbers of neurons");
        }
        Gpt2Config target = model.config().withInnerSize(size);
        target.write(output.resolve("config.json"));
        ModelDirectory.writeWeights(output, target, name -> selected(name, model, kept), DType.F32);
    }

    private static float[] selected(String name, ModelDirectory model, List<List<Integer>> kept) {
        float[] values = model.tensor(name).toFloats();
        if (!name.contains(".mlp.c_") || name.endsWith("c_proj.bias")) {
            return values;
        }
        List<Integer> neurons = kept.get(Integer.parseInt(name.split("\\.")[1]));
        return name.contains("c_fc")
                ? columns(values, model.config().innerSize(), neurons)
                : rows(values, model.config().embedding(), neurons);
    }

    private static float[] columns(float[] values, int width, List<Integer> neurons) {
        int rows = values.length / width;
        float[] selected = new float[rows * neurons.size()];
        for (int row = 0; row < rows; row++) {
            for (int position = 0; position < neurons.size(); position++) {
                selected[row * neurons.size() + position] = values[row * width + neurons.get(position)];
            }
        }
        return selected;
    }

    private static float[] rows(float[] values, int width, List<Integer> neurons) {
        float[] selected = new float[neurons.size() * width];
        for (int position = 0; position < neurons.size(); position++) {
            System.arraycopy(values, neurons.get(position) * width, selected, position * width, width);
        }
        return selected;
    }
}
