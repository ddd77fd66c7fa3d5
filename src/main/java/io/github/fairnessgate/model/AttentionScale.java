package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What attention multiplies the products of queries and keys with.
 *
 * @param byHeadSize whether it is divided by the root of the head size ({@code scale_attn_weights})
 * @param byLayer whether it is divided by the number of the layer, counted from 1
 *     ({@code scale_attn_by_inverse_layer_idx})
 */
public record AttentionScale(boolean byHeadSize, boolean byLayer) {

    /** Of GPT-2 as published. */
    public static final AttentionScale PUBLISHED = new AttentionScale(true, false);

    /** @param layer from 0 */
    double factor(int headSize, int layer) {
        double factor = byHeadSize ? 1 / Math.sqrt(headSize) : 1;
        return byLayer ? factor / (layer + 1) : factor;
    }

    /** What versions of transformers compute in different ways. */
    List<String> disagreements() {
        return equals(PUBLISHED)
                ? List.of()
                : List.of("the attention that transformers 4.57.1 takes by default ignores scale_attn_weights and"
                        + " scale_attn_by_inverse_layer_idx, which config.json sets; what is measured is "
                        + "what transformers 5, or attn_implementation=\"eager\", computes");
    }

    void put(ObjectNode config) {
        if (!byHeadSize) {
            config.put("scale_attn_weights", false);
        }
        if (byLayer) {
            config.put("scale_attn_by_inverse_layer_idx", true);
        }
    }
}
