package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.FileErrors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tokenizer files of a model directory: {@code tokenizer.json}, or else {@code vocab.json} and {@code merges.txt},
 * {@code vocab.txt}, or a file of SentencePiece; with what the files beside them change about it
 * ({@link TokenizerSettings}).
 *
 * @param files those that decide how a text is encoded, and what begins and ends it
 * @param json the tokenizer in the form of {@code tokenizer.json}, without truncation, padding and randomness
 * @param beginning number of its {@code bos_token}, if it has one
 * @param end number of its {@code eos_token}, if it has one
 * @param classification number of its {@code cls_token}, if it has one
 * @param traits what there is to say about it
 */
record TokenizerFiles(
        List<Path> files,
        ObjectNode json,
        OptionalInt beginning,
        OptionalInt end,
        OptionalInt classification,
        TokenizerTraits traits) {

    static final String END_OF_TEXT = "<|endoftext|>";

    /** That a message names. */
    private static final int MOST_TYPES = 8;

    /** As a share of the rows of an embedding; 50257 of the 51200 rows that training on many GPUs pads to are 0.98. */
    private static final double LEAST_TOKENS = 0.9;

    private static final List<String> SENTENCE_PIECE =
            List.of("spiece.model", "tokenizer.model", "sentencepiece.bpe.model", "sentencepiece.model", "spm.model");

    private static final String BYTE_LEVEL = "ByteLevel";
    private static final String PREFIX_SPACE = TokenizerSettings.PREFIX_SPACE;

    /** All files of a tokenizer that Hugging Face transformers may look at. */
    static final List<String> NAMES = List.of(
            "tokenizer.json",
            "vocab.json",
            "merges.txt",
            WordPieceFile.NAME,
            TokenizerSettings.CONFIG,
            TokenizerSettings.MAP,
            TokenizerSettings.ADDED);

    /**
     * @param classOfModel {@code tokenizer_class} of {@code config.json}
     * @throws InvalidInputException if there is no tokenizer that can be used
     */
    static TokenizerFiles read(Path directory, Optional<String> classOfModel) {
        TokenizerSettings settings = TokenizerSettings.read(directory, classOfModel);
        Path complete = directory.resolve("tokenizer.json");
        if (Files.exists(complete)) {
            return complete(complete, settings);
        }
        if (settings.isBert() && Files.exists(directory.resolve(WordPieceFile.NAME))) {
            return piecesOfWords(directory.resolve(WordPieceFile.NAME), settings);
        }
        Optional<Path> pieces = SentencePieceFile.find(directory, settings);
        if (pieces.isPresent()) {
            return pieces(pieces.get(), settings);
        }
        Path vocabulary = directory.resolve("vocab.json");
        Path merges = directory.resolve("merges.txt");
        if (!Files.exists(vocabulary) || !Files.exists(merges)) {
            throw missing(directory, settings.className());
        }
        if (!settings.readsBytePairs()) {
            throw otherClass(
                    directory, "vocab.json and merges.txt", settings.className(), TokenizerSettings.bytePairClasses());
        }
        return assembled(vocabulary, merges, settings);
    }

    private static InvalidInputException missing(Path directory, String className) {
        if (Files.exists(directory.resolve(WordPieceFile.NAME))) {
            if (!className.equals(TokenizerSettings.GPT2_CLASS)) {
                return otherClass(directory, WordPieceFile.NAME, className, TokenizerSettings.BERT_CLASS);
            }
            return new InvalidInputException(directory + " has its tokenizer only as " + WordPieceFile.NAME
                    + ", but no file names a class that reads it; write"
                    + " {\"tokenizer_class\": \"BertTokenizer\"} to " + TokenizerSettings.CONFIG
                    + ", with do_lower_case if the model was trained so.");
        }
        for (String name : SENTENCE_PIECE) {
            if (Files.exists(directory.resolve(name))) {
                return otherClass(directory, name, className, SentencePieceFile.classes());
            }
        }
        if (Files.exists(directory.resolve("encoder.json"))) {
            return new InvalidInputException(directory + " has its tokenizer under OpenAI's names; copy encoder.json to"
                    + " vocab.json and vocab.bpe to merges.txt.");
        }
        return new InvalidInputException(directory
                + " has no tokenizer: neither tokenizer.json, nor vocab.json with merges.txt, nor " + WordPieceFile.NAME
                + "; copy the tokenizer that the model was trained with beside its weights.");
    }

    private static InvalidInputException otherClass(Path directory, String files, String className, String read) {
        return new InvalidInputException(directory + " has its tokenizer only as " + files + ", and its class is "
                + className + ", which the plugin does not read from these; it reads " + read
                + ". Name this as tokenizer_class in " + TokenizerSettings.CONFIG
                + " if the model was trained with it; else convert the tokenizer once with transformers 4:"
                + " AutoTokenizer.from_pretrained(folder).save_pretrained(folder), which writes tokenizer.json.");
    }

    private static TokenizerFiles piecesOfWords(Path file, TokenizerSettings settings) {
        ObjectNode json = WordPieceFile.read(file, settings.unknown());
        json.putArray("added_tokens");
        // beside the words, the class and the unknown token
        List<Path> files = files(file, settings, json, TokenizerSettings.CONFIG, TokenizerSettings.MAP);
        return with(settings, files, json, List.of(), changesOfTexts(file, json), settings.disagreements(json));
    }

    private static TokenizerFiles pieces(Path file, TokenizerSettings settings) {
        ObjectNode json = SentencePieceFile.read(file, settings);
        List<String> notes = new ArrayList<>(changesOfTexts(file, json));
        if (settings.asksForLowerCase(false)
                && !SentencePieceFile.runsSentencePiece(settings.className())
                && !json.findValuesAsText("type").contains("Lowercase")) {
            notes.add(TokenizerSettings.CONFIG + " has do_lower_case = true, which the fast "
                    + settings.className() + " of transformers ignores: capitals are measured as they are, unless "
                    + file.getFileName() + " itself turns them into small letters.");
        }
        // beside the pieces, the class and how it splits
        List<Path> files = files(file, settings, json, TokenizerSettings.CONFIG);
        return with(
                settings,
                files,
                json,
                List.of(),
                notes,
                settings.disagreement(file, json.at("/model/unk_id").asInt(0)));
    }

    /** A file, and those beside it that decide: those of {@code always} that exist, and others if they change it. */
    private static List<Path> files(Path file, TokenizerSettings settings, ObjectNode json, String... always) {
        SortedSet<String> deciding = new TreeSet<>(settings.deciding(json));
        Stream.of(always).filter(settings::has).forEach(deciding::add);
        List<Path> files = new ArrayList<>(List.of(file));
        deciding.forEach(name -> files.add(file.resolveSibling(name)));
        return files;
    }

    private static TokenizerFiles complete(Path file, TokenizerSettings settings) {
        ObjectNode json = TokenizerSettings.object(file);
        TokenizerVocabulary.requireKnown(json, file);
        List<String> notes = new ArrayList<>();
        for (String setting : List.of("truncation", "padding")) { // a text is always encoded whole
            if (!json.path(setting).isMissingNode() && !json.path(setting).isNull()) {
                notes.add(file.getFileName() + " asks for " + setting
                        + ", which is switched off: every text is measured whole and as it is.");
            }
            json.putNull(setting);
        }
        ((ObjectNode) json.get("model"))
                .put("type", json.at("/model/type").asText("BPE")); // not left to the library to guess
        List<String> random = TokenizerRandomness.switchOff(json);
        notes.addAll(changesOfTexts(file, json));
        requireAddedTokens(file, json);
        List<Path> files = new ArrayList<>(List.of(file));
        settings.deciding(json).forEach(name -> files.add(file.resolveSibling(name)));
        return with(settings, files, json, random, notes, settings.disagreements(json));
    }

    private static TokenizerFiles with(
            TokenizerSettings settings,
            List<Path> files,
            ObjectNode json,
            List<String> random,
            List<String> notes,
            List<String> disagreements) {
        TokenizerSettings.Outcome outcome = settings.apply(json);
        json.set("added_tokens", outcome.addedTokens());
        json.set("normalizer", outcome.normalizer());
        json.set("pre_tokenizer", outcome.preTokenizer());
        return new TokenizerFiles(
                List.copyOf(files),
                json,
                outcome.beginning(),
                outcome.end(),
                outcome.classification(),
                TokenizerTraits.of(json, random, notes, disagreements));
    }

    private static void requireAddedTokens(Path file, ObjectNode json) {
        if (!json.hasNonNull("added_tokens")) {
            json.putArray("added_tokens");
        }
        for (JsonNode token : json.get("added_tokens")) {
            if (!token.path("content").isTextual()) {
                throw new InvalidInputException(
                        file + ": added_tokens has " + token + ", but it must be a list of objects with content and id;"
                                + " copy or download the file again.");
            }
            id(token.get("content").asText(), token.path("id"), file);
        }
    }

    /** What texts go through on the way in and out that GPT-2 does not have, and that a score is a score of. */
    private static List<String> changesOfTexts(Path file, ObjectNode json) {
        List<String> notes = new ArrayList<>();
        JsonNode normalizer = json.path("normalizer");
        if (!normalizer.isMissingNode() && !normalizer.isNull()) {
            notes.add(file.getFileName() + " has a normalizer (" + types(normalizer)
                    + "), which changes texts before they are measured,"
                    + " as wherever the model is used with this file.");
        }
        if (!types(json.path("pre_tokenizer")).contains(BYTE_LEVEL)) {
            notes.add(file.getFileName() + " has no pre_tokenizer " + BYTE_LEVEL
                    + ", so characters that the vocabulary lacks may be lost before a text is measured.");
        }
        if (!types(json.path("decoder")).equals(List.of(BYTE_LEVEL))) {
            notes.add(
                    file.getFileName() + " has a decoder other than " + BYTE_LEVEL + " (" + types(json.path("decoder"))
                            + "), so the text that is judged may be another one than the tokens that the model wrote.");
        }
        return notes;
    }

    /** The types of a component and of what it consists of, each once. */
    private static List<String> types(JsonNode component) {
        return component.findValues("type").stream()
                .map(JsonNode::asText)
                .map(TokenizerRandomness::name)
                .filter(type -> !type.equals("Sequence"))
                .distinct()
                .limit(MOST_TYPES)
                .toList();
    }

    private static TokenizerFiles assembled(Path vocabularyFile, Path mergesFile, TokenizerSettings settings) {
        ObjectNode vocabulary = TokenizerSettings.object(vocabularyFile);
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("version", "1.0");
        json.putNull("truncation");
        json.putNull("padding");
        json.putArray("added_tokens"); // the settings add those of the class, which other files may replace
        json.putNull("normalizer");
        json.set("pre_tokenizer", byteLevel(settings.prefixSpace()));
        json.set("post_processor", byteLevel(false));
        json.set("decoder", byteLevel(false));
        ObjectNode model = json.putObject("model").put("type", "BPE").put("fuse_unk", false);
        model.set("vocab", vocabulary);
        model.set("merges", merges(mergesFile));
        List<String> disagreements = settings.isGpt2() ? settings.disagreements(json) : settings.disagreement();
        SortedSet<String> deciding = new TreeSet<>(settings.deciding(json));
        if (settings.has(TokenizerSettings.CONFIG)) {
            deciding.add(TokenizerSettings.CONFIG); // nothing else says whether a blank is put in front of a text
        }
        List<Path> files = new ArrayList<>(List.of(vocabularyFile, mergesFile));
        deciding.forEach(name -> files.add(vocabularyFile.resolveSibling(name)));
        return with(settings, files, json, List.of(), List.of(), disagreements);
    }

    private static ObjectNode byteLevel(boolean prefixSpace) {
        return Json.MAPPER
                .createObjectNode()
                .put("type", BYTE_LEVEL)
                .put(PREFIX_SPACE, prefixSpace)
                .put("trim_offsets", true)
                .put("use_regex", true);
    }

    /** One merge a line, best first; the two parts are separated by a blank, which no part contains. */
    private static ArrayNode merges(Path file) {
        ArrayNode merges = Json.MAPPER.createArrayNode();
        int lineNumber = 0;
        for (String line : new String(FileErrors.read(file), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
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

    /** Every token, those that were added behind the vocabulary included, with its number. */
    private Map<String, Integer> tokens() {
        Path file = files.get(0);
        Map<String, Integer> tokens = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry :
                TokenizerVocabulary.numbers(json).properties()) {
            tokens.put(entry.getKey(), id(entry.getKey(), entry.getValue(), file));
        }
        for (JsonNode added : json.path("added_tokens")) {
            tokens.put(added.path("content").asText(), id(added.path("content").asText(), added.path("id"), file));
        }
        return tokens;
    }

    private static int id(String token, JsonNode id, Path file) {
        if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
            throw new InvalidInputException(
                    file + ": token \"" + token + "\" has " + (id.isMissingNode() ? "no number" : "the number " + id)
                            + ", but it must have a whole number, 0 or more.");
        }
        return id.intValue();
    }

    /**
     * Checks that the tokens belong to an embedding, and finds those with a meaning of their own.
     *
     * @param stops that end a text that is generated; those that do not exist are left out
     * @throws InvalidInputException if two tokens have the same number, if the embedding has far more or fewer rows
     *     than there are tokens, if no token can begin a text, or if there are no merges for tokens that only merges
     *     make
     */
    SpecialTokens requireFits(Gpt2Config config, List<Integer> stops) {
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
        requireMerges();
        OptionalInt endOfText = tokens.containsKey(END_OF_TEXT)
                ? existing(OptionalInt.of(tokens.get(END_OF_TEXT)), config)
                : OptionalInt.empty();
        List<OptionalInt> beginnings =
                new ArrayList<>(List.of(existing(beginning, config), existing(end, config), endOfText));
        config.bosTokenIds().forEach(id -> beginnings.add(existing(OptionalInt.of(id), config)));
        config.eosTokenIds().forEach(id -> beginnings.add(existing(OptionalInt.of(id), config)));
        beginnings.add(existing(classification, config));
        int first = beginnings.stream()
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(files.get(0)
                        + " has no token that begins a text: neither bos_token nor eos_token nor " + END_OF_TEXT
                        + ", and config.json names none of 0 to "
                        + (config.vocabulary() - 1)
                        + "; name the one that the model was trained with as bos_token in tokenizer_config.json."))
                .getAsInt();
        List<Integer> ends = stops.stream()
                .filter(id -> id >= 0 && id < config.vocabulary())
                .distinct()
                .sorted()
                .toList();
        boolean usual = OptionalInt.of(first).equals(endOfText) && ends.equals(List.of(first));
        return new SpecialTokens(
                first,
                existing(end, config).orElse(first),
                endOfText.orElse(first),
                ends,
                usual ? Optional.empty() : Optional.of(difference(first, ends, byId)));
    }

    private static String difference(int first, List<Integer> ends, Map<Integer, String> byId) {
        return "every text follows " + named(first, byId) + ", and a generated one ends "
                + (ends.isEmpty()
                        ? "by its length alone"
                        : "with " + ends.stream().map(id -> named(id, byId)).collect(Collectors.joining(" or ")));
    }

    private static String named(int id, Map<Integer, String> byId) {
        return byId.containsKey(id) ? "\"" + byId.get(id) + "\" (token " + id + ")" : "token " + id;
    }

    private static OptionalInt existing(OptionalInt id, Gpt2Config config) {
        return id.isPresent() && id.getAsInt() >= 0 && id.getAsInt() < config.vocabulary() ? id : OptionalInt.empty();
    }

    /** Sentences about numbers that only the tokenizer or only the embedding has. */
    List<String> notes(Gpt2Config config) {
        List<String> notes = new ArrayList<>();
        Map<String, Integer> tokens = tokens();
        tokens.entrySet().stream()
                .filter(token -> token.getValue() >= config.vocabulary())
                .map(Map.Entry::getKey)
                .sorted()
                .forEach(token -> notes.add("The tokenizer has the token \"" + token
                        + "\" with number " + tokens.get(token)
                        + ", for which the embedding has no row; a text that contains it cannot be measured."));
        long without = rowsWithoutToken(config);
        if (without > 0) {
            notes.add("The embedding has " + without + (without == 1 ? " row" : " rows") + " without a token ("
                    + config.vocabulary() + " rows, " + tokens.size()
                    + " tokens), as padding leaves them: they count in every probability, as in "
                    + "transformers, and are no text when they are drawn.");
        }
        return notes;
    }

    /** Rows of the embedding for which there is no token. */
    long rowsWithoutToken(Gpt2Config config) {
        return config.vocabulary()
                - tokens().values().stream()
                        .filter(id -> id < config.vocabulary())
                        .count();
    }

    /** Without merges texts would fall into single bytes, and no token of several characters would ever be measured. */
    private void requireMerges() {
        if (!TokenizerVocabulary.isBytePairs(json) || !json.at("/model/merges").isEmpty()) {
            return;
        }
        Set<String> added = added();
        for (Map.Entry<String, JsonNode> entry : json.at("/model/vocab").properties()) {
            String token = entry.getKey();
            if (token.codePointCount(0, token.length()) > 1 && !added.contains(token)) {
                throw new InvalidInputException(files.get(Math.min(1, files.size() - 1))
                        + " has no merges, but the vocabulary has tokens of several characters, such as \"" + token
                        + "\", which only merges make; the file is truncated: copy or download it again.");
            }
        }
    }

    /**
     * Added tokens may lie beyond the embedding: texts without them are measured like others. Padding may add rows, but
     * few.
     */
    private void requireSize(Gpt2Config config, Map<Integer, String> byId) {
        int rows = config.vocabulary();
        Set<String> added = added();
        int largest = byId.entrySet().stream()
                .filter(token -> !added.contains(token.getValue()))
                .mapToInt(Map.Entry::getKey)
                .max()
                .orElse(-1);
        if (largest >= rows) {
            throw new InvalidInputException(
                    files.get(0) + " has the token \"" + byId.get(largest) + "\" with number " + largest
                            + ", so its vocabulary is larger than the token embedding, which has " + rows
                            + " rows (vocab_size in config.json); give the tokenizer that the model was trained with.");
        }
        if (byId.size() < LEAST_TOKENS * rows) {
            throw new InvalidInputException(files.get(0) + " has " + byId.size()
                    + " tokens, so its vocabulary is much smaller than the token embedding,"
                    + " which has " + rows
                    + " rows (vocab_size in config.json): padding an embedding adds fewer than one row in ten;"
                    + " give the tokenizer that the model was trained with.");
        }
    }

    private Set<String> added() {
        Set<String> added = new HashSet<>();
        json.path("added_tokens")
                .forEach(token -> added.add(token.path("content").asText()));
        return added;
    }
}
