package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.model.SentencePieceModel.Piece;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What SentencePiece itself (release 0.2.1) does with a text, in the form of {@code tokenizer.json}: for the classes of
 * transformers that run its processor and convert nothing.
 *
 * @param settings of the class
 * @param model what the processor reads
 */
record SentencePieceProcessor(TokenizerSettings settings, SentencePieceModel model) {

    /** What GPT-SW3's class removes: control characters without tab and line feed, soft hyphens, and two blanks. */
    private static final String NOT_PRINTED = "[\\x{0}-\\x{8}\\x{b}-\\x{1f}\\x{7f}-\\x{a0}\\x{ad}\\x{200b}]";

    /** What it takes for a blank. */
    private static final String BLANKS = "[\\x{2002}\\x{2003}\\x{2005}\\x{2008}-\\x{200a}\\x{202f}\\x{3000}\\x{fffc}]";

    /** What a regular expression of the tokenizers library reads as something other than itself. */
    private static final Pattern MEANT = Pattern.compile("[^\\p{L}\\p{N}_]");

    /** {@code Normalizer::Normalize} of SentencePiece. */
    ObjectNode normalizer() {
        ObjectNode normalizer = SentencePieceSteps.step("Sequence");
        ArrayNode steps = normalizer.putArray("normalizers");
        if (settings.className().equals(SentencePieceFile.GPT_SW3)) {
            if (settings.asksForLowerCase(false)) {
                steps.add(SentencePieceSteps.step("Lowercase"));
            }
            steps.add(removed(NOT_PRINTED))
                    .add(SentencePieceSteps.replaced("Regex", BLANKS, " "))
                    .add(SentencePieceSteps.step("NFC"));
        }
        SentencePieceSteps.addCharacters(steps, model.characters());
        if (model.blanks().once()) {
            steps.add(removed("^ +")).add(SentencePieceSteps.replaced("Regex", SentencePieceSteps.MANY_BLANKS, " "));
        }
        if (model.blanks().inFront()) {
            steps.add(SentencePieceSteps.step("Prepend").put("prepend", SentencePieceSteps.BLANK));
        }
        steps.add(SentencePieceSteps.replaced("String", " ", SentencePieceSteps.BLANK));
        if (model.blanks().once()) {
            steps.add(removed(SentencePieceSteps.BLANK + "+$"));
        }
        return normalizer;
    }

    private static ObjectNode removed(String pattern) {
        return SentencePieceSteps.replaced("Regex", pattern, "");
    }

    /** Keeps the user's symbols whole, and breaks texts that look like bytes, which the processor finds in no text. */
    ObjectNode preTokenizer() {
        ObjectNode steps = SentencePieceSteps.step("Sequence");
        ArrayNode splits = steps.putArray("pretokenizers");
        String symbols = model.pieces().stream()
                .filter(piece -> piece.type() == SentencePieceModel.USER_DEFINED)
                .map(Piece::text)
                .sorted(Comparator.comparingInt(String::length).reversed()) // the processor takes the longest
                .map(SentencePieceProcessor::literal)
                .collect(Collectors.joining("|"));
        if (!symbols.isEmpty()) {
            splits.add(split(symbols));
        }
        if (model.hasBytes()) {
            splits.add(split("(?<=<)(?=0x[0-9A-F]{2}>)"));
        }
        return steps;
    }

    private static String literal(String text) {
        return MEANT.matcher(text)
                .replaceAll(found -> "\\\\x{%x}".formatted(found.group().codePointAt(0)));
    }

    private static ObjectNode split(String pattern) {
        ObjectNode split =
                SentencePieceSteps.step("Split").put("behavior", "Isolated").put("invert", false);
        split.putObject("pattern").put("Regex", pattern);
        return split;
    }

    ObjectNode decoder() {
        return SentencePieceSteps.bytesAndBlanks(model.blanks().inFront());
    }

    /** The pieces that merges make or merge. */
    List<Piece> merged() {
        return model.pieces().stream()
                .filter(piece -> piece.type() == SentencePieceModel.NORMAL)
                .toList();
    }
}
