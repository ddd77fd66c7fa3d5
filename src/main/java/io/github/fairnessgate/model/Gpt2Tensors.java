package io.github.fairnessgate.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** The names and shapes of a model's weights. */
record Gpt2Tensors(Gpt2Config config) {

    /**
     * Every weight tensor that a model of this shape has: canonical name (without {@code transformer.}) to shape, in
     * canonical order. Linear layers are Hugging Face's {@code Conv1D}, so their weights are [in, out].
     */
    Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("wte.weight", new long[] {config.vocabulary(), config.embedding()});
        shapes.put("wpe.weight", new long[] {config.positions(), config.embedding()});
        for (int layer = 0; layer < config.layers(); layer++) {
            String block = "h." + layer + ".";
            long attention = (long) config.heads(layer) * config.headSize();
            putNorm(shapes, block + "ln_1");
            putLinear(shapes, block + "attn.c_attn", config.embedding(), 3 * attention);
            putLinear(shapes, block + "attn.c_proj", attention, config.embedding());
            putNorm(shapes, block + "ln_2");
            putLinear(shapes, block + "mlp.c_fc", config.embedding(), config.innerSize());
            putLinear(shapes, block + "mlp.c_proj", config.innerSize(), config.embedding());
            putActivation(shapes, layer);
        }
        putNorm(shapes, "ln_f");
        if (!config.tiedEmbeddings()) {
            shapes.put("lm_head.weight", new long[] {config.vocabulary(), config.embedding()});
        }
        return shapes;
    }

    /** The keys of {@code config.json}, with their values, that decide the shape of a tensor; for messages. */
    String settingsBehind(String tensor) {
        String embeddingSetting = "n_embd = " + config.embedding();
        if (tensor.equals("wte.weight") || tensor.equals("lm_head.weight")) {
            return "vocab_size = " + config.vocabulary() + ", " + embeddingSetting;
        }
        if (tensor.equals("wpe.weight")) {
            return "n_positions = " + config.positions() + ", " + embeddingSetting;
        }
        if (tensor.contains(".attn.")) {
            int layer = Integer.parseInt(tensor.split("\\.")[1]);
            return embeddingSetting + ", n_head = " + config.baseHeads() + ", pruned_heads of layer " + layer + " = "
                    + config.prunedHeads().get(layer);
        }
        if (tensor.contains(".mlp.act.")) {
            return "activation_function = " + config.activation().id();
        }
        if (tensor.contains(".mlp.")) {
            return embeddingSetting + ", n_inner = " + config.innerSize();
        }
        return embeddingSetting;
    }

    private void putActivation(Map<String, long[]> shapes, int layer) {
        config.activation().weights().forEach((name, shape) -> shapes.put(Activation.weight(layer, name), shape));
    }

    private void putNorm(Map<String, long[]> shapes, String name) {
        shapes.put(name + ".weight", new long[] {config.embedding()});
        shapes.put(name + ".bias", new long[] {config.embedding()});
    }

    private static void putLinear(Map<String, long[]> shapes, String name, long in, long out) {
        shapes.put(name + ".weight", new long[] {in, out});
        shapes.put(name + ".bias", new long[] {out});
    }
}
