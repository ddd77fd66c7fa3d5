package io.github.fairnessgate.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link PartMask} as the network multiplies it in, for B sequences of S tokens.
 *
 * @param heads for each layer a factor on the context of every head, [B or 1, H(l), S or 1, 1]; empty for no factors
 * @param neurons for each layer a factor on the activation of every neuron, [B*S or 1, F]; empty for no factors
 * @param skipped for each layer whether its block is left out; empty for none
 */
record MaskArrays(List<NDArray> heads, List<NDArray> neurons, List<Boolean> skipped) {

    static final MaskArrays NONE = new MaskArrays(List.of(), List.of(), List.of());

    /** Factors that are the same for every example and position. */
    static MaskArrays constant(PartMask mask, NDManager owner) {
        return of(
                mask,
                layer -> owner.create(
                        mask.factors(layer),
                        mask.kind() == PartKind.HEADS
                                ? new Shape(1, mask.size(layer), 1, 1)
                                : new Shape(1, mask.size(layer))));
    }

    /**
     * Factors of heads or neurons that collect gradients, one for each example and position. Where a factor is 1, the
     * gradient by it is the inner product of what it scales and the gradient by that.
     */
    static MaskArrays differentiable(PartMask mask, long examples, long length, NDManager owner) {
        return of(mask, layer -> {
            int size = mask.size(layer);
            NDArray factors = mask.kind() == PartKind.HEADS
                    ? owner.ones(new Shape(examples, size, length, 1))
                            .muli(owner.create(mask.factors(layer), new Shape(1, size, 1, 1)))
                    : owner.ones(new Shape(examples * length, size))
                            .muli(owner.create(mask.factors(layer), new Shape(1, size)));
            factors.setRequiresGradient(true);
            return factors;
        });
    }

    private interface Factors {
        NDArray ofLayer(int layer);
    }

    private static MaskArrays of(PartMask mask, Factors factors) {
        if (mask.kind() == PartKind.BLOCKS) {
            List<Boolean> skipped = new ArrayList<>();
            for (int layer = 0; layer < mask.layers(); layer++) {
                skipped.add(!mask.has(layer, 0));
            }
            return new MaskArrays(List.of(), List.of(), skipped);
        }
        List<NDArray> arrays = new ArrayList<>();
        for (int layer = 0; layer < mask.layers(); layer++) {
            arrays.add(factors.ofLayer(layer));
        }
        return mask.kind() == PartKind.HEADS
                ? new MaskArrays(arrays, List.of(), List.of())
                : new MaskArrays(List.of(), arrays, List.of());
    }

    boolean skips(int layer) {
        return !skipped.isEmpty() && skipped.get(layer);
    }

    /** The context [B, H, S, D] of a layer's heads, scaled. */
    NDArray scaleHeads(int layer, NDArray context) {
        return heads.isEmpty() ? context : context.mul(heads.get(layer));
    }

    /** The activations [B*S, F] of a layer's neurons, scaled. */
    NDArray scaleNeurons(int layer, NDArray activations) {
        return neurons.isEmpty() ? activations : activations.mul(neurons.get(layer));
    }

    /** The factors that there are, by layer. */
    List<NDArray> factors() {
        return heads.isEmpty() ? neurons : heads;
    }
}
