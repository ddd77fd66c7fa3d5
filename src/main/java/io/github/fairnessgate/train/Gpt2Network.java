package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import io.github.fairnessgate.model.Activation;
import io.github.fairnessgate.model.Gpt2Config;
import java.util.Arrays;
import java.util.Map;

/**
 * GPT-2 up to its last hidden states, as a function of its weights (Radford et al. 2019). Pre-norm blocks, causal
 * attention, no dropout; the number of heads may differ from layer to layer.
 *
 * <p>Shapes: B sequences of S tokens, width E, in layer l H(l) heads of size D.
 */
final class Gpt2Network {

    private final Gpt2Config config;
    private final Observer observer;
    private final Precision precision;

    Gpt2Network(Gpt2Config config) {
        this(config, new Observer() {});
    }

    /** @param observer sees intermediate results */
    Gpt2Network(Gpt2Config config, Observer observer) {
        this(config, observer, Precision.FLOAT32);
    }

    /** @param precision of matrix products */
    Gpt2Network(Gpt2Config config, Observer observer, Precision precision) {
        this.config = config;
        this.observer = observer;
        this.precision = precision;
    }

    /**
     * Sees intermediate results while they are computed; the arrays are closed soon after the call, and must not be
     * changed.
     */
    interface Observer {

        /** The residual stream [B*S, E] before and after a block that is not left out. */
        default void block(int layer, NDArray input, NDArray output) {}

        /** @param residual the residual stream [B*S, E] behind a block */
        default void residual(int layer, NDArray residual) {}

        /**
         * @param scores [B, H(layer), S, S], whose softmax over the last axis is the attention; minus infinity where a
         *     position must not look
         */
        default void attention(int layer, NDArray scores) {}

        /** @param input X^T [B*S, in] of a linear layer */
        default void linearInput(int layer, BlockLinear linear, NDArray input) {}
    }

    /** The hidden states after the final norm, [B*S, E], for tokens [B, S]. They belong to the tokens' manager. */
    NDArray hiddenStates(Map<String, NDArray> weights, NDArray tokens) {
        return hiddenStates(weights, tokens, MaskArrays.NONE);
    }

    /**
     * The hidden states after the final norm, with some parts scaled or left out.
     *
     * @param weights every tensor by canonical name
     * @param tokens token ids, int64 [B, S], S at most the model's positions
     * @return [B*S, E], owned by the tokens' manager
     */
    NDArray hiddenStates(Map<String, NDArray> weights, NDArray tokens, MaskArrays masks) {
        NDManager owner = tokens.getManager();
        long examples = tokens.getShape().get(0);
        long length = tokens.getShape().get(1);
        NDArray hidden = embed(weights, tokens);
        Constants constants = constants(owner, length);
        for (int layer = 0; layer < config.layers(); layer++) {
            if (!masks.skips(layer)) {
                hidden = block(new Block(layer, weights, examples, length, constants, masks), hidden, owner);
            }
            observer.residual(layer, hidden);
        }
        return norm(weights, "ln_f", hidden);
    }

