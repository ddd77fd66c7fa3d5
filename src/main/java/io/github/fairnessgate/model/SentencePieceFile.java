package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.model.SentencePieceModel.Piece;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code spiece.model} or {@code tokenizer.model}, as Japanese GPT-2s have it: the tokenizer that transformers 4.57.1
 * makes of it ({@code SpmConverter}, {@code T5Converter} and {@code LlamaConverter} of
 * {@code convert_slow_tokenizer.py}).
 */
final class SentencePieceFile {

    static final String T5 = "T5Tokenizer";
    static final String LLAMA = "LlamaTokenizer";

    /** The classes that are read, and the file that each reads. */
    static final Map<String, String> CLASSES =
            new TreeMap<>(Map.of(T5, "spiece.model", "ReformerTokenizer", "spiece.model", LLAMA, "tokenizer.model"));

    /** What transformers 5 takes for unknown characters under T5's class, whatever the file says. */
    static final int T5_UNKNOWN = 2;

    /** What stands for a blank. */
    private static final String BLANK = "\u2581";
    /** Of Llama's pieces, the special ones, whatever score they have. */
    private static final int LLAMA_SPECIAL = 3;

    private final SentencePieceModel model;
    private final TokenizerSettings settings;
    private final boolean isLlama;

    private SentencePieceFile(SentencePieceModel model, TokenizerSettings settings) {
        this.model = model;
        this.settings = settings;
        this.isLlama = settings.className().equals(LLAMA);
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
     * @throws io.github.fairnessgate.InvalidInputException if the file or the settings beside it cannot be used
     */
    static ObjectNode read(Path file, TokenizerSettings settings) {
        return new SentencePieceFile(SentencePieceModel.read(file), settings).json(file);
    }

    private ObjectNode json(Path file) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode added = json.putArray("added_tokens");
        for (int number = 0; number < model.pieces().size(); number++) {
            Piece piece = model.pieces().get(number);
            if (piece.type() == SentencePieceModel.CONTROL || piece.type() == SentencePieceModel.USER_DEFINED) {
                add(added, number, piece.text(), piece.type() == SentencePieceModel.CONTROL);
            }
        }
        int number = model.pieces().size();
        for (String further : settings.sentinels()) {
            add(added, number++, further, true);
        }
        json.set("normalizer", isLlama ? llamaNormalizer() : normalizer());
        json.set("pre_tokenizer", isLlama ? llamaPreTokenizer() : metaspace(true));
        json.putNull("post_processor");
        json.set("decoder", isLlama ? llamaDecoder() : metaspace(true));
        json.set("model", model.isBytePairs() ? bytePairs(file) : unigram());
        return json;
    }

    private static void add(ArrayNode tokens, int number, String content, boolean special) {
        tokens.addObject()
                .put("id", number)
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", special);
    }

    private ObjectNode normalizer() {
        ObjectNode normalizer = Json.MAPPER.createObjectNode().put("type", "Sequence");
        ArrayNode sequence = normalizer.putArray("normalizers");
        if (model.characters().length > 0) {
            sequence.addObject()
                    .put("type", "Precompiled")
                    .put("precompiled_charsmap", Base64.getEncoder().encodeToString(model.characters()));
        }
        sequence.addObject().put("type", "Strip").put("strip_left", false).put("strip_right", true);
        sequence.addObject()
                .put("type", "Replace")
                .put("content", BLANK)
                .putObject("pattern")
                .put("Regex", " {2,}");
        return normalizer;
    }

    private ObjectNode llamaNormalizer() {
        if (!settings.isLegacy()) {
            return null;
        }
        ObjectNode normalizer = Json.MAPPER.createObjectNode().put("type", "Sequence");
        ArrayNode sequence = normalizer.putArray("normalizers");
        if (settings.prefixSpace(true)) {
            sequence.addObject().put("type", "Prepend").put("prepend", BLANK);
        }
        replace(sequence.addObject(), " ", BLANK);
        return normalizer;
    }

    private ObjectNode llamaPreTokenizer() {
        return settings.isLegacy() ? null : metaspace(false);
    }

    private ObjectNode llamaDecoder() {
        ObjectNode decoder = Json.MAPPER.createObjectNode().put("type", "Sequence");
        ArrayNode sequence = decoder.putArray("decoders");
        replace(sequence.addObject(), BLANK, " ");
        sequence.addObject().put("type", "ByteFallback");
        sequence.addObject().put("type", "Fuse");
        if (settings.prefixSpace(true)) {
            sequence.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        return decoder;
    }

    private static void replace(ObjectNode component, String what, String by) {
        component.put("type", "Replace").put("content", by).putObject("pattern").put("String", what);
    }

    private ObjectNode metaspace(boolean split) {
        String scheme = !settings.prefixSpace(true) ? "never" : settings.isLegacy() ? "always" : "first";
        return Json.MAPPER
                .createObjectNode()
                .put("type", "Metaspace")
                .put("replacement", BLANK)
                .put("prepend_scheme", scheme)
                .put("split", split);
    }

    private float score(int number) {
        return isLlama && number < LLAMA_SPECIAL
                ? 0
                : model.pieces().get(number).score();
    }

    private ObjectNode unigram() {
        ObjectNode unigram = Json.MAPPER.createObjectNode().put("type", "Unigram");
        ArrayNode vocabulary = unigram.putArray("vocab");
        for (int number = 0; number < model.pieces().size(); number++) {
            vocabulary.addArray().add(model.pieces().get(number).text()).add((double) score(number));
        }
        settings.sentinels()
                .forEach(further -> vocabulary.addArray().add(further).add(0.0));
        return unigram.put("unk_id", isLlama ? 0 : model.unknown()).put("byte_fallback", isLlama);
    }

    private ObjectNode bytePairs(Path file) {
        ObjectNode pairs = Json.MAPPER
                .createObjectNode()
                .put("type", "BPE")
                .put("unk_token", model.unknownPiece())
                .put("fuse_unk", true)
                .put("byte_fallback", isLlama);
        Map<String, Float> scores = new LinkedHashMap<>();
        for (int number = 0; number < model.pieces().size(); number++) {
            scores.put(model.pieces().get(number).text(), score(number));
        }
        settings.sentinels().forEach(further -> scores.put(further, 0f));
        ObjectNode vocabulary = pairs.putObject("vocab");
        scores.keySet().forEach(text -> vocabulary.put(text, vocabulary.size()));
        ArrayNode merges = pairs.putArray("merges");
        SentencePieceMerges.of(scores, file)
                .forEach(merge -> merges.addArray().add(merge.left()).add(merge.right()));
        return pairs;
    }
}
