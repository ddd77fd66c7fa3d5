package io.github.fairnessgate.model;

import io.github.fairnessgate.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The merges of byte pairs that SentencePiece does not write down: every way to make a piece of two others. */
final class SentencePieceMerges {

    /** Of characters that are compared: pieces of 16 characters, as most trainers make them, could be two million. */
    private static final long MOST_WORK = 500_000_000;

    private SentencePieceMerges() {}

    /**
     * One merge.
     *
     * @param score of the piece that it makes
     */
    record Merge(String left, String right, float score) {

        private int leftCharacters() {
            return left.codePointCount(0, left.length());
        }

        private int rightCharacters() {
            return right.codePointCount(0, right.length());
        }
    }

    /**
     * In the order of transformers' {@code generate_merges}: by score, then by the lengths of the parts, the largest
     * first; what is equal in these, by the numbers of the pieces.
     *
     * @param scores of the pieces, in the order of their numbers
     * @param file that messages name
     * @throws InvalidInputException if the pieces are so long that this would take very long
     */
    static List<Merge> of(Map<String, Float> scores, Path file) {
        Map<String, Integer> numbers = new HashMap<>();
        scores.keySet().forEach(piece -> numbers.put(piece, numbers.size()));
        List<Merge> merges = new ArrayList<>();
        long work = 0;
        for (Map.Entry<String, Float> piece : scores.entrySet()) {
            String text = piece.getKey();
            work += (long) text.length() * text.length();
            if (work > MOST_WORK) {
                throw new InvalidInputException(file + " has pieces that are too long together to find the merges"
                        + " that make them; give the model's own tokenizer as tokenizer.json.");
            }
            List<Merge> ways = new ArrayList<>();
            for (int at = text.offsetByCodePoints(0, 1); at < text.length(); at = text.offsetByCodePoints(at, 1)) {
                String left = text.substring(0, at);
                String right = text.substring(at);
                if (numbers.containsKey(left) && numbers.containsKey(right)) {
                    ways.add(new Merge(left, right, piece.getValue()));
                }
            }
            ways.sort(Comparator.<Merge>comparingInt(way -> numbers.get(way.left()))
                    .thenComparingInt(way -> numbers.get(way.right())));
            merges.addAll(ways);
        }
        merges.sort(Comparator.comparing(Merge::score)
                .thenComparing(Merge::leftCharacters)
                .thenComparing(Merge::rightCharacters)
                .reversed());
        return merges;
    }
}
