package io.github.fairnessgate.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A user's file of items: one JSON object a line, each with an {@code id} of its own. Every error names file and line.
 *
 * @param digest SHA-256 of the file that the lines were read from
 * @param lines without blank ones
 */
record JsonLines(String digest, List<JsonLines.Line> lines) {

    /** A line of the file. */
    record Line(Path file, int number, JsonNode object) {

        String id() {
            return text("id");
        }

        /** The text under a key, which has to be there and not be blank. */
        String text(String key) {
            JsonNode value = object.path(key);
            if (!value.isTextual() || value.asText().isBlank()) {
                throw problem(
                        value.isMissingNode()
                                ? "the key \"" + key + "\" is missing; every line needs it"
                                : "\"" + key + "\" is " + value + ", but must be a non-empty text");
            }
            return whole(value.asText(), key);
        }

        /** The texts under a key, none where the key is not there. */
        List<String> texts(String key) {
            List<String> texts = new ArrayList<>();
            JsonNode values = object.path(key);
            if (!values.isMissingNode() && !values.isArray()) {
                throw problem("\"" + key + "\" is " + values + ", but must be a list of texts");
            }
            for (JsonNode value : values) {
                if (!value.isTextual() || value.asText().isBlank()) {
                    throw problem(
                            "\"" + key + "\" has the element " + value + ", but must be a list of non-empty texts");
                }
                texts.add(whole(value.asText(), key));
            }
            return texts;
        }

        /** JSON can name half of a character, which no file of ours could hold. */
        private String whole(String text, String key) {
            if (text.codePoints().anyMatch(code -> Character.getType(code) == Character.SURROGATE)) {
                throw problem("\"" + key
                        + "\" has half of a surrogate pair, which is not a character; write the character itself");
            }
            return text;
        }

        /** The subsets that the item belongs to: several under "slices", or one under "slice". */
        List<String> slices() {
            if (object.has("slice") && object.has("slices")) {
                throw problem("the line has both \"slice\" and \"slices\"; keep one");
            }
            List<String> slices = object.has("slice") ? List.of(text("slice")) : texts("slices");
            if (slices.contains(Evaluation.ALL) || Set.copyOf(slices).size() < slices.size()) {
                throw problem("the slices " + slices + " must be different, and none may be \"" + Evaluation.ALL
                        + "\", which names every item");
            }
            return slices;
        }

        /** What the item shares with those that are not independent of it. */
        String cluster() {
            return object.has("cluster") ? text("cluster") : id();
        }

        InvalidInputException problem(String sentence) {
            return new InvalidInputException(file + ":" + number + ": " + sentence + ".");
        }

        private void requireKeysAmong(Set<String> keys) {
            object.fieldNames().forEachRemaining(key -> {
                if (!keys.contains(key)) {
                    throw problem("unknown key \"" + key + "\"; the keys are "
                            + String.join(", ", keys.stream().sorted().toList()));
                }
            });
        }
    }

    /**
     * Reads a file.
     *
     * @param keys all that a line may have
     * @throws InvalidInputException if the file is no UTF-8 text of JSON objects with different ids and known keys, is
     *     empty, or has a slice of one item
     */
    static JsonLines read(Path file, Set<String> keys) {
        UserFile content = UserFile.read(file);
        String[] texts = content.text().split("\r?\n");
        List<Line> lines = new ArrayList<>();
        Map<String, Integer> lineOfId = new HashMap<>();
        for (int i = 0; i < texts.length; i++) {
            if (texts[i].isBlank()) {
                continue;
            }
            Line line = new Line(file, i + 1, object(file, i + 1, texts[i]));
            line.requireKeysAmong(keys);
            Integer earlier = lineOfId.putIfAbsent(line.id(), line.number());
            if (earlier != null) {
                throw line.problem("duplicate id \"" + line.id() + "\"; the first is in line " + earlier
                        + ", and every item needs its own");
            }
            lines.add(line);
        }
        requireSlicesOfSeveral(lines);
        return new JsonLines(content.digest(), List.copyOf(lines));
    }

    private static void requireSlicesOfSeveral(List<Line> lines) {
        Map<String, List<Line>> slices = new LinkedHashMap<>();
        lines.forEach(line -> line.slices()
                .forEach(slice ->
                        slices.computeIfAbsent(slice, name -> new ArrayList<>()).add(line)));
        slices.forEach((slice, members) -> {
            if (members.size() == 1) {
                throw members.get(0)
                        .problem("no other item is in the slice \"" + slice
                                + "\", and one item shows nothing; give the slice more items or leave it out");
            }
        });
    }

    private static JsonNode object(Path file, int number, String text) {
        try {
            JsonNode node = Json.MAPPER.readTree(text);
            if (node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    file + ":" + number + ": the line is not JSON (" + Reason.inLine(e) + ").", e);
        }
        throw new InvalidInputException(
                file + ":" + number + ": the line is not a JSON object; write one item a line, in braces.");
    }
}
