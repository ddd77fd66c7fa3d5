package io.github.fairnessgate.model;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.tensor.FloatTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The shape of a GPT-2 model, as its {@code config.json} in Hugging Face form says it.
 *
 * @param layers number of transformer blocks ({@code n_layer})
 * @param baseHeads attention heads of a block before any was removed ({@code n_head})
 * @param prunedHeads for each layer the heads that were physically removed, ascending; an empty list for a layer that
 *     has all its heads ({@code pruned_heads})
 * @param embedding width of the residual stream ({@code n_embd}), a multiple of {@code baseHeads}
 * @param positions longest context in tokens ({@code n_positions})
 * @param vocabulary number of tokens ({@code vocab_size})
 * @param innerSize width of the feed-forward layer ({@code n_inner}, or four times the embedding)
 * @param activation of the feed-forward layer ({@code activation_function})
 * @param attentionScale what the products of queries and keys are multiplied with
 * @param layerNormEpsilon added to the variance by every layer norm ({@code layer_norm_epsilon})
 * @param tiedEmbeddings whether the output layer is the token embedding ({@code tie_word_embeddings})
 * @param bosTokenIds tokens that a text may start with ({@code bos_token_id}: none where it is null); not used, and not
 *     checked
 * @param eosTokenIds tokens that end a text that is generated ({@code eos_token_id}: none where it is null); those that
 *     do not exist are never drawn
 * @param tokenizerClass the tokenizer's class in transformers ({@code tokenizer_class}), if the file names one
 */
