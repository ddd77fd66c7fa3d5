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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json} change about a
 * tokenizer, as transformers 4 and 5 read them: the blank in front of a text, further added tokens, and the tokens that
 * begin and end a text.
 */
final class TokenizerSettings {

    static final String CONFIG = "tokenizer_config.json";
    static final String MAP = "special_tokens_map.json";
    static final String ADDED = "added_tokens.json";
    static final String PREFIX_SPACE = "add_prefix_space";

    private static final String CLASS = "tokenizer_class";
    static final String GPT2_CLASS = "GPT2Tokenizer";
    private static final String ADDITIONAL = "additional_special_tokens";
    private static final String EXTRA = "extra_special_tokens";
    private static final String DECODER = "added_tokens_decoder";
    private static final String CONTENT = "content";
    private static final String BYTE_LEVEL = "ByteLevel";

    /** In the order in which transformers adds those that the tokenizer lacks. */
    private static final List<String> SPECIAL =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    static final String BERT_CLASS = "BertTokenizer";
    /** The classes that follow {@code tokenizer.json} in transformers 4 and 5 alike. */
    private static final List<String> GENERAL_CLASSES = List.of("PreTrainedTokenizer", "TokenizersBackend");

    /** What the classes set special tokens to where no file names them. */
    private static final Map<String, Map<String, String>> DEFAULTS = Map.ofEntries(
            Map.entry(GPT2_CLASS, ofGpt2()),
            Map.entry("CodeGenTokenizer", ofGpt2()),
            Map.entry("RobertaTokenizer", ofRoberta()),
            Map.entry("BartTokenizer", ofRoberta()),
            Map.entry("LongformerTokenizer", ofRoberta()),
            Map.entry(BERT_CLASS, ofBert("[UNK]", "[PAD]", Map.of())),
            Map.entry(SentencePieceFile.T5, Map.of("eos_token", "</s>", "unk_token", "<unk>", "pad_token", "<pad>")),
            Map.entry(SentencePieceFile.REFORMER, Map.of("eos_token", "</s>", "unk_token", "<unk>")),
            Map.entry(
                    SentencePieceFile.ALBERT,
                    ofBert("<unk>", "<pad>", Map.of("bos_token", "[CLS]", "eos_token", "[SEP]"))),
            Map.entry(
                    SentencePieceFile.DEBERTA,
                    ofBert("[UNK]", "[PAD]", Map.of("bos_token", "[CLS]", "eos_token", "[SEP]"))),
            Map.entry(SentencePieceFile.XLM_ROBERTA, ofRoberta()),
            Map.entry(SentencePieceFile.BERT_GENERATION, ofSentencePiece("</s>", Map.of("sep_token", "<::::>"))),
            Map.entry(SentencePieceFile.GPT_SW3, ofSentencePiece(TokenizerFiles.END_OF_TEXT, Map.of())),
            Map.entry(SentencePieceFile.LLAMA, Map.of("bos_token", "<s>", "eos_token", "</s>", "unk_token", "<unk>")));

    private static Map<String, String> ofGpt2() {
        return Map.of(
                "bos_token",
                TokenizerFiles.END_OF_TEXT,
                "eos_token",
                TokenizerFiles.END_OF_TEXT,
                "unk_token",
                TokenizerFiles.END_OF_TEXT);
    }

    private static Map<String, String> ofRoberta() {
        return Map.of(
                "bos_token",
                "<s>",
                "eos_token",
                "</s>",
                "unk_token",
                "<unk>",
                "sep_token",
                "</s>",
                "pad_token",
                "<pad>",
                "cls_token",
                "<s>",
                "mask_token",
                "<mask>");
    }

    private static Map<String, String> ofSentencePiece(String end, Map<String, String> more) {
        Map<String, String> tokens = new TreeMap<>(more);
        tokens.putAll(Map.of("bos_token", "<s>", "eos_token", end, "unk_token", "<unk>", "pad_token", "<pad>"));
        return tokens;
    }

