package io.github.fairnessgate.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.FileErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code vocab.json} and {@code merges.txt} beside {@code tokenizer.json}: the same tokenizer once more, which some
 * programs read in the place of the one that is measured.
 */
public final class TokenizerCopies {

    /** The file that is measured where it exists. */
    public static final String TOKENIZER = "tokenizer.json";

    public static final String VOCABULARY = "vocab.json";
    public static final String MERGES = "merges.txt";

    private TokenizerCopies() {}

    /**
     * Compares what is there of the two files with {@code tokenizer.json}.
     *
     * @param folder with a {@code tokenizer.json} that was read without complaint
     * @throws InvalidInputException if one of them says something else
     */
    public static void requireSame(Path folder) {
        JsonNode tokenizer = json(folder.resolve(TOKENIZER));
        if (Files.exists(folder.resolve(VOCABULARY))) {
            requireSameVocabulary(folder.resolve(VOCABULARY), tokenizer);
        }
        if (Files.exists(folder.resolve(MERGES))) {
            requireSameMerges(folder.resolve(MERGES), tokenizer);
        }
    }

    /** Tokens that were added behind the vocabulary may be missing: they have a file of their own. */
    private static void requireSameVocabulary(Path file, JsonNode tokenizer) {
        Map<String, Integer> numbers = new HashMap<>();
        tokenizer
                .at("/model/vocab")
                .properties()
                .forEach(token -> numbers.put(token.getKey(), token.getValue().asInt()));
        Set<String> missing = new HashSet<>(numbers.keySet());
        for (JsonNode added : tokenizer.path("added_tokens")) {
            numbers.put(added.path("content").asText(), added.path("id").asInt());
            missing.remove(added.path("content").asText());
        }
        for (Map.Entry<String, JsonNode> token : json(file).properties()) {
            Integer number = numbers.get(token.getKey());
            if (number == null
                    || !token.getValue().isIntegralNumber()
                    || token.getValue().asLong() != number) {
                throw different(
                        file,
                        "has the token \"" + token.getKey() + "\" with number " + token.getValue() + ", and "
                                + TOKENIZER + (number == null ? " has no such token" : " has it with " + number));
            }
            missing.remove(token.getKey());
        }
        missing.stream().sorted().findFirst().ifPresent(token -> {
            throw different(file, "lacks the token \"" + token + "\" of " + TOKENIZER);
        });
    }

    private static void requireSameMerges(Path file, JsonNode tokenizer) {
        List<String> expected = new ArrayList<>();
        tokenizer
                .at("/model/merges")
                .forEach(merge -> expected.add(
                        merge.isArray()
                                ? merge.path(0).asText() + " " + merge.path(1).asText()
                                : merge.asText()));
        List<String> found = new String(FileErrors.read(file), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isEmpty() && !line.startsWith("#version"))
                .toList();
        for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
            String one = i < found.size() ? "\"" + found.get(i) + "\"" : "missing";
            String other = i < expected.size() ? "\"" + expected.get(i) + "\"" : "missing";
            if (!one.equals(other)) {
                throw different(
                        file,
                        "differs from " + TOKENIZER + " at merge " + (i + 1) + ", which is " + one + " there and "
                                + other + " in " + TOKENIZER);
            }
        }
    }

    private static InvalidInputException different(Path file, String difference) {
        return new InvalidInputException(
                file + " " + difference + ": a program that reads it would split texts otherwise than was measured."
                        + " Delete it, or save the tokenizer again.");
    }

    private static JsonNode json(Path file) {
        try {
            return Json.MAPPER.readTree(FileErrors.read(file));
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(file + " is not JSON (" + Reason.of(e) + ").", e);
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }
}
