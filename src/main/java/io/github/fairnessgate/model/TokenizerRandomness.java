package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What makes a {@code tokenizer.json} split the same text differently from one time to the next: the dropout of merges
 * (Provilkov et al. 2020) and the sampling of segmentations (Kudo 2018). Both belong to training; a measurement must
 * not have them.
 */
public final class TokenizerRandomness {

    /** Whatever their spelling: only letters count. */
    private static final Set<String> RANDOM = Set.of(
            "dropout", "bpedropout", "mergedropout", "nbest", "nbestsize", "alpha", "sampling", "enablesampling");

    /** Whose keys are tokens, not settings. */
    private static final Set<String> TABLES = Set.of("vocab", "merges", "added_tokens", "special_tokens");

    private TokenizerRandomness() {}

    /**
     * Removes every setting that makes tokenization random, at any depth.
     *
     * @param tokenizer what {@code tokenizer.json} holds; is changed
     * @return those that had an effect, such as {@code model.dropout = 0.1}; empty if the tokenizer was deterministic
     */
    public static List<String> switchOff(ObjectNode tokenizer) {
        List<String> found = new ArrayList<>();
        switchOff(tokenizer, "", found);
        return List.copyOf(found);
    }

    private static void switchOff(JsonNode node, String path, List<String> found) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                if (RANDOM.contains(letters(field.getKey()))) {
                    object.remove(field.getKey());
                    if (hasEffect(field.getValue())) {
                        found.add(path + name(field.getKey()) + " = " + text(field.getValue()));
                    }
                } else if (!TABLES.contains(field.getKey())) {
                    switchOff(field.getValue(), path + name(field.getKey()) + ".", found);
                }
            }
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                switchOff(node.get(i), path + i + ".", found);
            }
        }
    }

    private static boolean hasEffect(JsonNode value) {
        return !value.isNull()
                && !(value.isNumber() && value.doubleValue() == 0)
                && !(value.isBoolean() && !value.booleanValue());
    }

    /** The name of a setting, which comes from a stranger's file, for a message. */
    static String name(String key) {
        return key.matches("[A-Za-z0-9_-]{1,40}") ? key : "?";
    }

    private static String text(JsonNode value) {
        return value.isNumber() || value.isBoolean()
                ? value.asText()
                : value.isTextual() ? '"' + name(value.asText()) + '"' : "?";
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }
}
