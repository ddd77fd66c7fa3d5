package io.github.fairnessgate.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.file.FileErrors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * {@code vocab.txt}, one piece of a word a line, as Chinese GPT-2s have it: the tokenizer that transformers'
 * {@code BertTokenizer} makes of it.
 */
final class WordPieceFile {

    static final String NAME = "vocab.txt";

    /** Longer words are unknown. */
    private static final int LONGEST_WORD = 100;

    private WordPieceFile() {}

    /**
     * In the form of {@code tokenizer.json}, without added tokens.
     *
     * @param unknown what stands for a word that the pieces cannot make
     * @throws InvalidInputException if {@code unknown} is not in the file
     */
    static ObjectNode read(Path file, String unknown) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.putObject("normalizer")
                .put("type", BertNormalizer.TYPE)
                .put("clean_text", true)
                .put(BertNormalizer.CHINESE, true)
                .put(BertNormalizer.LOWERCASE, true)
                .putNull(BertNormalizer.ACCENTS);
        json.putObject("pre_tokenizer").put("type", BertNormalizer.PRE_TOKENIZER);
        json.putNull("post_processor");
        json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode vocabulary = json.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", unknown)
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", LONGEST_WORD)
                .putObject("vocab");
        int number = 0;
        for (String piece : new String(FileErrors.read(file), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            vocabulary.put(piece, number++);
        }
        if (!vocabulary.has(unknown)) {
            throw new InvalidInputException(file + " lacks the token \"" + unknown
                    + "\" for unknown words; name the one that it has as unk_token in " + TokenizerSettings.CONFIG
                    + ", or give the model's own tokenizer.");
        }
        return json;
    }
}
