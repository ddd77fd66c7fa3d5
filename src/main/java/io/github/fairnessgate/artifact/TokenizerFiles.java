package io.github.fairnessgate.artifact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tokenizer files of a model directory: {@code tokenizer.json}, or else {@code vocab.json} and {@code merges.txt} (with
 * {@code tokenizer_config.json}, if there, for {@code add_prefix_space}).
 *
 * @param files  those that decide how a text is encoded
 * @param json   the tokenizer in the form of {@code tokenizer.json}, without truncation, padding and randomness
 * @param traits what there is to say about it
 */
record TokenizerFiles(List<Path> files, ObjectNode json, TokenizerTraits traits) {

    static final String END_OF_TEXT = "<|endoftext|>";

    /** That a message names. */
    private static final int MOST_TYPES = 8;

    private static final String BYTE_LEVEL = "ByteLevel";
    private static final String CONFIG = "tokenizer_config.json";
    private static final String PREFIX_SPACE = "add_prefix_space";

    /** All files of a tokenizer that Hugging Face transformers may look at. */
    static final List<String> NAMES = List.of("tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json",
            "special_tokens_map.json", "added_tokens.json");

    static TokenizerFiles read(Path directory) {
        Path complete = directory.resolve("tokenizer.json");
        if (Files.exists(complete)) {
            return complete(complete);
        }
        Path vocabulary = directory.resolve("vocab.json");
        Path merges = directory.resolve("merges.txt");
        if (!Files.exists(vocabulary) || !Files.exists(merges)) {
            throw new InvalidInputException(directory + " has no tokenizer: neither tokenizer.json, nor vocab.json with merges.txt;"
                    + " copy the tokenizer that the model was trained with beside its weights.");
        }
        if (Files.exists(directory.resolve("added_tokens.json"))) {
            throw new InvalidInputException(directory + " has added_tokens.json but no tokenizer.json; save the tokenizer once with"
                    + " transformers (AutoTokenizer.from_pretrained(folder).save_pretrained(folder)), which writes tokenizer.json.");
        }
        return assembled(vocabulary, merges, directory.resolve(CONFIG));
    }

    private static TokenizerFiles complete(Path file) {
        ObjectNode json = readObject(file);
        JsonNode model = json.path("model");
        if (!model.path("vocab").isObject() || !model.path("type").asText("BPE").equals("BPE")) {
            throw new InvalidInputException(file + " is not a byte-pair tokenizer (model.type is " + model.path("type")
                    + "), but GPT-2 models have one; give the model's own tokenizer.");
        }
        List<String> notes = new ArrayList<>();
        for (String setting : List.of("truncation", "padding")) { // a text is always encoded whole
            if (!json.path(setting).isMissingNode() && !json.path(setting).isNull()) {
                notes.add(file + " asks for " + setting + ", which is switched off: every text is measured whole and as it is.");
            }
            json.putNull(setting);
        }
        ((ObjectNode) model).put("type", "BPE"); // not left to the library to guess
        List<String> random = TokenizerRandomness.switchOff(json);
        notes.addAll(changesOfTexts(file, json));
        prefixSpaceOfConfig(file, json).ifPresent(notes::add);
        return new TokenizerFiles(List.of(file), json, TokenizerTraits.of(json, random, notes));
    }

    /** What texts go through on the way in and out that GPT-2 does not have, and that a score is a score of. */
    private static List<String> changesOfTexts(Path file, ObjectNode json) {
        List<String> notes = new ArrayList<>();
        JsonNode normalizer = json.path("normalizer");
        if (!normalizer.isMissingNode() && !normalizer.isNull()) {
            notes.add(file + " has a normalizer (" + types(normalizer) + "), which changes texts before they are measured,"
                    + " as wherever the model is used with this file.");
        }
        if (!types(json.path("pre_tokenizer")).contains(BYTE_LEVEL)) {
            notes.add(file + " has no pre_tokenizer " + BYTE_LEVEL + ", so characters that the vocabulary lacks may be lost before a text is measured.");
        }
        if (!types(json.path("decoder")).equals(List.of(BYTE_LEVEL))) {
            notes.add(file + " has a decoder other than " + BYTE_LEVEL + " (" + types(json.path("decoder"))
                    + "), so the text that is judged may be another one than the tokens that the model wrote.");
        }
        return notes;
    }

