package io.github.fairnessgate.train;

/** The linear layers of a transformer block, in the order in which they are computed. */
public enum BlockLinear {

    /** Queries, keys and values of all heads, {@code [E, 3 H D]}. */
    ATTENTION_IN("attn.c_attn"),
    /** From the heads' contexts to the residual stream, {@code [H D, E]}. */
    ATTENTION_OUT("attn.c_proj"),
    /** From the residual stream to the neurons. */
    MLP_IN("mlp.c_fc"),
    /** From the neurons to the residual stream. */
    MLP_OUT("mlp.c_proj");

    private final String id;

    BlockLinear(String id) {
        this.id = id;
    }

    /** The name within a block: {@code mlp.c_fc}. */
    public String id() {
        return id;
    }

    /** The canonical name of the weights: {@code h.0.mlp.c_fc.weight}. */
    public String weight(int layer) {
        return "h." + layer + "." + id + ".weight";
    }

    /** The canonical name of the bias. */
    String bias(int layer) {
        return "h." + layer + "." + id + ".bias";
    }
}
