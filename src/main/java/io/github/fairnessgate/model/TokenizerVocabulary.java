package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import java.nio.file.Path;
import java.util.List;

/**
 * The tokens of a {@code tokenizer.json} without those that were added: byte pairs, pieces of words or whole words by
 * number, or Unigram's pieces in their order.
 */
final class TokenizerVocabulary {

    private static final String UNIGRAM = "Unigram";
    private static final List<String> BY_NUMBER = List.of("BPE", "WordPiece", "WordLevel");

    private TokenizerVocabulary() {}

    /** @throws InvalidInputException if it is of no form that the tokenizers library has, or has no vocabulary */
    static void requireKnown(ObjectNode tokenizer, Path file) {
        JsonNode model = tokenizer.path("model");
        String type = model.path("type").asText("BPE");
        boolean isWhole = type.equals(UNIGRAM)
                ? model.path("vocab").isArray()
                : BY_NUMBER.contains(type) && model.path("vocab").isObject();
        if (!isWhole) {
            throw new InvalidInputException(
                    file + " has no vocabulary that can be used (model.type is " + model.path("type")
                            + "), but a tokenizer is BPE, WordPiece or WordLevel with an object model.vocab, or "
                            + "Unigram with a list; give the model's own tokenizer.");
        }
    }

    /** Every token with its number. */
    static JsonNode numbers(ObjectNode tokenizer) {
        JsonNode vocabulary = tokenizer.at("/model/vocab");
        if (!vocabulary.isArray()) {
            return vocabulary;
        }
        ObjectNode numbers = Json.MAPPER.createObjectNode();
        for (int number = 0; number < vocabulary.size(); number++) {
            numbers.put(vocabulary.get(number).path(0).asText(), number);
        }
        return numbers;
    }

    /** How many numbers its tokens have. */
    static int size(ObjectNode tokenizer) {
        return tokenizer.at("/model/vocab").size();
    }

    /** Whether its tokens are made by merges. */
    static boolean isBytePairs(ObjectNode tokenizer) {
        return tokenizer.at("/model/type").asText().equals(BY_NUMBER.get(0));
    }
}
