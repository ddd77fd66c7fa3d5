package io.github.fairnessgate.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.Digests;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What there is to say about a tokenizer beside its tokens.
 *
 * @param random settings of its files that would make tokenization random and are switched off, such as
 *     {@code model.dropout = 0.1}
 * @param notes sentences about settings that are switched off, or that change texts before they are measured; files are
 *     named without their folder
 * @param disagreements what versions of transformers read in different ways: clauses without a full stop that name what
 *     is measured and what to do
 * @param parts digests of what decides how a text is encoded and decoded, and the tokens that begin and end one, by
 *     name
 */
public record TokenizerTraits(
        List<String> random, List<String> notes, List<String> disagreements, SortedMap<String, String> parts) {

    /**
     * What no id depends on: offsets only align a text with another one, special tokens are not added, and the version
     * is that of the file's form.
     */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("version", "truncation", "padding", "post_processor", "trim_offsets");

    public TokenizerTraits {
        random = List.copyOf(random);
        notes = List.copyOf(notes);
        disagreements = List.copyOf(disagreements);
        parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
    }

    /**
     * Of a tokenizer in the form of {@code tokenizer.json} from which randomness was taken.
     *
     * @param random what {@link TokenizerRandomness#switchOff} found in it
     * @param notes what else was found when it was read
     * @param disagreements what versions of transformers read in different ways
     */
    static TokenizerTraits of(
            ObjectNode tokenizer, List<String> random, List<String> notes, List<String> disagreements) {
        SortedMap<String, String> parts = new TreeMap<>();
        add(parts, "", tokenizer);
        return new TokenizerTraits(random, notes, disagreements, parts);
    }

    /** The same of a model with these special tokens, with more notes. */
    TokenizerTraits with(SpecialTokens specialTokens, List<String> furtherNotes) {
        SortedMap<String, String> all = new TreeMap<>(parts);
        all.put("beginning of texts", Integer.toString(specialTokens.beginning()));
        all.put("end of generated texts", specialTokens.stops().toString());
        return new TokenizerTraits(
                random, Stream.concat(notes.stream(), furtherNotes.stream()).toList(), disagreements, all);
    }

    /** The names of the parts in which two tokenizers differ; empty if they encode and decode alike. */
    public List<String> differences(TokenizerTraits other) {
        TreeSet<String> names = new TreeSet<>(parts.keySet());
        names.addAll(other.parts.keySet());
        return names.stream()
                .filter(name -> !parts.getOrDefault(name, "").equals(other.parts.getOrDefault(name, "")))
                .toList();
    }

    private static void add(SortedMap<String, String> parts, String prefix, ObjectNode node) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            JsonNode value = canonical(field.getKey(), field.getValue());
            if (prefix.isEmpty() && field.getKey().equals("model")) {
                add(parts, "model.", (ObjectNode) value);
            } else if (!WITHOUT_EFFECT.contains(field.getKey()) && !isAbsent(value)) {
                parts.merge(prefix + TokenizerRandomness.name(field.getKey()), digest(value), String::concat);
            }
        }
    }

    /**
     * As all versions of the library that writes these files would have it: no field that says nothing, a merge as one
     * text.
     */
    private static JsonNode canonical(String name, JsonNode value) {
        if (name.equals("vocab")) {
            return value;
        }
        if (name.equals("decoder") && value.path("type").asText().equals("ByteLevel")) {
            return value.path("type"); // none of its settings has an effect
        }
        if (name.equals("merges")) {
            ArrayNode merges = Json.MAPPER.createArrayNode();
            value.forEach(merge -> merges.add(
                    merge.isArray()
                            ? merge.path(0).asText() + " " + merge.path(1).asText()
                            : merge.asText()));
            return merges;
        }
        if (value.isArray()) {
            ArrayNode list = Json.MAPPER.createArrayNode();
            value.forEach(element -> list.add(canonical("", element)));
            return list;
        }
        if (value.isObject()) {
            ObjectNode object = Json.MAPPER.createObjectNode();
            new TreeMap<>(value.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                    .forEach((key, inner) -> {
                        JsonNode written = canonical(key, inner);
                        if (!WITHOUT_EFFECT.contains(key) && !isAbsent(written)) {
                            object.set(key, written);
                        }
                    });
            return object;
        }
        return value;
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isNull()
                || value.isBoolean() && !value.booleanValue()
                || value.isTextual() && value.asText().isEmpty();
    }

    private static String digest(JsonNode value) {
        try {
            // A tree of maps, because only these are written in the order of their keys.
            return Digests.sha256(Json.MAPPER.writeValueAsBytes(Json.MAPPER.treeToValue(value, Object.class)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read as JSON can be written as JSON", e);
        }
    }
}
