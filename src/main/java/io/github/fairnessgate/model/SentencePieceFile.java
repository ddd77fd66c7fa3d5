package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.SentencePieceModel.Piece;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code spiece.model} or another file of SentencePiece, as Japanese GPT-2s have it: the tokenizer that transformers
 * 4.57.1 makes of it ({@code SpmConverter} and the classes below it in {@code convert_slow_tokenizer.py}).
 */
final class SentencePieceFile {

    static final String T5 = "T5Tokenizer";
    static final String LLAMA = "LlamaTokenizer";
    static final String ALBERT = "AlbertTokenizer";
    static final String DEBERTA = "DebertaV2Tokenizer";
    static final String REFORMER = "ReformerTokenizer";
    static final String XLM_ROBERTA = "XLMRobertaTokenizer";
    static final String BERT_GENERATION = "BertGenerationTokenizer";
    static final String GPT_SW3 = "GPTSw3Tokenizer";

    /** The classes that are read, and the file that each reads. */
    static final Map<String, String> CLASSES = new TreeMap<>(Map.of(
            T5,
            "spiece.model",
            REFORMER,
            "spiece.model",
            ALBERT,
            "spiece.model",
            DEBERTA,
            "spm.model",
            LLAMA,
            "tokenizer.model",
            BERT_GENERATION,
            "spiece.model",
            GPT_SW3,
            "spiece.model",
            XLM_ROBERTA,
            "sentencepiece.bpe.model"));

    /** What transformers 5 takes for unknown characters under T5's class, whatever the file says. */
    static final int T5_UNKNOWN = 2;

    /** Of Llama's and XLM-RoBERTa's pieces, the special ones, whatever score they have. */
    private static final int SPECIAL = 3;

    private static final List<String> XLM_ROBERTA_SPECIAL = List.of("<s>", "<pad>", "</s>", "<unk>");
    private static final String XLM_ROBERTA_LAST = "<mask>";
    /** By which Albert's class makes numbers with a comma less probable. */
    private static final float COMMA = 100;

    /** A digit of any script, raised, lowered or in a circle, and a comma at the end, as isdigit of Python has it. */
    private static final Pattern NUMBER =
            Pattern.compile("(?s).*[\\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468],");

    private final SentencePieceModel model;
    private final TokenizerSettings settings;
    private final Path file;
    private final Map<String, Float> vocabulary;

    private SentencePieceFile(SentencePieceModel model, TokenizerSettings settings, Path file) {
        this.model = model;
        this.settings = settings;
        this.file = file;
        this.vocabulary = vocabulary();
    }

