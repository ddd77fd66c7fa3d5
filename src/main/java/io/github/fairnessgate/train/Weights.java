package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.fairnessgate.model.Gpt2Config;
import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.Tensor;
import io.github.fairnessgate.tensor.Weight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The weights of a GPT-2 by canonical name, float32, on one device. They are only ever read and updated through
 * aliases: arrays that share their memory but belong to somebody else's manager.
 *
 * @param config what the weights are the weights of
 * @param arrays every tensor of {@link Gpt2Config#tensorShapes()}, in that order
 */
record Weights(Gpt2Config config, Map<String, NDArray> arrays) {

    static final String INPUT_EMBEDDING = "wte.weight";
    static final String POSITIONS = "wpe.weight";

    /** There only if the embeddings are not tied. */
    static final String OUTPUT_EMBEDDING = "lm_head.weight";

    /**
     * The weights of a model, in {@code owner}. On the CPU a float32 file is not copied but mapped, so these weights
     * must never be written to. Quantized weights are those that the whole numbers stand for.
     */
    static Weights frozen(ModelDirectory model, NDManager owner) {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        model.config()
                .tensorShapes()
                .forEach((name, shape) -> arrays.put(name, load(model.tensor(name), new Shape(shape), owner)));
        return new Weights(model.config(), arrays);
    }

    /** One weight, in {@code owner}; on the CPU, float32 is mapped as by {@link #frozen}. */
    static NDArray load(Weight weight, Shape shape, NDManager owner) {
        return weight instanceof Tensor tensor && tensor.dtype() == DType.F32
                ? owner.create(tensor.map(), shape, DataType.FLOAT32)
                : owner.create(weight.toFloats(), shape);
    }

    /**
     * A smaller model that begins as a copy of some blocks of this one: embeddings and final norm whole, block
     * {@code blocks.get(i)} as block i.
     *
     * @param blocks block numbers of this model, ascending
     */
    Weights copyOfBlocks(List<Integer> blocks, NDManager owner) {
        Gpt2Config smaller = config.withBlocks(blocks);
        Map<String, NDArray> copies = new LinkedHashMap<>();
        for (String name : smaller.tensorShapes().keySet()) {
            NDArray copy = arrays.get(Blocks.sourceName(name, blocks)).duplicate();
            copy.attach(owner);
            float[] factors = Blocks.columnFactors(name, config, blocks);
            if (factors.length > 0) {
                try (NDArray columns = owner.create(factors)) {
                    copy.muli(columns);
                }
            }
            copies.put(name, copy);
        }
        return new Weights(smaller, copies);
    }

    /** Aliases for computing without gradients. */
    Map<String, NDArray> constants(NDManager step) {
        Map<String, NDArray> aliases = new LinkedHashMap<>();
        arrays.forEach((name, array) -> {
            NDArray alias = array.stopGradient();
            alias.attach(step);
            aliases.put(name, alias);
        });
        return aliases;
    }

    /** Aliases that collect gradients, but for the tensors in {@code excepted}. */
    Map<String, NDArray> variables(NDManager step, Set<String> excepted) {
        Map<String, NDArray> aliases = constants(step);
        aliases.forEach((name, alias) -> alias.setRequiresGradient(!excepted.contains(name)));
        return aliases;
    }

    /** The array that makes logits of hidden states, among these aliases. */
    static NDArray outputEmbedding(Map<String, NDArray> aliases) {
        return aliases.getOrDefault(OUTPUT_EMBEDDING, aliases.get(INPUT_EMBEDDING));
    }
}
