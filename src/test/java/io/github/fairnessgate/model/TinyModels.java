package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.tensor.DType;
import io.github.fairnessgate.tensor.FloatTensor;
import io.github.fairnessgate.tensor.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Makes small GPT-2 models with random weights and a valid tokenizer, in Hugging Face form. Weights are of the size
 * that GPT-2 starts training with (standard deviation 0.02; norms near 1), scaled up so that different inputs give
 * visibly different outputs. The tokenizer has the 256 byte symbols in GPT-2's order, then merges of two letters, then
 * {@code <|endoftext|>}.
 */
public final class TinyModels {

    /** 256 bytes and {@code <|endoftext|>}: the smallest vocabulary. */
    public static final int BYTE_VOCABULARY = 257;

    private int layers = 2;
    private int heads = 2;
    private int embedding = 8;
    private int vocabulary = BYTE_VOCABULARY;
    private int positions = 32;
    private int inner;
    private Activation activation = Activation.GELU_TANH;
    private AttentionScale attentionScale = AttentionScale.PUBLISHED;
    private DType dtype = DType.F32;
    private String prefix = "";
    private List<List<Integer>> prunedHeads;
    private long seed = 1;
    private boolean tied = true;

    private TinyModels() {}

    /** Two layers, two heads, width 8, 257 tokens, 32 positions, tanh GELU, F32, canonical names, tied, seed 1. */
    public static TinyModels builder() {
        return new TinyModels();
    }

    /** Opens the default model, written to {@code directory}. */
    public static ModelDirectory create(Path directory) {
        return builder().write(directory);
    }

    public TinyModels layers(int newLayers) {
        layers = newLayers;
        return this;
    }

    public TinyModels heads(int newHeads) {
        heads = newHeads;
        return this;
    }

    public TinyModels embedding(int newEmbedding) {
        embedding = newEmbedding;
        return this;
    }

    /** At least {@link #BYTE_VOCABULARY} where a tokenizer is written, at most 676 more. */
    public TinyModels vocabulary(int newVocabulary) {
        vocabulary = newVocabulary;
        return this;
    }

    public TinyModels positions(int newPositions) {
        positions = newPositions;
        return this;
    }

    /** Width of the feed-forward layer; four times the embedding if never called. */
    public TinyModels inner(int newInner) {
        inner = newInner;
        return this;
    }

    public TinyModels activation(Activation newActivation) {
        activation = newActivation;
        return this;
    }

    public TinyModels attentionScale(AttentionScale newAttentionScale) {
        attentionScale = newAttentionScale;
        return this;
    }

    public TinyModels dtype(DType newDtype) {
        dtype = newDtype;
        return this;
    }

    /** In front of every name but {@code lm_head.weight}: empty, or {@code transformer.}. */
    public TinyModels prefix(String newPrefix) {
        prefix = newPrefix;
        return this;
    }

    /** One list for each layer. */
    public TinyModels prunedHeads(List<List<Integer>> newPrunedHeads) {
        prunedHeads = newPrunedHeads;
        return this;
    }

    public TinyModels seed(long newSeed) {
        seed = newSeed;
        return this;
    }

    public TinyModels tied(boolean newTied) {
        tied = newTied;
        return this;
    }

    /** The configuration that {@link #write} writes. */
    public Gpt2Config config() {
        List<List<Integer>> pruned = prunedHeads == null ? Collections.nCopies(layers, List.of()) : prunedHeads;
        return new Gpt2Config(
                layers,
                heads,
                pruned,
                embedding,
                positions,
                vocabulary,
                inner == 0 ? 4 * embedding : inner,
                activation,
                attentionScale,
                1e-5,
                tied,
                List.of(vocabulary - 1),
                List.of(vocabulary - 1),
                Optional.empty());
    }

    /** The weights that {@link #write} writes, by canonical name; equal for equal settings. */
    public Map<String, FloatTensor> weights() {
        Random random = new Random(seed);
        Map<String, FloatTensor> weights = new LinkedHashMap<>();
        config().tensorShapes().forEach((name, shape) -> weights.put(name, randomTensor(name, shape, random)));
        return weights;
    }