    /** The classes with their files, for a message. */
    static String classes() {
        return CLASSES.entrySet().stream()
                .map(each -> each.getKey() + " with " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    /** The file of a folder that the class of its tokenizer reads. */
    static Optional<Path> find(Path folder, TokenizerSettings settings) {
        return Optional.ofNullable(CLASSES.get(settings.className()))
                .map(folder::resolve)
                .filter(Files::isRegularFile);
    }

    /**
     * In the form of {@code tokenizer.json}.
     *
     * @throws InvalidInputException if the file or the settings beside it cannot be used
     */
    static ObjectNode read(Path file, TokenizerSettings settings) {
        SentencePieceFile pieces = new SentencePieceFile(SentencePieceModel.read(file), settings, file);
        return pieces.runsSentencePiece() ? pieces.processed() : pieces.json();
    }

    /** Whether transformers runs SentencePiece itself for a class, in versions 4 and 5 alike. */
    static boolean runsSentencePiece(String className) {
        return className.equals(BERT_GENERATION) || className.equals(GPT_SW3);
    }

    private boolean runsSentencePiece() {
        return runsSentencePiece(settings.className());
    }

    private boolean is(String className) {
        return settings.className().equals(className);
    }

    /** Every piece that the class has, with its score, in the order of their numbers. */
    private Map<String, Float> vocabulary() {
        Map<String, Float> pieces = new LinkedHashMap<>();
        if (is(XLM_ROBERTA)) {
            XLM_ROBERTA_SPECIAL.forEach(special -> add(pieces, special, 0));
        }
        for (int number = is(XLM_ROBERTA) ? SPECIAL : 0; number < model.pieces().size(); number++) {
            Piece piece = model.pieces().get(number);
            add(pieces, written(piece), is(LLAMA) && number < SPECIAL ? 0 : piece.score() - penalty(piece.text()));
        }
        if (is(XLM_ROBERTA)) {
            add(pieces, XLM_ROBERTA_LAST, 0);
        }
        settings.sentinels().forEach(sentinel -> add(pieces, sentinel, 0));
        return pieces;
    }

    /**
     * SentencePiece finds a control symbol in no text. One that no file names is not an added token, so it is written
     * with a blank here, which no text has any more when pieces are looked for.
     */
    private String written(Piece piece) {
        return runsSentencePiece()
                        && piece.type() == SentencePieceModel.CONTROL
                        && !settings.namedTokens().contains(piece.text())
                ? " " + piece.text()
                : piece.text();
    }

    private void add(Map<String, Float> pieces, String text, float score) {
        if (pieces.put(text, score) != null) {
            throw new InvalidInputException(file + " has the piece \"" + text + "\", which the class "
                    + settings.className() + " adds itself; set tokenizer_class in " + TokenizerSettings.CONFIG
                    + " to the class that the model was trained with.");
        }
    }

    private float penalty(String text) {
        return is(ALBERT) && NUMBER.matcher(text).matches() ? COMMA : 0;
    }

    private ObjectNode json() {
        SentencePieceSteps steps = new SentencePieceSteps(settings, model.characters());
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.set("added_tokens", added());
        json.set("normalizer", steps.normalizer());
        json.set("pre_tokenizer", steps.preTokenizer());
        json.putNull("post_processor");
        json.set("decoder", steps.decoder());
        json.set("model", model.isBytePairs() ? bytePairs(vocabulary) : unigram());
        return json;
    }

    private ObjectNode processed() {
        if (!model.blanks().usual()) {
            throw new InvalidInputException(file + " was trained with treat_whitespace_as_suffix = true or"
                    + " escape_whitespaces = false, which is not supported; give the model's tokenizer as"
                    + " tokenizer.json.");
        }
        SentencePieceProcessor processor = new SentencePieceProcessor(settings, model);
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.putArray("added_tokens");
        json.set("normalizer", processor.normalizer());
        json.set("pre_tokenizer", processor.preTokenizer());
        json.putNull("post_processor");
        json.set("decoder", processor.decoder());
        if (model.isBytePairs()) {
            Map<String, Float> merged = new LinkedHashMap<>();
            processor.merged().forEach(piece -> merged.put(piece.text(), piece.score()));
            json.set("model", bytePairs(merged).put("ignore_merges", true)); // for the user's symbols
        } else {
            json.set("model", unigram());
        }
        return json;
    }

    /** The control tokens, the user's symbols, and T5's sentinels. */
    private ArrayNode added() {
        Map<String, Integer> numbers = new HashMap<>();
        vocabulary.keySet().forEach(text -> numbers.put(text, numbers.size()));
        Map<String, JsonNode> named = settings.specialByContent();
        ArrayNode added = Json.MAPPER.createArrayNode();
        for (Piece piece : model.pieces()) {
            if (piece.type() == SentencePieceModel.CONTROL || piece.type() == SentencePieceModel.USER_DEFINED) {
                int next = numbers.size();
                int number = numbers.computeIfAbsent(piece.text(), text -> next);
                added.add(added(
                        number, piece.text(), piece.type() == SentencePieceModel.CONTROL, named.get(piece.text())));
            }
        }
        settings.sentinels().forEach(sentinel -> added.add(added(numbers.get(sentinel), sentinel, true, null)));
        return added;
    }

    /** @param named how the files or the class match it; null where they say nothing, or only its text */
    private static ObjectNode added(int number, String content, boolean special, JsonNode named) {
        JsonNode matched = named == null ? Json.MAPPER.missingNode() : named;
        return Json.MAPPER
                .createObjectNode()
                .put("id", number)
                .put("content", content)
                .put("single_word", matched.path("single_word").asBoolean())
                .put("lstrip", matched.path("lstrip").asBoolean())
                .put("rstrip", matched.path("rstrip").asBoolean())
                .put("normalized", matched.path("normalized").asBoolean())
                .put("special", special);
    }

    private boolean writesBytes() {
        return is(LLAMA) || runsSentencePiece() && model.hasBytes();
    }

    private ObjectNode unigram() {
        ObjectNode unigram = Json.MAPPER.createObjectNode().put("type", "Unigram");
        ArrayNode pieces = unigram.putArray("vocab");
        vocabulary.forEach((text, score) -> pieces.addArray().add(text).add((double) score));
        return unigram.put("unk_id", is(LLAMA) ? 0 : is(XLM_ROBERTA) ? SPECIAL : model.unknown())
                .put("byte_fallback", writesBytes());
    }

    /** @param merged the pieces that merges make or merge, with their scores */
    private ObjectNode bytePairs(Map<String, Float> merged) {
        ObjectNode pairs = Json.MAPPER
                .createObjectNode()
                .put("type", "BPE")
                .put("unk_token", model.unknownPiece())
                .put("fuse_unk", true)
                .put("byte_fallback", writesBytes());
        ObjectNode numbers = pairs.putObject("vocab");
        vocabulary.keySet().forEach(text -> numbers.put(text, numbers.size()));
        ArrayNode merges = pairs.putArray("merges");
        SentencePieceMerges.of(merged, file)
                .forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
        return pairs;
    }
}