    /**
     * One block by itself.
     *
     * @param weights the block's tensors by canonical name
     * @param input the residual stream [B*S, E] before the block; is closed
     * @param length S
     * @return the residual stream behind it, owned by {@code owner}
     */
    NDArray block(int layer, Map<String, NDArray> weights, NDArray input, long length, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            long examples = input.getShape().get(0) / length;
            return block(
                    new Block(layer, weights, examples, length, constants(scope, length), MaskArrays.NONE),
                    input,
                    owner);
        }
    }

    /** What the first block is given, [B*S, E], owned by the tokens' manager. */
    NDArray embed(Map<String, NDArray> weights, NDArray tokens) {
        NDManager owner = tokens.getManager();
        try (NDManager scope = owner.newSubManager()) {
            NDArray positions = scope.arange((int) tokens.getShape().get(1)).toType(DataType.INT64, false);
            NDArray places = lookUp(positions, weights.get("wpe.weight"));
            NDArray words = lookUp(tokens, weights.get("wte.weight"));
            words.attach(scope);
            NDArray hidden = words.add(places).reshape(-1, config.embedding());
            hidden.attach(owner);
            return hidden;
        }
    }

    /**
     * What every block uses.
     *
     * @param futureMask [S, S]: minus infinity where a position would see a later one, else 0
     */
    private record Constants(NDArray futureMask, ActivationFunction.Layered activation) {}

    private Constants constants(NDManager owner, long length) {
        return new Constants(futureMask(owner, length), ActivationFunction.of(config.activation(), owner));
    }

    private static NDArray futureMask(NDManager owner, long length) {
        int size = Math.toIntExact(length);
        float[] mask = new float[size * size];
        for (int row = 0; row < size; row++) {
            Arrays.fill(mask, row * size + row + 1, (row + 1) * size, Float.NEGATIVE_INFINITY);
        }
        return owner.create(mask, new Shape(size, size));
    }

    /** What a block works on. */
    private record Block(
            int layer,
            Map<String, NDArray> weights,
            long examples,
            long length,
            Constants constants,
            MaskArrays masks) {

        String name(String name) {
            return "h." + layer + "." + name;
        }
    }

    /**
     * One transformer block. Its intermediate arrays are handed back when it ends: what the backward pass still needs
     * is kept alive by PyTorch itself.
     */
    private NDArray block(Block block, NDArray input, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            input.attach(scope);
            NDArray attended = attention(block, norm(block.weights(), block.name("ln_1"), input))
                    .addi(input);
            NDArray inner = linear(block, BlockLinear.MLP_IN, norm(block.weights(), block.name("ln_2"), attended));
            NDArray activated = block.constants()
                    .activation()
                    .apply(inner, name -> block.weights().get(Activation.weight(block.layer(), name)));
            NDArray activations = block.masks().scaleNeurons(block.layer(), activated);
            NDArray output = linear(block, BlockLinear.MLP_OUT, activations).addi(attended);
            observer.block(block.layer(), input, output);
            output.attach(owner);
            return output;
        }
    }

    private NDArray attention(Block block, NDArray input) {
        int heads = config.heads(block.layer());
        int size = config.headSize();
        NDList projected = linear(block, BlockLinear.ATTENTION_IN, input).split(3, 1);
        Shape byHead = new Shape(block.examples(), block.length(), heads, size);
        NDArray query = projected.get(0).reshape(byHead).transpose(0, 2, 1, 3);
        NDArray key = projected.get(1).reshape(byHead).transpose(0, 2, 3, 1);
        NDArray value = projected.get(2).reshape(byHead).transpose(0, 2, 1, 3);
        // an array, see ActivationFunction
        NDArray factor = query.getManager().full(new Shape(), (float) config.attentionFactor(block.layer()));
        NDArray scores = Products.product(precision, query, key)
                .muli(factor)
                .addi(block.constants().futureMask());
        observer.attention(block.layer(), scores);
        NDArray context =
                block.masks().scaleHeads(block.layer(), Products.product(precision, scores.softmax(3), value));
        NDArray joined = context.transpose(0, 2, 1, 3).reshape(-1, (long) heads * size);
        return linear(block, BlockLinear.ATTENTION_OUT, joined);
    }

    /** {@code x W + b}; W is [in, out] as GPT-2's Conv1D keeps it. */
    private NDArray linear(Block block, BlockLinear linear, NDArray input) {
        observer.linearInput(block.layer(), linear, input);
        NDArray weight = block.weights().get(linear.weight(block.layer()));
        NDArray bias = block.weights().get(linear.bias(block.layer()));
        return Products.linear(precision, input, weight, bias);
    }

    private NDArray norm(Map<String, NDArray> weights, String name, NDArray input) {
        return input.getNDArrayInternal()
                .layerNorm(
                        input,
                        new Shape(config.embedding()),
                        weights.get(name + ".weight"),
                        weights.get(name + ".bias"),
                        (float) config.layerNormEpsilon())
                .singletonOrThrow();
    }

    private static NDArray lookUp(NDArray ids, NDArray table) {
        return ids.getNDArrayInternal()
                .embedding(ids, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }
}
