package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.Json;
import java.util.Base64;

/**
 * What happens to texts before and after a model of SentencePiece, in the form of {@code tokenizer.json}, by the class
 * of the tokenizer.
 *
 * @param settings of the class
 * @param characters the compiled table that normalizes characters; empty if there is none
 */
record SentencePieceSteps(TokenizerSettings settings, byte[] characters) {

    /** What stands for a blank. */
    static final String BLANK = "\u2581";

    static final String MANY_BLANKS = " {2,}";

    private boolean is(String className) {
        return settings.className().equals(className);
    }

    static ObjectNode step(String type) {
        return Json.MAPPER.createObjectNode().put("type", type);
    }

    static ObjectNode replaced(String kind, String what, String by) {
        ObjectNode step = step("Replace").put("content", by);
        step.putObject("pattern").put(kind, what);
        return step;
    }

    private static ObjectNode strip(boolean left) {
        return step("Strip").put("strip_left", left).put("strip_right", true);
    }

    private ObjectNode metaspace(String scheme, boolean split) {
        return step("Metaspace")
                .put("replacement", BLANK)
                .put("prepend_scheme", scheme)
                .put("split", split);
    }

    /** Where a blank is put in front of a text; only two classes have settings for it. */
    private String scheme() {
        if (!is(SentencePieceFile.T5) && !is(SentencePieceFile.LLAMA)) {
            return "always";
        }
        return !settings.prefixSpace(true) ? "never" : settings.isLegacy() ? "always" : "first";
    }

    /** Null for none. */
    ObjectNode normalizer() {
        if (is(SentencePieceFile.LLAMA) && !settings.isLegacy()) {
            return null;
        }
        ObjectNode normalizer = step("Sequence");
        ArrayNode steps = normalizer.putArray("normalizers");
        if (is(SentencePieceFile.LLAMA)) {
            if (settings.prefixSpace(true)) {
                steps.add(step("Prepend").put("prepend", BLANK));
            }
            steps.add(replaced("String", " ", BLANK));
        } else if (is(SentencePieceFile.ALBERT)) {
            steps.add(replaced("String", "``", "\"")).add(replaced("String", "''", "\""));
            if (!settings.keepsAccents()) {
                steps.add(step("NFKD")).add(step("StripAccents"));
            }
            addLowerCase(steps, true);
            addCharacters(steps, characters);
            steps.add(replaced("Regex", MANY_BLANKS, " "));
        } else if (is(SentencePieceFile.DEBERTA)) {
            addLowerCase(steps, false);
            steps.add(strip(true));
            addCharacters(steps, characters);
            steps.add(replaced("Regex", MANY_BLANKS, " "));
        } else {
            addCharacters(steps, characters);
            steps.add(strip(false)).add(replaced("Regex", MANY_BLANKS, BLANK));
        }
        return normalizer;
    }

    private void addLowerCase(ArrayNode steps, boolean otherwise) {
        if (settings.asksForLowerCase(otherwise)) {
            steps.add(step("Lowercase"));
        }
    }

    static void addCharacters(ArrayNode steps, byte[] characters) {
        if (characters.length > 0) {
            steps.add(step("Precompiled")
                    .put("precompiled_charsmap", Base64.getEncoder().encodeToString(characters)));
        }
    }

    /** Null for none. */
    ObjectNode preTokenizer() {
        if (is(SentencePieceFile.LLAMA)) {
            return settings.isLegacy() ? null : metaspace(scheme(), false);
        }
        if (is(SentencePieceFile.DEBERTA) && settings.splitsPunctuation()) {
            ObjectNode sequence = step("Sequence");
            sequence.putArray("pretokenizers")
                    .add(step("Punctuation").put("behavior", "Isolated"))
                    .add(metaspace(scheme(), true));
            return sequence;
        }
        return metaspace(scheme(), true);
    }

    ObjectNode decoder() {
        return is(SentencePieceFile.LLAMA) ? bytesAndBlanks(settings.prefixSpace(true)) : metaspace(scheme(), true);
    }

    /** @param inFront whether a blank was put in front of every text */
    static ObjectNode bytesAndBlanks(boolean inFront) {
        ObjectNode decoder = step("Sequence");
        ArrayNode steps = decoder.putArray("decoders")
                .add(replaced("String", BLANK, " "))
                .add(step("ByteFallback"))
                .add(step("Fuse"));
        if (inFront) {
            steps.add(step("Strip").put("content", " ").put("start", 1).put("stop", 0));
        }
        return decoder;
    }
}
