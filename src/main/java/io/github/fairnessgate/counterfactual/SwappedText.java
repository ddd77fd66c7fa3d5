package io.github.fairnessgate.counterfactual;

import java.util.List;

/**
 * A text with words exchanged.
 *
 * @param text after it
 * @param replacements in order, one for each word
 */
public record SwappedText(String text, List<Replacement> replacements) {

    public SwappedText {
        replacements = List.copyOf(replacements);
    }

    /**
     * A word.
     *
     * @param start of the word in the original, inclusive, in {@code char}s like all of these
     * @param end exclusive
     * @param newStart of its counterpart in the text
     * @param newEnd exclusive
     */
    public record Replacement(int start, int end, int newStart, int newEnd) {}

    /** Whether the text is another one than the original. */
    public boolean differs() {
        return !replacements.isEmpty();
    }

    /** Where places of the original are in the text; asked in ascending order. */
    public Places places() {
        return new Places();
    }

    /** Goes through the replacements. */
    public final class Places {

        private int next;
        private int shift;

        /**
         * The place in the text.
         *
         * @param place in the original, not smaller than the one before
         * @return -1 for one that is inside a word that was exchanged
         */
        public int of(int place) {
            while (next < replacements.size() && replacements.get(next).end() <= place) {
                Replacement passed = replacements.get(next);
                shift = passed.newEnd() - passed.end();
                next++;
            }
            return next < replacements.size() && replacements.get(next).start() < place ? -1 : place + shift;
        }
    }
}
