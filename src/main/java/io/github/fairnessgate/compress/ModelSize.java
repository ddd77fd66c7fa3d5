package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.ModelDirectory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * A model in numbers, counted in its files.
 *
 * @param digest {@link ModelDirectory#digest()}
 * @param parameters numbers in all weights, tied ones once
 * @param zeros how many of them are 0; divided by {@code parameters} the sparsity
 * @param bytes of all weights
 * @param outside what is not in a layer: embeddings, the final norm, and the output layer if it is not tied
 * @param layers the blocks, in order
 */
public record ModelSize(String digest, long parameters, long zeros, long bytes, Outside outside, List<Layer> layers) {

    public ModelSize {
        layers = layers == null
                ? null
                : Collections.unmodifiableList(
                        new ArrayList<>(layers)); // what JSON leaves out is told by CompressionReport
    }

    /** The weights that belong to no layer. */
    public record Outside(long parameters, long zeros, long bytes) {}

    /**
     * The weights of a block.
     *
     * @param heads attention heads that it has
     * @param neurons width of its feed-forward layer
     */
    public record Layer(int heads, int neurons, long parameters, long zeros, long bytes) {}

    /** Counts; reads all weights. */
    static ModelSize of(ModelDirectory model) {
        Count outside = Count.of(model, name -> !name.startsWith("h."));
        Count all = outside;
        List<Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < model.config().layers(); layer++) {
            String block = "h." + layer + ".";
            Count count = Count.of(model, name -> name.startsWith(block));
            long heads = model.tensor(block + "attn.c_proj.weight").shape()[0]
                    / model.config().headSize();
            long neurons = model.tensor(block + "mlp.c_proj.weight").shape()[0];
            layers.add(new Layer((int) heads, (int) neurons, count.parameters(), count.zeros(), count.bytes()));
            all = all.plus(count);
        }
        return new ModelSize(
                model.digest(),
                all.parameters(),
                all.zeros(),
                all.bytes(),
                new Outside(outside.parameters(), outside.zeros(), outside.bytes()),
                layers);
    }

    private record Count(long parameters, long zeros, long bytes) {

        /** @param names chooses weights by their canonical names */
        static Count of(ModelDirectory model, Predicate<String> names) {
            return model.tensors().values().stream()
                    .filter(weight -> names.test(weight.name()))
                    .map(weight -> new Count(weight.elements(), zeros(weight.toFloats()), weight.length()))
                    .reduce(new Count(0, 0, 0), Count::plus);
        }

        private static long zeros(float[] numbers) {
            long zeros = 0;
            for (float number : numbers) {
                if (number == 0) {
                    zeros++;
                }
            }
            return zeros;
        }

        Count plus(Count other) {
            return new Count(parameters + other.parameters, zeros + other.zeros, bytes + other.bytes);
        }
    }
}
