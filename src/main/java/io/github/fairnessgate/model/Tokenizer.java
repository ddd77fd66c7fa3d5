package io.github.fairnessgate.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Json;
import io.github.fairnessgate.Reason;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.file.NativeLibraries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * The byte-pair tokenizer of a model, by the native code that Hugging Face itself uses: for the worker only. Safe for
 * concurrent use.
 */
public final class Tokenizer implements AutoCloseable {

    /** The library's default cuts every text at 512 tokens, which would silently shorten a perplexity text. */
    private static final Map<String, String> WHOLE_TEXTS = Map.of("truncation", "false", "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final ModelDirectory model;

    private Tokenizer(HuggingFaceTokenizer tokenizer, ModelDirectory model) {
        this.tokenizer = tokenizer;
        this.model = model;
    }

    /**
     * Loads {@code tokenizer.json}, or builds the same from {@code vocab.json} and {@code merges.txt}.
     *
     * @throws InvalidInputException if the native code refuses the tokenizer
     */
    public static Tokenizer open(ModelDirectory model) {
        TokenizerFiles files = TokenizerFiles.read(model.path(), model.config().tokenizerClass());
        try (ByteArrayInputStream json = new ByteArrayInputStream(Json.MAPPER.writeValueAsBytes(files.json()))) {
            return new Tokenizer(HuggingFaceTokenizer.newInstance(json, WHOLE_TEXTS), model);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read as JSON can be written as JSON", e);
        } catch (IOException e) {
            throw FileErrors.cannot("read the tokenizer of", model.path(), e);
        } catch (RuntimeException e) {
            if (NativeLibraries.areMissing(e)) {
                throw e;
            }
            throw new InvalidInputException(
                    files.files().get(0) + " is not a usable tokenizer: " + Reason.of(e) + ".", e);
        }
    }

    /**
     * The tokens of a text: none added in front or behind, none cut off.
     *
     * @param text a text that contains a special token, such as {@code <|endoftext|>}, gets that token there
     * @throws InvalidInputException if the text has half a surrogate pair, which is not a character and has no bytes,
     *     or a token for which the model has no embedding
     */
    public int[] encode(String text) {
        requireWholeCharacters(text);
        return ids(text, tokenizer.encode(text, false, false));
    }

    /**
     * Tokens and where they end.
     *
     * @param ids as {@link #encode} gives them
     * @param ends for each the place in the text behind its last character, in {@code char}s; blanks at its end may not
     *     count
     */
    public record Placed(int[] ids, int[] ends) {}

    /** The tokens of a text as {@link #encode} gives them, with their places. */
    public Placed encodePlaced(String text) {
        requireWholeCharacters(text);
        Encoding encoding = tokenizer.encode(text, false, false);
        CharSpan[] spans = encoding.getCharTokenSpans();
        int[] ends = new int[spans.length];
        int codePoints = 0;
        int place = 0;
        for (int token = 0; token < spans.length; token++) {
            int end = spans[token] == null ? codePoints : spans[token].getEnd();
            place = text.offsetByCodePoints(place, end - codePoints);
            codePoints = end;
            ends[token] = place;
        }
        return new Placed(ids(text, encoding), ends);
    }

    private int[] ids(String text, Encoding encoding) {
        int[] ids = Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
        for (int id : ids) {
            if (id >= model.config().vocabulary()) {
                throw new InvalidInputException("The text \"" + text + "\" has the token \"" + decode(new int[] {id})
                        + "\" with number " + id + ", but the embedding of " + model.path() + " has rows for 0 to "
                        + (model.config().vocabulary() - 1) + " only; remove it from the text.");
            }
        }
        return ids;
    }

    private static void requireWholeCharacters(String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
                throw new InvalidInputException("The text \"" + text + "\" has half a character at index " + i
                        + " (an unpaired surrogate); correct the text, or read it with the encoding that "
                        + "it was written with.");
            }
        }
    }

    /** The text of tokens, special ones included; bytes that are not whole UTF-8 characters become U+FFFD. */
    public String decode(int[] ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), false);
    }

    /** The tokens with a meaning of their own. */
    public SpecialTokens specialTokens() {
        return model.specialTokens();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