    /** The types of a component and of what it consists of, each once. */
    private static List<String> types(JsonNode component) {
        return component.findValues("type").stream().map(JsonNode::asText).map(TokenizerRandomness::name).filter(type -> !type.equals("Sequence"))
                .distinct().limit(MOST_TYPES).toList();
    }

    /** Transformers takes {@code tokenizer_config.json} where the two contradict each other. */
    private static Optional<String> prefixSpaceOfConfig(Path file, ObjectNode json) {
        Path config = file.resolveSibling(CONFIG);
        if (!Files.isRegularFile(config)) {
            return Optional.empty();
        }
        JsonNode wanted = readObject(config).path(PREFIX_SPACE);
        boolean prefixSpace = json.path("pre_tokenizer").findValues(PREFIX_SPACE).stream().anyMatch(JsonNode::asBoolean);
        if (!wanted.isBoolean() || wanted.booleanValue() == prefixSpace) {
            return Optional.empty();
        }
        return Optional.of(config + " says " + PREFIX_SPACE + " = " + wanted + ", but " + file.getFileName() + " says " + prefixSpace
                + ", which is what is measured; transformers may take the former.");
    }

    private static TokenizerFiles assembled(Path vocabularyFile, Path mergesFile, Path configFile) {
        List<Path> files = new ArrayList<>(List.of(vocabularyFile, mergesFile));
        boolean prefixSpace = false;
        if (Files.exists(configFile)) {
            files.add(configFile);
            prefixSpace = readObject(configFile).path(PREFIX_SPACE).asBoolean(false);
        }
        ObjectNode vocabulary = readObject(vocabularyFile);
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("version", "1.0");
        json.putNull("truncation");
        json.putNull("padding");
        addEndOfText(json.putArray("added_tokens"), vocabulary, vocabularyFile);
        json.putNull("normalizer");
        json.set("pre_tokenizer", byteLevel(prefixSpace));
        json.set("post_processor", byteLevel(false));
        json.set("decoder", byteLevel(false));
        ObjectNode model = json.putObject("model").put("type", "BPE").put("fuse_unk", false);
        model.set("vocab", vocabulary);
        model.set("merges", merges(mergesFile));
        return new TokenizerFiles(List.copyOf(files), json, TokenizerTraits.of(json, List.of(), List.of()));
    }

    private static void addEndOfText(ArrayNode addedTokens, ObjectNode vocabulary, Path file) {
        addedTokens.addObject()
                .put("id", id(END_OF_TEXT, vocabulary.path(END_OF_TEXT), file))
                .put("content", END_OF_TEXT)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", true)
                .put("special", true);
    }