public record Gpt2Config(
        int layers,
        int baseHeads,
        List<List<Integer>> prunedHeads,
        int embedding,
        int positions,
        int vocabulary,
        int innerSize,
        Activation activation,
        AttentionScale attentionScale,
        double layerNormEpsilon,
        boolean tiedEmbeddings,
        List<Integer> bosTokenIds,
        List<Integer> eosTokenIds,
        Optional<String> tokenizerClass) {

    /** Far above any GPT-2; keeps a misprint from asking for billions of tensors. */
    static final int MOST_LAYERS = 10_000;

    /**
     * @throws InvalidInputException if no GPT-2 can have this shape; the sentence uses the names of {@code config.json}
     */
    public Gpt2Config {
        requirePositive("n_layer", layers);
        requirePositive("n_head", baseHeads);
        requirePositive("n_embd", embedding);
        requirePositive("n_positions", positions);
        requirePositive("vocab_size", vocabulary);
        requirePositive("n_inner", innerSize);
        if (layers > MOST_LAYERS) {
            throw new InvalidInputException(
                    "n_layer is " + layers + ", but at most " + MOST_LAYERS + " layers can be handled.");
        }
        if (embedding % baseHeads != 0) {
            throw new InvalidInputException("n_embd (" + embedding + ") is not divisible by n_head (" + baseHeads
                    + "), so the heads have no whole size; correct the one that is wrong.");
        }
        if (!(layerNormEpsilon > 0) || Double.isInfinite(layerNormEpsilon)) {
            throw new InvalidInputException(
                    "layer_norm_epsilon is " + layerNormEpsilon + ", but it must be a positive number such as 1e-5.");
        }
        Objects.requireNonNull(attentionScale);
        bosTokenIds = List.copyOf(bosTokenIds);
        eosTokenIds = List.copyOf(eosTokenIds);
        Objects.requireNonNull(tokenizerClass);
        prunedHeads = validPrunedHeads(prunedHeads, layers, baseHeads);
    }

    private static void requirePositive(String key, int value) {
        if (value <= 0) {
            throw new InvalidInputException(key + " is " + value + ", but it must be at least 1.");
        }
    }

    private static List<List<Integer>> validPrunedHeads(List<List<Integer>> prunedHeads, int layers, int baseHeads) {
        if (prunedHeads.size() != layers) {
            throw new IllegalArgumentException(prunedHeads.size() + " lists of pruned heads for " + layers + " layers");
        }
        List<List<Integer>> sorted = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            TreeSet<Integer> heads = new TreeSet<>(prunedHeads.get(layer));
            if (heads.size() != prunedHeads.get(layer).size()) {
                throw new InvalidInputException(
                        "pruned_heads of layer " + layer + " names a head twice: " + prunedHeads.get(layer) + ".");
            }
            if (!heads.isEmpty() && (heads.first() < 0 || heads.last() >= baseHeads)) {
                throw new InvalidInputException("pruned_heads of layer " + layer + " is " + heads + ", but n_head is "
                        + baseHeads + ", so heads are numbered 0 to " + (baseHeads - 1) + ".");
            }
            if (heads.size() == baseHeads) {
                throw new InvalidInputException("pruned_heads of layer " + layer + " removes all " + baseHeads
                        + " heads, but at least one must stay for the model to be loadable.");
            }
            sorted.add(List.copyOf(heads));
        }
        return List.copyOf(sorted);
    }

    /** Numbers that one head works on: {@code embedding / baseHeads}. */
    public int headSize() {
        return embedding / baseHeads;
    }

    /** Heads that a layer still has, at least 1. */
    public int heads(int layer) {
        return baseHeads - prunedHeads.get(layer).size();
    }

    /**
     * The same model with exactly these heads removed.
     *
     * @param newPrunedHeads one list for each layer, heads numbered 0 to {@code baseHeads - 1} as in the unpruned model
     */
    public Gpt2Config withPrunedHeads(List<List<Integer>> newPrunedHeads) {
        return new Gpt2Config(
                layers,
                baseHeads,
                newPrunedHeads,
                embedding,
                positions,
                vocabulary,
                innerSize,
                activation,
                attentionScale,
                layerNormEpsilon,
                tiedEmbeddings,
                bosTokenIds,
                eosTokenIds,
                tokenizerClass);
    }

    /** The same model with feed-forward layers of another width. */
    public Gpt2Config withInnerSize(int newInnerSize) {
        return new Gpt2Config(
                layers,
                baseHeads,
                prunedHeads,
                embedding,
                positions,
                vocabulary,
                newInnerSize,
                activation,
                attentionScale,
                layerNormEpsilon,
                tiedEmbeddings,
                bosTokenIds,
                eosTokenIds,
                tokenizerClass);
    }

    /** The same model with an output layer of its own, {@code lm_head.weight}. */
    public Gpt2Config withUntiedEmbeddings() {
        return new Gpt2Config(
                layers,
                baseHeads,
                prunedHeads,
                embedding,
                positions,
                vocabulary,
                innerSize,
                activation,
                attentionScale,
                layerNormEpsilon,
                false,
                bosTokenIds,
                eosTokenIds,
                tokenizerClass);
    }

    /** The same model with only some of its blocks, pruned heads included. */
    public Gpt2Config withBlocks(List<Integer> blocks) {
        return new Gpt2Config(
                blocks.size(),
                baseHeads,
                blocks.stream().map(prunedHeads::get).toList(),
                embedding,
                positions,
                vocabulary,
                innerSize,
                activation,
                attentionScale,
                layerNormEpsilon,
                tiedEmbeddings,
                bosTokenIds,
                eosTokenIds,
                tokenizerClass);
    }

    /** What the products of queries and keys of a layer are multiplied with. */
    public double attentionFactor(int layer) {
        return attentionScale.factor(headSize(), layer);
    }

    /**
     * Every weight tensor that a model of this shape has: canonical name (without {@code transformer.}) to shape, in
     * canonical order. Linear layers are Hugging Face's {@code Conv1D}, so their weights are [in, out].
     */
    public Map<String, long[]> tensorShapes() {
        return new Gpt2Tensors(this).shapes();
    }

    /** Numbers in all weights, tied ones once. */
    public long parameters() {
        return tensorShapes().values().stream().mapToLong(FloatTensor::elements).sum();
    }

    /** The keys of {@code config.json}, with their values, that decide the shape of a tensor; for messages. */
    String settingsBehind(String tensor) {
        return new Gpt2Tensors(this).settingsBehind(tensor);
    }

    /**
     * Reads a {@code config.json}.
     *
     * @throws InvalidInputException if the file is missing or is not JSON, is not of {@code model_type} gpt2, lacks a
     *     key, contradicts itself, or asks for an option of GPT-2 that is not supported
     */
    public static Gpt2Config read(Path configJson) {
        try {
            return Gpt2ConfigFile.read(configJson);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(configJson + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes a {@code config.json} that Hugging Face transformers loads as a {@code GPT2LMHeadModel}. Version 5 of
     * transformers cannot load one with pruned heads.
     *
     * @throws InvalidInputException if the file cannot be written
     */
    public void write(Path configJson) {
        AtomicFiles.write(configJson, Gpt2ConfigFile.text(this));
    }

    /** SHA-256 of the file that {@link #write} writes. */
    public String digest() {
        return Digests.sha256(Gpt2ConfigFile.text(this));
    }
}
