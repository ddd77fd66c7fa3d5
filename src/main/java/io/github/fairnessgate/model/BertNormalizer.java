package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What {@code BertTokenizer} does to a text before it looks for words: {@code tokenizer_config.json} decides, whatever
 * {@code tokenizer.json} says.
 */
final class BertNormalizer {

    static final String TYPE = "BertNormalizer";
    static final String PRE_TOKENIZER = "BertPreTokenizer";
    static final String LOWERCASE = "lowercase";
    static final String CHINESE = "handle_chinese_chars";
    static final String ACCENTS = "strip_accents";

    private BertNormalizer() {}

    /**
     * The normalizer that counts.
     *
     * @param normalizer of {@code tokenizer.json}
     * @param lowercase {@code do_lower_case} of the configuration; true where it is missing
     * @param chinese {@code tokenize_chinese_chars}; likewise
     * @param accents {@code strip_accents}; null, by which lower case decides, where it is missing
     */
    static JsonNode configured(JsonNode normalizer, JsonNode lowercase, JsonNode chinese, JsonNode accents) {
        if (!normalizer.path("type").asText().equals(TYPE)) {
            return normalizer;
        }
        ObjectNode configured = ((ObjectNode) normalizer.deepCopy())
                .put(LOWERCASE, lowercase.asBoolean(true))
                .put(CHINESE, chinese.asBoolean(true));
        return accents.isBoolean() ? configured.put(ACCENTS, accents.booleanValue()) : configured.putNull(ACCENTS);
    }
}