    private static FloatTensor randomTensor(String name, long[] shape, Random random) {
        float center = name.matches(".*ln_.\\.weight") ? 1 : 0;
        float deviation = name.startsWith("wte") || name.startsWith("lm_head") ? 0.5f : 0.2f;
        float[] data = new float[(int) FloatTensor.elements(shape)];
        for (int i = 0; i < data.length; i++) {
            data[i] = center + deviation * (float) random.nextGaussian();
        }
        return new FloatTensor(shape, data);
    }

    /** Writes the files into {@code directory}, which is created, and opens the model. */
    public ModelDirectory write(Path directory) {
        config().write(directory.resolve("config.json"));
        writeWeights(directory.resolve("model.safetensors"), weights());
        writeTokenizer(directory.resolve("tokenizer.json"), vocabulary);
        return ModelDirectory.open(directory);
    }

    /** Writes {@code model.safetensors} alone. */
    public void writeWeights(Path directory) {
        writeWeights(directory.resolve("model.safetensors"), weights());
    }

    private void writeWeights(Path file, Map<String, FloatTensor> weights) {
        Map<String, FloatTensor> renamed = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> renamed.put(name.startsWith("lm_head") ? name : prefix + name, tensor));
        SafetensorsWriter.write(file, renamed, dtype);
    }

    /** Writes a {@code tokenizer.json} with {@code vocabulary} tokens. */
    public static void writeTokenizer(Path file, int vocabulary) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("version", "1.0");
        json.putArray("added_tokens")
                .addObject()
                .put("id", vocabulary - 1)
                .put("content", "<|endoftext|>")
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", true)
                .put("special", true);
        json.set("pre_tokenizer", byteLevel());
        json.set("decoder", byteLevel());
        ObjectNode model = json.putObject("model").put("type", "BPE");
        ObjectNode vocab = model.putObject("vocab");
        List<String> tokens = tokens(vocabulary);
        for (int id = 0; id < tokens.size(); id++) {
            vocab.put(tokens.get(id), id);
        }
        ArrayNode merges = model.putArray("merges");
        merges(vocabulary).forEach(merges::add);
        write(file, json.toPrettyString());
    }

    /** Writes the same tokenizer as {@code vocab.json} and {@code merges.txt}. */
    public static void writeLegacyTokenizer(Path directory, int vocabulary) {
        ObjectNode vocab = Json.MAPPER.createObjectNode();
        List<String> tokens = tokens(vocabulary);
        for (int id = 0; id < tokens.size(); id++) {
            vocab.put(tokens.get(id), id);
        }
        write(directory.resolve("vocab.json"), vocab.toString());
        write(directory.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", merges(vocabulary)) + "\n");
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode byteLevel() {
        return Json.MAPPER
                .createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    private static List<String> tokens(int vocabulary) {
        List<String> tokens = new ArrayList<>(byteSymbols());
        merges(vocabulary).forEach(merge -> tokens.add(merge.replace(" ", "")));
        tokens.add("<|endoftext|>");
        return tokens;
    }

    private static List<String> merges(int vocabulary) {
        if (vocabulary < BYTE_VOCABULARY || vocabulary > BYTE_VOCABULARY + 26 * 26) {
            throw new IllegalArgumentException("no tokenizer with " + vocabulary + " tokens can be made");
        }
        List<String> merges = new ArrayList<>();
        for (int i = 0; i < vocabulary - BYTE_VOCABULARY; i++) {
            merges.add((char) ('a' + i / 26) + " " + (char) ('a' + i % 26));
        }
        return merges;
    }

    /**
     * GPT-2 writes every byte as a visible character: itself, or one from U+0100 on; visible ones are numbered first.
     */
    private static List<String> byteSymbols() {
        List<String> visible = new ArrayList<>();
        List<String> shifted = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            boolean isVisible = value >= '!' && value <= '~' || value >= 0xa1 && value <= 0xac || value >= 0xae;
            if (isVisible) {
                visible.add(Character.toString(value));
            } else {
                shifted.add(Character.toString(256 + shifted.size()));
            }
        }
        visible.addAll(shifted);
        return visible;
    }
}