    private static ObjectNode byteLevel(boolean prefixSpace) {
        return Json.MAPPER.createObjectNode()
                .put("type", BYTE_LEVEL)
                .put(PREFIX_SPACE, prefixSpace)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    /** One merge a line, best first; the two parts are separated by a blank, which no part contains. */
    private static ArrayNode merges(Path file) {
        ArrayNode merges = Json.MAPPER.createArrayNode();
        int lineNumber = 0;
        for (String line : new String(FileErrors.read(file), StandardCharsets.UTF_8).lines().toList()) {
            lineNumber++;
            if (line.isEmpty() || line.startsWith("#version")) {
                continue;
            }
            if (line.split(" ", -1).length != 2) {
                throw new InvalidInputException(file + ", line " + lineNumber + ": \"" + line
                        + "\" is not a merge, which is two parts separated by one blank.");
            }
            merges.add(line);
        }
        return merges;
    }

    private static ObjectNode readObject(Path file) {
        try {
            if (Json.MAPPER.readTree(FileErrors.read(file)) instanceof ObjectNode object) {
                return object;
            }
            throw new InvalidInputException(file + " is not a JSON object.");
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(file + " is not JSON (" + Reason.of(e) + ").", e);
        } catch (IOException e) {
            throw FileErrors.cannot("read", file, e);
        }
    }

    /** Every token, those that were added behind the vocabulary included, with its number. */
    private Map<String, Integer> tokens() {
        Path file = files.get(0);
        Map<String, Integer> tokens = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.path("model").path("vocab").properties()) {
            tokens.put(entry.getKey(), id(entry.getKey(), entry.getValue(), file));
        }
        for (JsonNode added : json.path("added_tokens")) {
            tokens.put(added.path("content").asText(), id(added.path("content").asText(), added.path("id"), file));
        }
        return tokens;
    }

    private static int id(String token, JsonNode id, Path file) {
        if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
            throw new InvalidInputException(file + ": token \"" + token + "\" has " + (id.isMissingNode() ? "no number" : "the number " + id)
                    + ", but it must have a whole number, 0 or more.");
        }
        return id.intValue();
    }

    /**
     * The number of {@code <|endoftext|>}.
     *
     * @throws InvalidInputException if the tokens are not numbered 0 to {@code config.vocabulary() - 1}, each number once,
     *     if {@code <|endoftext|>} is not among them, or if there are no merges for tokens that only merges make
     */
    int requireFits(Gpt2Config config) {
        Map<String, Integer> tokens = tokens();
        Map<Integer, String> byId = new HashMap<>();
        tokens.forEach((token, id) -> {
            String other = byId.put(id, token);
            if (other != null) {
                throw new InvalidInputException(files.get(0) + ": the tokens \"" + other + "\" and \"" + token
                        + "\" have the same number " + id + ".");
            }
        });
        requireSize(config, byId);
        if (!tokens.containsKey(END_OF_TEXT)) {
            throw new InvalidInputException(files.get(0) + " has no token " + END_OF_TEXT
                    + ", which GPT-2 begins every text with; give the model's own tokenizer.");
        }
        requireMerges();
        return tokens.get(END_OF_TEXT);
    }

    /** Without merges texts would fall into single bytes, and no token of several characters would ever be measured. */
    private void requireMerges() {
        if (!json.at("/model/merges").isEmpty()) {
            return;
        }
        Set<String> added = new HashSet<>();
        json.path("added_tokens").forEach(token -> added.add(token.path("content").asText()));
        for (Map.Entry<String, JsonNode> entry : json.at("/model/vocab").properties()) {
            String token = entry.getKey();
            if (token.codePointCount(0, token.length()) > 1 && !added.contains(token)) {
                throw new InvalidInputException(files.get(Math.min(1, files.size() - 1)) + " has no merges, but the vocabulary has tokens of several characters, such as \""
                        + token + "\", which only merges make; the file is truncated: copy or download it again.");
            }
        }
    }

    private void requireSize(Gpt2Config config, Map<Integer, String> byId) {
        int largest = byId.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
        if (largest >= config.vocabulary()) {
            throw new InvalidInputException(files.get(0) + " has the token \"" + byId.get(largest) + "\" with number " + largest
                    + ", so its vocabulary is larger than the token embedding, which has " + config.vocabulary()
                    + " rows (vocab_size in config.json); give the tokenizer that the model was trained with.");
        }
        if (byId.size() < config.vocabulary()) {
            throw new InvalidInputException(files.get(0) + " has " + byId.size() + " tokens, so its vocabulary is smaller than the token embedding,"
                    + " which has " + config.vocabulary() + " rows (vocab_size in config.json); give the tokenizer that the model was trained with.");
        }
    }
}
