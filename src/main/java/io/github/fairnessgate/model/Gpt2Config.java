package io.github.fairnessgate.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.AtomicFiles;
import io.github.fairnessgate.file.Digests;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.tensor.FloatTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
 * @param bosTokenIds tokens that a text may start with ({@code bos_token_id}: none where it is null); not used, and not checked
 * @param eosTokenIds tokens that end a text that is generated ({@code eos_token_id}: none where it is null); those that do not exist are never drawn
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

    /** What a key that {@code config.json} leaves out means; these are the defaults of GPT-2 as published. */
    private static final int PUBLISHED_END_OF_TEXT = 50256;

    private static final double PUBLISHED_EPSILON = 1e-5;

    /** What transformers calls GPT-2's keys in other models; it takes these names, too, and where a file has both, these decide. */
    private static final Map<String, String> GENERAL_NAMES = Map.of("n_embd", "hidden_size", "n_layer", "num_hidden_layers",
            "n_head", "num_attention_heads", "n_positions", "max_position_embeddings");

    /** Far above any GPT-2; keeps a misprint from asking for billions of tensors. */
    private static final int MOST_LAYERS = 10_000;

    /** The activation functions that a GPT-2 can be run with: those of transformers that have no weights, by its names. */
    public enum Activation {
        /** GELU by its tanh approximation, the form that GPT-2 was trained with; transformers computes the same in several orders. */
        GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"),
        /** GELU by the error function. */
        GELU_ERF("gelu", "gelu_python"),
        /** The same, at most 10; it is never below -10. */
        GELU_CLIPPED("gelu_10"),
        /** {@code x sigmoid(1.702 x)}. */
        GELU_QUICK("quick_gelu"),
        RELU("relu"),
        RELU_SQUARED("relu2"),
        RELU_6("relu6"),
        /** With a slope of 0.01 below 0. */
        LEAKY_RELU("leaky_relu"),
        /** {@code x sigmoid(x)}. */
        SILU("silu", "swish"),
        /** {@code x relu6(x + 3) / 6}. */
        HARD_SWISH("hardswish"),
        /** {@code x tanh(softplus(x))}. */
        MISH("mish"),
        TANH("tanh"),
        SIGMOID("sigmoid"),
        /** The distribution function of a normal variable with mean 0.707107 and deviation 0.282095. */
        LAPLACE("laplace"),
        /** {@code sqrt(softplus(x))}. */
        SQRT_SOFTPLUS("sqrtsoftplus"),
        /** The input itself. */
        LINEAR("linear");

        /** As transformers has them. */
        public static final double LAPLACE_MEAN = 0.707107;
        public static final double LAPLACE_DEVIATION = 0.282095;

        private final List<String> names;

        Activation(String... names) {
            this.names = List.of(names);
        }

        /** The name that {@code config.json} is written with. */
        public String id() {
            return names.get(0);
        }

        private static Optional<Activation> named(String name) {
            return Arrays.stream(values()).filter(activation -> activation.names.contains(name)).findFirst();
        }

        private static String allNames() {
            return Arrays.stream(values()).flatMap(activation -> activation.names.stream()).collect(Collectors.joining(", "));
        }
    }

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
            throw new InvalidInputException("n_layer is " + layers + ", but at most " + MOST_LAYERS + " layers can be handled.");
        }
        if (embedding % baseHeads != 0) {
            throw new InvalidInputException("n_embd (" + embedding + ") is not divisible by n_head (" + baseHeads
                    + "), so the heads have no whole size; correct the one that is wrong.");
        }
        if (!(layerNormEpsilon > 0) || Double.isInfinite(layerNormEpsilon)) {
            throw new InvalidInputException("layer_norm_epsilon is " + layerNormEpsilon + ", but it must be a positive number such as 1e-5.");
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
                throw new InvalidInputException("pruned_heads of layer " + layer + " names a head twice: " + prunedHeads.get(layer) + ".");
            }
            if (!heads.isEmpty() && (heads.first() < 0 || heads.last() >= baseHeads)) {
                throw new InvalidInputException("pruned_heads of layer " + layer + " is " + heads + ", but n_head is " + baseHeads
                        + ", so heads are numbered 0 to " + (baseHeads - 1) + ".");
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
        return new Gpt2Config(layers, baseHeads, newPrunedHeads, embedding, positions, vocabulary, innerSize, activation, attentionScale,
                layerNormEpsilon, tiedEmbeddings, bosTokenIds, eosTokenIds, tokenizerClass);
    }

    /** The same model with feed-forward layers of another width. */
    public Gpt2Config withInnerSize(int newInnerSize) {
        return new Gpt2Config(layers, baseHeads, prunedHeads, embedding, positions, vocabulary, newInnerSize, activation, attentionScale,
                layerNormEpsilon, tiedEmbeddings, bosTokenIds, eosTokenIds, tokenizerClass);
    }

    /** The same model with an output layer of its own, {@code lm_head.weight}. */
    public Gpt2Config withUntiedEmbeddings() {
        return new Gpt2Config(layers, baseHeads, prunedHeads, embedding, positions, vocabulary, innerSize, activation, attentionScale, layerNormEpsilon, false,
                bosTokenIds, eosTokenIds, tokenizerClass);
    }

    /** The same model with only some of its blocks, pruned heads included. */
    public Gpt2Config withBlocks(List<Integer> blocks) {
        return new Gpt2Config(blocks.size(), baseHeads, blocks.stream().map(prunedHeads::get).toList(), embedding, positions, vocabulary, innerSize,
                activation, attentionScale, layerNormEpsilon, tiedEmbeddings, bosTokenIds, eosTokenIds, tokenizerClass);
    }

    /** What the products of queries and keys of a layer are multiplied with. */
    public double attentionFactor(int layer) {
        return attentionScale.factor(headSize(), layer);
    }

    private static List<List<Integer>> allHeads(int layers) {
        return Collections.nCopies(layers, List.of());
    }

    /**
     * Every weight tensor that a model of this shape has: canonical name (without {@code transformer.}) to shape, in
     * canonical order. Linear layers are Hugging Face's {@code Conv1D}, so their weights are [in, out].
     */
    public Map<String, long[]> tensorShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("wte.weight", new long[] {vocabulary, embedding});
        shapes.put("wpe.weight", new long[] {positions, embedding});
        for (int layer = 0; layer < layers; layer++) {
            String block = "h." + layer + ".";
            long attention = (long) heads(layer) * headSize();
            putNorm(shapes, block + "ln_1");
            putLinear(shapes, block + "attn.c_attn", embedding, 3 * attention);
            putLinear(shapes, block + "attn.c_proj", attention, embedding);
            putNorm(shapes, block + "ln_2");
            putLinear(shapes, block + "mlp.c_fc", embedding, innerSize);
            putLinear(shapes, block + "mlp.c_proj", innerSize, embedding);
        }
        putNorm(shapes, "ln_f");
        if (!tiedEmbeddings) {
            shapes.put("lm_head.weight", new long[] {vocabulary, embedding});
        }
        return shapes;
    }

    /** Numbers in all weights, tied ones once. */
    public long parameters() {
        return tensorShapes().values().stream().mapToLong(FloatTensor::elements).sum();
    }

    private void putNorm(Map<String, long[]> shapes, String name) {
        shapes.put(name + ".weight", new long[] {embedding});
        shapes.put(name + ".bias", new long[] {embedding});
    }

    private static void putLinear(Map<String, long[]> shapes, String name, long in, long out) {
        shapes.put(name + ".weight", new long[] {in, out});
        shapes.put(name + ".bias", new long[] {out});
    }

    /** The keys of {@code config.json}, with their values, that decide the shape of a tensor; for messages. */
    String settingsBehind(String tensor) {
        String embeddingSetting = "n_embd = " + embedding;
        if (tensor.equals("wte.weight") || tensor.equals("lm_head.weight")) {
            return "vocab_size = " + vocabulary + ", " + embeddingSetting;
        }
        if (tensor.equals("wpe.weight")) {
            return "n_positions = " + positions + ", " + embeddingSetting;
        }
        if (tensor.contains(".attn.")) {
            int layer = Integer.parseInt(tensor.split("\\.")[1]);
            return embeddingSetting + ", n_head = " + baseHeads + ", pruned_heads of layer " + layer + " = " + prunedHeads.get(layer);
        }
        if (tensor.contains(".mlp.")) {
            return embeddingSetting + ", n_inner = " + innerSize;
        }
        return embeddingSetting;
    }

    /**
     * Reads a {@code config.json}.
     *
     * @throws InvalidInputException if the file is missing or is not JSON, is not of {@code model_type} gpt2, lacks a key,
     *     contradicts itself, or asks for an option of GPT-2 that is not supported
     */
    public static Gpt2Config read(Path configJson) {
        try {
            return parse(parseJson(configJson));
        } catch (InvalidInputException e) {
            throw new InvalidInputException(configJson + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode parseJson(Path configJson) {
        byte[] bytes = FileErrors.read(configJson);
        try {
            JsonNode node = Json.MAPPER.readTree(bytes);
            if (!node.isObject()) {
                throw new InvalidInputException("this is not a JSON object, so it cannot be the configuration of a model.");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new InvalidInputException("this is not JSON (" + Reason.of(e) + ").", e);
        } catch (IOException e) {
            throw FileErrors.cannot("read", configJson, e);
        }
    }

    private static Gpt2Config parse(JsonNode json) {
        requireGpt2(json);
        requireSupported(json);
        int embedding = requiredInt(json, "n_embd");
        int layers = requiredInt(json, "n_layer");
        int heads = requiredInt(json, "n_head");
        return new Gpt2Config(
                layers,
                heads,
                prunedHeads(json, layers),
                embedding,
                requiredInt(json, "n_positions"),
                requiredInt(json, "vocab_size"),
                has(json, "n_inner") ? requiredInt(json, "n_inner") : fourTimes(embedding),
                activation(json),
                new AttentionScale(flag(json, "scale_attn_weights", true), flag(json, "scale_attn_by_inverse_layer_idx", false)),
                epsilon(json),
                flag(json, "tie_word_embeddings", true),
                tokenIds(json, "bos_token_id").orElse(List.of(PUBLISHED_END_OF_TEXT)),
                tokenIds(json, "eos_token_id").orElse(List.of(PUBLISHED_END_OF_TEXT)),
                Optional.ofNullable(json.path("tokenizer_class").textValue()));
    }

    /** One number or a list of them, none where the key is null; empty where the key is missing. */
    static Optional<List<Integer>> tokenIds(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (value.isNull()) {
            return Optional.of(List.of());
        }
        List<Integer> ids = new ArrayList<>();
        (value.isArray() ? value : List.of(value)).forEach(id -> ids.add(wholeNumber(key, id)));
        return Optional.of(ids);
    }

    private static int fourTimes(int embedding) {
        if (embedding > Integer.MAX_VALUE / 4) {
            throw new InvalidInputException("n_embd is " + embedding + ", but four times that, which is the width of the feed-forward layer where n_inner is missing,"
                    + " must be a whole number below 2147483648.");
        }
        return 4 * embedding;
    }

    private static void requireGpt2(JsonNode json) {
        if (!has(json, "model_type")) {
            throw new InvalidInputException("the key model_type is missing; only models with \"model_type\": \"gpt2\" are supported.");
        }
        if (!json.get("model_type").asText().equals("gpt2")) {
            throw new InvalidInputException("model_type is " + json.get("model_type") + ", but only \"gpt2\" is supported; give a GPT-2 model.");
        }
    }

    private static void requireSupported(JsonNode json) {
        if (flag(json, "add_cross_attention", false)) {
            throw new InvalidInputException("add_cross_attention is true, but only false is supported, because the model reads another text as well"
                    + " otherwise; give a model without this option.");
        }
    }

    private static boolean has(JsonNode json, String key) {
        return json.hasNonNull(key);
    }

    private static boolean flag(JsonNode json, String key, boolean published) {
        if (!has(json, key)) {
            return published;
        }
        if (!json.get(key).isBoolean()) {
            throw new InvalidInputException(key + " is " + json.get(key) + ", but it must be true or false.");
        }
        return json.get(key).booleanValue();
    }

    private static int requiredInt(JsonNode json, String key) {
        String general = GENERAL_NAMES.getOrDefault(key, key);
        if (has(json, general)) {
            return wholeNumber(general, json.get(general));
        }
        if (!has(json, key)) {
            throw new InvalidInputException("the key " + key + " is missing; it must be a whole number.");
        }
        return wholeNumber(key, json.get(key));
    }

    private static int wholeNumber(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new InvalidInputException(key + " is " + value + ", but it must be a whole number below 2147483648.");
        }
        return value.intValue();
    }

    private static double epsilon(JsonNode json) {
        if (!has(json, "layer_norm_epsilon")) {
            return PUBLISHED_EPSILON;
        }
        JsonNode value = json.get("layer_norm_epsilon");
        if (!value.isNumber()) {
            throw new InvalidInputException("layer_norm_epsilon is " + value + ", but it must be a positive number such as 1e-5.");
        }
        return value.doubleValue();
    }

    private static Activation activation(JsonNode json) {
        if (!has(json, "activation_function")) {
            return Activation.GELU_TANH;
        }
        return Activation.named(json.get("activation_function").asText())
                .orElseThrow(() -> new InvalidInputException("activation_function is " + json.get("activation_function")
                        + ", but only these are supported: " + Activation.allNames() + "."));
    }

    private static List<List<Integer>> prunedHeads(JsonNode json, int layers) {
        if (layers <= 0 || layers > MOST_LAYERS) {
            return List.of(); // the constructor refuses the layers first
        }
        List<List<Integer>> pruned = new ArrayList<>(allHeads(layers));
        if (!has(json, "pruned_heads")) {
            return pruned;
        }
        if (!json.get("pruned_heads").isObject()) {
            throw new InvalidInputException("pruned_heads is " + json.get("pruned_heads")
                    + ", but it must be an object from layer to a list of heads, such as {\"0\": [1, 3]}.");
        }
        for (Map.Entry<String, JsonNode> entry : json.get("pruned_heads").properties()) {
            pruned.set(layerNumber(entry.getKey(), layers), headNumbers(entry.getKey(), entry.getValue()));
        }
        return pruned;
    }

    private static int layerNumber(String text, int layers) {
        return Stream.of(text)
                .filter(key -> key.matches("0|[1-9]\\d{0,8}"))
                .map(Integer::valueOf)
                .filter(layer -> layer < layers)
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("pruned_heads names layer \"" + text + "\", but n_layer is " + layers
                        + ", so layers are numbered 0 to " + (layers - 1) + "."));
    }

    private static List<Integer> headNumbers(String layer, JsonNode heads) {
        if (!heads.isArray()) {
            throw new InvalidInputException("pruned_heads of layer " + layer + " is " + heads + ", but it must be a list of heads.");
        }
        List<Integer> numbers = new ArrayList<>();
        heads.forEach(head -> numbers.add(wholeNumber("a head in pruned_heads of layer " + layer, head)));
        return numbers;
    }

    /**
     * Writes a {@code config.json} that Hugging Face transformers loads as a {@code GPT2LMHeadModel}. Version 5 of
     * transformers cannot load one with pruned heads.
     *
     * @throws InvalidInputException if the file cannot be written
     */
    public void write(Path configJson) {
        AtomicFiles.write(configJson, text());
    }

    /** SHA-256 of the file that {@link #write} writes. */
    public String digest() {
        return Digests.sha256(text());
    }

    private byte[] text() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.putArray("architectures").add("GPT2LMHeadModel");
        json.put("model_type", "gpt2");
        json.put("n_layer", layers);
        json.put("n_head", baseHeads);
        putPrunedHeads(json);
        json.put("n_embd", embedding);
        json.put("n_inner", innerSize);
        json.put("n_positions", positions);
        json.put("n_ctx", positions);
        json.put("vocab_size", vocabulary);
        json.put("activation_function", activation.id());
        attentionScale.put(json);
        json.put("layer_norm_epsilon", layerNormEpsilon);
        json.put("tie_word_embeddings", tiedEmbeddings);
        putTokenIds(json, "bos_token_id", bosTokenIds);
        putTokenIds(json, "eos_token_id", eosTokenIds);
        tokenizerClass.ifPresent(name -> json.put("tokenizer_class", name));
        return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void putTokenIds(ObjectNode json, String key, List<Integer> ids) {
        if (ids.size() == 1) {
            json.put(key, ids.get(0));
        } else if (ids.isEmpty()) {
            json.putNull(key);
        } else {
            ArrayNode list = json.putArray(key);
            ids.forEach(list::add);
        }
    }

    private void putPrunedHeads(ObjectNode json) {
        if (prunedHeads.stream().allMatch(List::isEmpty)) {
            return;
        }
        ObjectNode pruned = json.putObject("pruned_heads");
        for (int layer = 0; layer < layers; layer++) {
            if (!prunedHeads.get(layer).isEmpty()) {
                ArrayNode heads = pruned.putArray(Integer.toString(layer));
                prunedHeads.get(layer).forEach(heads::add);
            }
        }
    }
}
