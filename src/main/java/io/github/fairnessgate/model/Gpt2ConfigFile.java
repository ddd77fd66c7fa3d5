package io.github.fairnessgate.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code config.json} in Hugging Face form, as transformers reads and writes it. */
final class Gpt2ConfigFile {

    /** What a key that {@code config.json} leaves out means; these are the defaults of GPT-2 as published. */
    private static final int PUBLISHED_END_OF_TEXT = 50256;

    private static final double PUBLISHED_EPSILON = 1e-5;

    /**
     * What transformers calls GPT-2's keys in other models; it takes these names, too, and where a file has both, these
     * decide.
     */
    private static final Map<String, String> GENERAL_NAMES = Map.of(
            "n_embd",
            "hidden_size",
            "n_layer",
            "num_hidden_layers",
            "n_head",
            "num_attention_heads",
            "n_positions",
            "max_position_embeddings");

    private Gpt2ConfigFile() {}

    /**
     * @throws InvalidInputException if it is not the configuration of a GPT-2 that is supported; does not name the file
     */
    static Gpt2Config read(Path configJson) {
        return parse(parseJson(configJson));
    }

    private static JsonNode parseJson(Path configJson) {
        byte[] bytes = FileErrors.read(configJson);
        try {
            JsonNode node = Json.MAPPER.readTree(bytes);
            if (!node.isObject()) {
                throw new InvalidInputException(
                        "this is not a JSON object, so it cannot be the configuration of a model.");
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
                new AttentionScale(
                        flag(json, "scale_attn_weights", true), flag(json, "scale_attn_by_inverse_layer_idx", false)),
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
            throw new InvalidInputException("n_embd is " + embedding
                    + ", but four times that, which is the width of the feed-forward layer where n_inner is missing,"
                    + " must be a whole number below 2147483648.");
        }
        return 4 * embedding;
    }

    private static void requireGpt2(JsonNode json) {
        if (!has(json, "model_type")) {
            throw new InvalidInputException(
                    "the key model_type is missing; only models with \"model_type\": \"gpt2\" are supported.");
        }
        if (!json.get("model_type").asText().equals("gpt2")) {
            throw new InvalidInputException("model_type is " + json.get("model_type")
                    + ", but only \"gpt2\" is supported; give a GPT-2 model.");
        }
    }

    private static void requireSupported(JsonNode json) {
        if (flag(json, "add_cross_attention", false)) {
            throw new InvalidInputException(
                    "add_cross_attention is true, but only false is supported, because the model reads another "
                            + "text as well" + " otherwise; give a model without this option.");
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
            throw new InvalidInputException(
                    "layer_norm_epsilon is " + value + ", but it must be a positive number such as 1e-5.");
        }
        return value.doubleValue();
    }

    private static Activation activation(JsonNode json) {
        if (!has(json, "activation_function")) {
            return Activation.GELU_TANH;
        }
        return Activation.named(json.get("activation_function").asText())
                .orElseThrow(() -> new InvalidInputException("activation_function is " + json.get("activation_function")
                        + ", but only these are supported: " + Activation.allNames()
                        + "."));
    }

    private static List<List<Integer>> prunedHeads(JsonNode json, int layers) {
        if (layers <= 0 || layers > Gpt2Config.MOST_LAYERS) {
            return List.of(); // the constructor refuses the layers first
        }
        List<List<Integer>> pruned = new ArrayList<>(Collections.nCopies(layers, List.of()));
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
                .orElseThrow(() -> new InvalidInputException("pruned_heads names layer \"" + text
                        + "\", but n_layer is " + layers + ", so layers are numbered 0 to " + (layers - 1) + "."));
    }

    private static List<Integer> headNumbers(String layer, JsonNode heads) {
        if (!heads.isArray()) {
            throw new InvalidInputException(
                    "pruned_heads of layer " + layer + " is " + heads + ", but it must be a list of heads.");
        }
        List<Integer> numbers = new ArrayList<>();
        heads.forEach(head -> numbers.add(wholeNumber("a head in pruned_heads of layer " + layer, head)));
        return numbers;
    }

    /** The bytes of a {@code config.json}. */
    static byte[] text(Gpt2Config config) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.putArray("architectures").add("GPT2LMHeadModel");
        json.put("model_type", "gpt2");
        json.put("n_layer", config.layers());
        json.put("n_head", config.baseHeads());
        putPrunedHeads(json, config.prunedHeads());
        json.put("n_embd", config.embedding());
        json.put("n_inner", config.innerSize());
        json.put("n_positions", config.positions());
        json.put("n_ctx", config.positions());
        json.put("vocab_size", config.vocabulary());
        json.put("activation_function", config.activation().id());
        config.attentionScale().put(json);
        json.put("layer_norm_epsilon", config.layerNormEpsilon());
        json.put("tie_word_embeddings", config.tiedEmbeddings());
        putTokenIds(json, "bos_token_id", config.bosTokenIds());
        putTokenIds(json, "eos_token_id", config.eosTokenIds());
        config.tokenizerClass().ifPresent(name -> json.put("tokenizer_class", name));
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

    private static void putPrunedHeads(ObjectNode json, List<List<Integer>> prunedHeads) {
        if (prunedHeads.stream().allMatch(List::isEmpty)) {
            return;
        }
        ObjectNode pruned = json.putObject("pruned_heads");
        for (int layer = 0; layer < prunedHeads.size(); layer++) {
            if (!prunedHeads.get(layer).isEmpty()) {
                ArrayNode heads = pruned.putArray(Integer.toString(layer));
                prunedHeads.get(layer).forEach(heads::add);
            }
        }
    }
}