    private static Map<String, String> ofBert(String unknown, String padding, Map<String, String> ends) {
        Map<String, String> tokens = new TreeMap<>(ends);
        tokens.putAll(Map.of("sep_token", "[SEP]", "cls_token", "[CLS]", "mask_token", "[MASK]"));
        tokens.putAll(Map.of("unk_token", unknown, "pad_token", padding));
        return tokens;
    }

    /** How some classes match a special token that is only a text in the files. */
    private static final Map<String, Map<String, String>> MATCHED = Map.of(
            SentencePieceFile.ALBERT,
            Map.of("mask_token", "lstrip"),
            SentencePieceFile.XLM_ROBERTA,
            Map.of("mask_token", "lstrip"),
            "RobertaTokenizer",
            Map.of("mask_token", "lstrip"),
            "BartTokenizer",
            Map.of("mask_token", "lstrip"),
            "LongformerTokenizer",
            Map.of("mask_token", "lstrip"),
            SentencePieceFile.DEBERTA,
            Map.of("unk_token", "normalized"));

    /** Whose byte pairs are found as GPT-2's are, in transformers 4 and 5 alike. */
    private static final Set<String> OF_BYTE_PAIRS =
            Set.of(GPT2_CLASS, "CodeGenTokenizer", "RobertaTokenizer", "BartTokenizer", "LongformerTokenizer");

    /** How many sentinels T5's class adds where no file says so, and how many it may add. */
    private static final int SENTINELS = 100;

    private static final int MOST_SENTINELS = 100_000;
    private static final String SENTINEL = "<extra_id_";

    private static final List<String> MATCHING = List.of("single_word", "lstrip", "rstrip");

    private final Path folder;
    private final SortedMap<String, ObjectNode> files;
    private final Optional<String> classOfModel;

    private TokenizerSettings(Path folder, SortedMap<String, ObjectNode> files, Optional<String> classOfModel) {
        this.folder = folder;
        this.files = files;
        this.classOfModel = classOfModel;
    }

    /**
     * What a tokenizer becomes.
     *
     * @param normalizer its {@code normalizer}
     * @param preTokenizer its {@code pre_tokenizer}
     * @param addedTokens its {@code added_tokens}
     * @param beginning number of the token that begins a text, if the tokenizer has one
     * @param end number of the token that ends a text, if the tokenizer has one
     * @param classification number of the token that a classifier reads first, if the tokenizer has one
     */
    record Outcome(
            JsonNode normalizer,
            JsonNode preTokenizer,
            ArrayNode addedTokens,
            OptionalInt beginning,
            OptionalInt end,
            OptionalInt classification) {}

    /**
     * Reads those of the files that exist.
     *
     * @param classOfModel {@code tokenizer_class} of {@code config.json}
     * @throws InvalidInputException if one of them is not a JSON object, or asks for what is not supported
     */
    static TokenizerSettings read(Path folder, Optional<String> classOfModel) {
        SortedMap<String, ObjectNode> files = new TreeMap<>();
        for (String name : List.of(CONFIG, MAP, ADDED)) {
            if (Files.isRegularFile(folder.resolve(name))) {
                files.put(name, object(folder.resolve(name)));
            }
        }
        if (files.containsKey(CONFIG)
                && files.get(CONFIG).path("split_special_tokens").asBoolean()) {
            throw new InvalidInputException(folder.resolve(CONFIG)
                    + " has split_special_tokens = true, by which special tokens within a text are read as text;"
                    + " this is not supported: remove the key.");
        }
        return new TokenizerSettings(folder, files, classOfModel);
    }

