package io.github.fairnessgate.compress;

import io.github.fairnessgate.counterfactual.SwappedText;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.train.CounterfactualWindow;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Documents and their counterfactuals as two rows of tokens. A token is aligned with the one of the other row that ends
 * at the same place of the text, so tokens outside the words that were exchanged are aligned one to one.
 */
final class AlignedStream {

    /** A document and what it becomes. */
    record Document(String text, SwappedText counterfactual) {}

    private final int end;
    private final int[] tokens;
    private final int[] others;
    /** By token, an index of {@link #others} or -1. */
    private final int[] aligned;
    /** By document, the index behind its last token. */
    private final int[] ends;

    private AlignedStream(int end, int[] tokens, int[] others, int[] aligned, int[] ends) {
        this.end = end;
        this.tokens = tokens;
        this.others = others;
        this.aligned = aligned;
        this.ends = ends;
    }

    static AlignedStream of(List<Document> documents, Tokenizer tokenizer) {
        int end = tokenizer.specialTokens().end();
        Row tokens = new Row();
        Row others = new Row();
        Row aligned = new Row();
        int[] ends = new int[documents.size()];
        for (int number = 0; number < documents.size(); number++) {
            if (number > 0) {
                aligned.add(others.size);
                tokens.add(end);
                others.add(end);
            }
            Document document = documents.get(number);
            Tokenizer.Placed text = tokenizer.encodePlaced(document.text());
            Tokenizer.Placed other = document.counterfactual().differs()
                    ? tokenizer.encodePlaced(document.counterfactual().text())
                    : text;
            align(text, other, document.counterfactual().places(), others.size, aligned);
            tokens.addAll(text.ids());
            others.addAll(other.ids());
            ends[number] = tokens.size;
        }
        return new AlignedStream(end, tokens.values(), others.values(), aligned.values(), ends);
    }

    /** @param first where the other document begins in its row */
    private static void align(
            Tokenizer.Placed text, Tokenizer.Placed other, SwappedText.Places places, int first, Row aligned) {
        int next = 0;
        for (int token = 0; token < text.ids().length; token++) {
            int place = places.of(text.ends()[token]);
            while (place >= 0 && next < other.ends().length && other.ends()[next] < place) {
                next++;
            }
            boolean found = place >= 0 && next < other.ends().length && other.ends()[next] == place;
            aligned.add(found ? first + next : -1);
            next += found ? 1 : 0;
        }
    }

    int[] tokens() {
        return tokens;
    }

    /** The document that a token is of; one between two is of the second. */
    int document(int token) {
        int found = Arrays.binarySearch(ends, token + 1);
        return Math.min(found >= 0 ? found : -found - 1, ends.length - 1);
    }

    /**
     * What stands for the window of {@code length} tokens from {@code from} on. It begins with the first token that may
     * be of another text than the tokens before the window.
     */
    CounterfactualWindow counterfactual(int from, int length) {
        int before = from - 1;
        while (before >= 0 && aligned[before] < 0) {
            before--;
        }
        int first = before < 0 ? 0 : aligned[before] + 1;
        int[] window = IntStream.range(first, first + length)
                .map(token -> token < others.length ? others[token] : end)
                .toArray();
        int[] places = IntStream.range(from, from + length)
                .map(token -> aligned[token] - first)
                .map(place -> place < length ? Math.max(-1, place) : -1)
                .toArray();
        return new CounterfactualWindow(window, places);
    }

    /** Numbers, one added after the other. */
    private static final class Row {

        private int[] values = new int[1024];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        void addAll(int[] more) {
            for (int value : more) {
                add(value);
            }
        }

        int[] values() {
            return Arrays.copyOf(values, size);
        }
    }
}
