package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.Tokenizer;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A text as one row of tokens: its documents one after the other, the token that ends a text between them. */
final class TokenStream {

    private final String name;
    private final int[] tokens;

    private TokenStream(String name, int[] tokens) {
        this.name = name;
        this.tokens = tokens;
    }

    static TokenStream of(TrainingText text, Tokenizer tokenizer) {
        IntStream.Builder tokens = IntStream.builder();
        for (int document = 0; document < text.documents().size(); document++) {
            if (document > 0) {
                tokens.add(tokenizer.specialTokens().end());
            }
            for (int token : tokenizer.encode(text.documents().get(document))) {
                tokens.add(token);
            }
        }
        return new TokenStream(text.name(), tokens.build().toArray());
    }

    String name() {
        return name;
    }

    int size() {
        return tokens.length;
    }

    /** Consecutive windows of {@code length} tokens; what remains at the end is left out. */
    int[][] windows(int length) {
        return windows(tokens, length);
    }

    /** The same of any tokens. */
    static int[][] windows(int[] tokens, int length) {
        int[][] windows = new int[tokens.length / length][];
        for (int window = 0; window < windows.length; window++) {
            windows[window] = Arrays.copyOfRange(tokens, window * length, (window + 1) * length);
        }
        return windows;
    }
}