    static ObjectNode object(Path file) {
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

    /**
     * The names of the files that change something about a tokenizer: with these alone it becomes what it becomes with
     * all of them.
     *
     * @param tokenizer in the form of {@code tokenizer.json}
     */
    List<String> deciding(ObjectNode tokenizer) {
        Outcome outcome = apply(tokenizer);
        TokenizerSettings needed = this;
        for (String name : List.of(ADDED, MAP, CONFIG)) {
            SortedMap<String, ObjectNode> others = new TreeMap<>(needed.files);
            others.remove(name);
            TokenizerSettings without = new TokenizerSettings(folder, others, classOfModel);
            if (without.apply(tokenizer).equals(outcome)) {
                needed = without;
            }
        }
        return List.copyOf(needed.files.keySet());
    }

    /**
     * What a tokenizer becomes by the files; changes nothing about {@code tokenizer}.
     *
     * @param tokenizer in the form of {@code tokenizer.json}
     */
    Outcome apply(ObjectNode tokenizer) {
        Map<String, ObjectNode> added = new LinkedHashMap<>();
        tokenizer
                .path("added_tokens")
                .forEach(token -> added.put(token.path(CONTENT).asText(), (ObjectNode) token));
        JsonNode vocabulary = TokenizerVocabulary.numbers(tokenizer);
        boolean normalizes = tokenizer.path("normalizer").isObject();
        for (JsonNode token : declaredTokens()) {
            ObjectNode known = added.get(token.path(CONTENT).asText());
            if (known == null || !readsOlderFiles() && isMatchedOtherwise(known, token, normalizes)) {
                put(added, token, vocabulary, normalizes);
            }
        }
        Map<String, JsonNode> special = specialTokens();
        List<JsonNode> named = new ArrayList<>(special.values());
        named.addAll(furtherSpecialTokens());
        for (JsonNode token : named) {
            if (!added.containsKey(content(token))) {
                put(
                        added,
                        token.isTextual() ? Json.MAPPER.createObjectNode().put(CONTENT, token.asText()) : token,
                        vocabulary,
                        normalizes);
            }
        }
        ArrayNode tokens = Json.MAPPER.createArrayNode();
        added.values().forEach(token -> tokens.add(found(token)));
        return new Outcome(
                normalizer(tokenizer),
                preTokenizer(tokenizer),
                tokens,
                number(special.get("bos_token"), added),
                number(special.get("eos_token"), added),
                number(special.get("cls_token"), added));
    }

    /** Where SentencePiece itself reads a text, tokens are found before anything is done with it. */
    private ObjectNode found(ObjectNode token) {
        return SentencePieceFile.runsSentencePiece(className())
                ? token.deepCopy().put("normalized", false)
                : token;
    }

    /** A token without content is none, as for the tokenizers library. */
    private static OptionalInt number(JsonNode token, Map<String, ObjectNode> added) {
        return token == null || !added.containsKey(content(token))
                ? OptionalInt.empty()
                : OptionalInt.of(added.get(content(token)).path("id").asInt());
    }

    private static String content(JsonNode token) {
        return token.isTextual() ? token.asText() : token.path(CONTENT).asText();
    }

    /** Whether two added tokens with the same content are found in different places of a text. */
    private static boolean isMatchedOtherwise(JsonNode known, JsonNode token, boolean normalizes) {
        return MATCHING.stream()
                        .anyMatch(key ->
                                known.path(key).asBoolean() != token.path(key).asBoolean())
                || normalizes
                        && known.path("normalized").asBoolean()
                                != token.path("normalized").asBoolean();
    }

    /**
     * The number is the one that it has, or else the next, whatever a file says: this is how the tokenizers library
     * adds tokens.
     */
    private static void put(Map<String, ObjectNode> added, JsonNode token, JsonNode vocabulary, boolean normalizes) {
        String content = token.path(CONTENT).asText();
        if (content.isEmpty()) {
            return;
        }
        int next = Math.max(
                vocabulary.size(),
                added.values().stream()
                        .mapToInt(other -> other.path("id").asInt() + 1)
                        .max()
                        .orElse(0));
        int number = added.containsKey(content)
                ? added.get(content).path("id").asInt()
                : vocabulary.path(content).asInt(next);
        added.put(
                content,
                Json.MAPPER
                        .createObjectNode()
                        .put("id", number)
                        .put(CONTENT, content)
                        .put("single_word", token.path("single_word").asBoolean())
                        .put("lstrip", token.path("lstrip").asBoolean())
                        .put("rstrip", token.path("rstrip").asBoolean())
                        .put("normalized", token.path("normalized").asBoolean(!normalizes))
                        .put("special", true));
    }

    private JsonNode config(String key) {
        return files.containsKey(CONFIG) ? files.get(CONFIG).path(key) : Json.MAPPER.missingNode();
    }

    /** With {@code added_tokens_decoder}, neither of the other two files is read. */
    private boolean readsOlderFiles() {
        return config(DECODER).isMissingNode();
    }

    /** Added tokens that the files list by number, in that order. */
    private List<JsonNode> declaredTokens() {
        SortedMap<Integer, JsonNode> byNumber = new TreeMap<>();
        if (!readsOlderFiles()) {
            config(DECODER)
                    .properties()
                    .forEach(entry ->
                            byNumber.put(number(entry.getKey(), CONFIG), token(entry.getValue(), CONFIG, DECODER)));
        } else if (files.containsKey(ADDED)) {
            Set<String> special = new LinkedHashSet<>();
            specialTokens().values().forEach(token -> special.add(content(token)));
            furtherSpecialTokens().forEach(token -> special.add(content(token)));
            for (Map.Entry<String, JsonNode> entry : files.get(ADDED).properties()) {
                byNumber.put(
                        number(entry.getValue().asText(), ADDED),
                        Json.MAPPER
                                .createObjectNode()
                                .put(CONTENT, entry.getKey())
                                .put("normalized", !special.contains(entry.getKey())));
            }
        }
        return List.copyOf(byNumber.values());
    }

    private int number(String text, String file) {
        if (!text.matches("\\d{1,9}")) {
            throw new InvalidInputException(folder.resolve(file) + " gives an added token the number " + text
                    + ", but it must have a whole number, 0 or more.");
        }
        return Integer.parseInt(text);
    }

    /** A token as text or as an object with its content. */
    private JsonNode token(JsonNode value, String file, String key) {
        if (value.isTextual() || value.path(CONTENT).isTextual()) {
            return value;
        }
        throw new InvalidInputException(folder.resolve(file) + ": " + key + " has " + value
                + ", but a token is a text or an object with its content; correct it, or save the tokenizer again.");
    }

    /** Special tokens by key, in the order of {@link #SPECIAL}; those that are null in a file are left out. */
    private Map<String, JsonNode> specialTokens() {
        Map<String, JsonNode> tokens = new LinkedHashMap<>();
        for (String key : SPECIAL) {
            String usual = DEFAULTS.getOrDefault(className(), Map.of()).get(key);
            JsonNode value = usual == null
                    ? Json.MAPPER.missingNode()
                    : Json.MAPPER.getNodeFactory().textNode(usual);
            String file = CONFIG;
            if (!config(key).isMissingNode()) {
                value = config(key);
            }
            if (readsOlderFiles() && files.containsKey(MAP) && files.get(MAP).has(key)) {
                value = files.get(MAP).get(key);
                file = MAP;
            }
            if (!value.isMissingNode()
                    && !value.isNull()
                    && !(value.isTextual() && value.asText().isEmpty())) {
                String matched = MATCHED.getOrDefault(className(), Map.of()).get(key);
                tokens.put(
                        key,
                        matched != null && value.isTextual() && !Files.exists(folder.resolve("tokenizer.json"))
                                ? Json.MAPPER
                                        .createObjectNode()
                                        .put(CONTENT, value.asText())
                                        .put(matched, true)
                                : token(value, file, key));
            }
        }
        return tokens;
    }

    /** The special tokens with a role, by their content. */
    Map<String, JsonNode> specialByContent() {
        Map<String, JsonNode> tokens = new LinkedHashMap<>();
        specialTokens().values().forEach(token -> tokens.putIfAbsent(content(token), token));
        return tokens;
    }

    /** The contents of all tokens that the files or the class name. */
    Set<String> namedTokens() {
        Set<String> named = new LinkedHashSet<>();
        Stream.of(declaredTokens(), specialTokens().values(), furtherSpecialTokens())
                .flatMap(Collection::stream)
                .forEach(token -> named.add(content(token)));
        return named;
    }

    /** Special tokens without a role, each once. */
    private Collection<JsonNode> furtherSpecialTokens() {
        Map<String, JsonNode> tokens = new LinkedHashMap<>();
        for (String key : List.of(ADDITIONAL, EXTRA)) {
            config(key).forEach(value -> tokens.putIfAbsent(content(token(value, CONFIG, key)), value));
            if (readsOlderFiles() && files.containsKey(MAP)) {
                files.get(MAP).path(key).forEach(value -> tokens.putIfAbsent(content(token(value, MAP, key)), value));
            }
        }
        return tokens.values();
    }

    /**
     * The class that transformers takes, that for GPT-2 where no file names one; without "Fast", which makes no
     * difference.
     */
    String className() {
        String name = config(CLASS).isTextual() ? config(CLASS).asText() : classOfModel.orElse(GPT2_CLASS);
        return name.endsWith("Fast") ? name.substring(0, name.length() - "Fast".length()) : name;
    }

    /** Whether the class reads byte pairs of two files. */
    boolean readsBytePairs() {
        return OF_BYTE_PAIRS.contains(className());
    }

    /** The classes that do, for a message. */
    static String bytePairClasses() {
        return OF_BYTE_PAIRS.stream().sorted().collect(Collectors.joining(", "));
    }

    /** Whether GPT-2's own class reads the tokenizer. */
    boolean isGpt2() {
        return className().equals(GPT2_CLASS);
    }

    /** Whether its words are found as BERT's are. */
    boolean isBert() {
        return className().equals(BERT_CLASS);
    }

    /** The token for what the tokenizer cannot write. */
    String unknown() {
        return Optional.ofNullable(specialTokens().get("unk_token"))
                .map(TokenizerSettings::content)
                .orElse("");
    }

    /** Whether there is a file of this name. */
    boolean has(String name) {
        return files.containsKey(name);
    }

    /** {@code add_prefix_space} of the configuration, false where it says nothing. */
    boolean prefixSpace() {
        return prefixSpace(false);
    }

    /** {@code add_prefix_space} of the configuration. */
    boolean prefixSpace(boolean otherwise) {
        return config(PREFIX_SPACE).asBoolean(otherwise);
    }

    /** {@code legacy} of the configuration, true where it says nothing: every text after an added token begins anew. */
    boolean isLegacy() {
        return config("legacy").asBoolean(true);
    }

    /** {@code do_lower_case} of the configuration. */
    boolean asksForLowerCase(boolean otherwise) {
        return config("do_lower_case").asBoolean(otherwise);
    }

    /** {@code keep_accents} of the configuration, false where it says nothing. */
    boolean keepsAccents() {
        return config("keep_accents").asBoolean(false);
    }

    /** {@code split_by_punct} of the configuration, false where it says nothing. */
    boolean splitsPunctuation() {
        return config("split_by_punct").asBoolean(false);
    }

    /**
     * The tokens that T5's class adds behind a vocabulary, in the order of their numbers.
     *
     * @throws InvalidInputException if the files list other ones than they count
     */
    List<String> sentinels() {
        if (!className().equals(SentencePieceFile.T5)) {
            return List.of();
        }
        JsonNode given = config("extra_ids");
        int count = given.asInt(SENTINELS);
        long named = furtherSpecialTokens().stream()
                .filter(token -> content(token).contains(SENTINEL))
                .count();
        if (count < 0 || count > MOST_SENTINELS || named > 0 && count > 0 && named != count) {
            throw new InvalidInputException(folder.resolve(CONFIG) + " has extra_ids = " + count + " and names " + named
                    + " tokens with " + SENTINEL + ", but the class " + SentencePieceFile.T5
                    + " takes as many as it names, at most " + MOST_SENTINELS + "; set extra_ids to " + named + ".");
        }
        return IntStream.range(0, count)
                .mapToObj(i -> SENTINEL + (count - 1 - i) + ">")
                .toList();
    }

    private JsonNode normalizer(ObjectNode tokenizer) {
        JsonNode normalizer = tokenizer.hasNonNull("normalizer") ? tokenizer.get("normalizer") : Json.MAPPER.nullNode();
        return isBert()
                ? BertNormalizer.configured(
                        normalizer, config("do_lower_case"), config("tokenize_chinese_chars"), config("strip_accents"))
                : normalizer;
    }

    /** GPT-2's class follows the configuration, false where it says nothing; others follow {@code tokenizer.json}. */
    private JsonNode preTokenizer(ObjectNode tokenizer) {
        JsonNode preTokenizer = tokenizer.path("pre_tokenizer");
        if (!isGpt2()
                || !isByteLevel(preTokenizer)
                || preTokenizer.path(PREFIX_SPACE).asBoolean() == prefixSpace()) {
            return preTokenizer;
        }
        return ((ObjectNode) preTokenizer.deepCopy()).put(PREFIX_SPACE, prefixSpace());
    }

    private static boolean isByteLevel(JsonNode component) {
        return component.path("type").asText().equals(BYTE_LEVEL);
    }

    /**
     * Sentences about what the versions of transformers read in different ways, and which of them is measured; the
     * files are named after their folder.
     */
    List<String> disagreements(ObjectNode tokenizer) {
        List<String> sentences = new ArrayList<>();
        JsonNode preTokenizer = tokenizer.path("pre_tokenizer");
        if (replacesParts(tokenizer)) {
            sentences.add("tokenizer.json is measured as it is, and as transformers 4 has it, but transformers 5 takes "
                    + "only the vocabulary and the added tokens from it"
                    + " and may replace the rest because the class is " + className() + ": set " + CLASS
                    + " to PreTrainedTokenizerFast in " + CONFIG);
        }
        if (!config("auto_map").isEmpty()) {
            sentences.add(CONFIG + " names code of its own in auto_map, which transformers runs with"
                    + " trust_remote_code=True; what is measured is what tokenizer.json says: remove the key, unless"
                    + " the code only reads this file");
        }
        Map<String, JsonNode> named = specialTokens();
        if (replacesParts(tokenizer)
                && !DEFAULTS.containsKey(className())
                && !named.containsKey("bos_token")
                && !named.containsKey("eos_token")) {
            sentences.add("no file names bos_token or eos_token, and the class " + className()
                    + " may have its own in transformers, which are not measured: name them in " + CONFIG);
        }
        if (!isGpt2()) {
            if (isByteLevel(preTokenizer) && preTokenizer.path(PREFIX_SPACE).asBoolean() != prefixSpace()) {
                sentences.add("tokenizer.json has " + PREFIX_SPACE + " = "
                        + preTokenizer.path(PREFIX_SPACE).asBoolean()
                        + ", which is measured and which transformers 5 follows, but transformers 4 follows " + CONFIG
                        + " (" + prefixSpace()
                        + ", which is the value where the key is missing): give both files the same value");
            }
            return sentences;
        }
        Set<String> replaced = replacedByGpt2(tokenizer);
        if (!replaced.isEmpty()) {
            sentences.add("tokenizer.json has " + String.join(", ", replaced)
                    + ", which is measured as in transformers 4, but transformers 5"
                    + " replaces it by what GPT-2 has because the class is " + GPT2_CLASS + ": set " + CLASS
                    + " to PreTrainedTokenizerFast in " + CONFIG);
        }
        if (!readsOlderFiles()) {
            Set<String> declared = namedTokens();
            tokenizer.path("added_tokens").forEach(token -> {
                if (!declared.contains(token.path(CONTENT).asText())) {
                    sentences.add("tokenizer.json has the added token \""
                            + token.path(CONTENT).asText() + "\", which is measured"
                            + " as in transformers 4, but transformers 5 takes added tokens from " + DECODER + " in "
                            + CONFIG + ", where it is missing: add it there");
                }
            });
        }
        return sentences;
    }

    /** The same of byte pairs in two files under another class than GPT-2's. */
    List<String> disagreement() {
        return MATCHED.containsKey(className())
                ? List.of("a blank before mask_token belongs to it under the class " + className()
                        + " in transformers 4, which is measured, and not in transformers 5: save the tokenizer with"
                        + " transformers 4, which writes tokenizer.json, and set " + CLASS
                        + " to PreTrainedTokenizerFast in " + CONFIG)
                : List.of();
    }

    /** The same of a tokenizer that was made of a file of SentencePiece. */
    List<String> disagreement(Path pieces, int unknown) {
        if (!SentencePieceFile.runsSentencePiece(className())) {
            return List.of(otherConversion(pieces, unknown));
        }
        return className().equals(SentencePieceFile.GPT_SW3) && asksForLowerCase(false)
                ? List.of(CONFIG + " has do_lower_case = true, which is measured as transformers 4 follows it, but"
                        + " transformers 5 does not: remove the key if the model was trained with capitals")
                : List.of();
    }

    private String otherConversion(Path pieces, int unknown) {
        return pieces.getFileName() + " is measured as transformers 4 converts it, but transformers 5 converts it"
                + " in another way because the class is " + className() + ", and may give other tokens to blanks, line"
                + " breaks, unknown characters and added tokens"
                + (className().equals(SentencePieceFile.T5) && unknown != SentencePieceFile.T5_UNKNOWN
                        ? ", and gives token " + SentencePieceFile.T5_UNKNOWN + " in place of token " + unknown
                                + " to unknown characters"
                        : "")
                + ": save the tokenizer with transformers 4, which writes tokenizer.json, and set " + CLASS
                + " to PreTrainedTokenizerFast in " + CONFIG;
    }

    /** Whether transformers 5 makes parts of the tokenizer itself, in a way that may differ. */
    private boolean replacesParts(ObjectNode tokenizer) {
        boolean isOfBert = isBert()
                && tokenizer.at("/normalizer/type").asText().equals(BertNormalizer.TYPE)
                && tokenizer.at("/pre_tokenizer/type").asText().equals(BertNormalizer.PRE_TOKENIZER);
        return !isGpt2() && !isOfBert && !GENERAL_CLASSES.contains(className());
    }

    /** What transformers 5 does not read from {@code tokenizer.json} where the class is GPT-2's. */
    private static Set<String> replacedByGpt2(ObjectNode tokenizer) {
        Set<String> replaced = new LinkedHashSet<>();
        if (tokenizer.path("normalizer").isObject()) {
            replaced.add("a normalizer");
        }
        if (!isByteLevel(tokenizer.path("pre_tokenizer"))
                || !tokenizer.path("pre_tokenizer").path("use_regex").asBoolean(true)) {
            replaced.add("a pre_tokenizer other than GPT-2's");
        }
        for (String key : List.of("ignore_merges", "byte_fallback")) {
            if (tokenizer.path("model").path(key).asBoolean()) {
                replaced.add("model." + key + " = true");
            }
        }
        for (String key : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!tokenizer.path("model").path(key).asText("").isEmpty()
                    && !tokenizer.path("model").path(key).isNull()) {
                replaced.add("model." + key + " = " + tokenizer.path("model").path(key));
            }
        }
        return replaced;
    }
}
