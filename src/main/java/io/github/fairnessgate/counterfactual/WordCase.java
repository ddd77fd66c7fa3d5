package io.github.fairnessgate.counterfactual;

import java.util.Locale;
import java.util.Optional;

/** How the letters of a word are written; that of {@code hE} is none of these. */
public enum WordCase {
    LOWER,
    /** The first letter alone. */
    CAPITALIZED,
    UPPER;

    static Optional<WordCase> of(String word) {
        for (WordCase form : values()) {
            if (form.apply(word.toLowerCase(Locale.ROOT)).equals(word)) {
                return Optional.of(form);
            }
        }
        return Optional.empty();
    }

    /** @param word in lower case */
    public String apply(String word) {
        return switch (this) {
            case LOWER -> word;
            case CAPITALIZED -> {
                int first = word.offsetByCodePoints(0, 1);
                yield word.substring(0, first).toUpperCase(Locale.ROOT) + word.substring(first);
            }
            case UPPER -> word.toUpperCase(Locale.ROOT);
        };
    }
}
