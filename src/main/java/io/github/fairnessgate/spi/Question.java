package io.github.fairnessgate.spi;

import java.util.List;
import java.util.Objects;

/**
 * One item of a suite: passages of which a model says how likely they are.
 *
 * @param id unique in the suite
 * @param cluster what the question shares with others that are not independent of it; the id where it stands alone
 * @param slices the subsets that it belongs to; possibly none
 * @param passages at least one, with different roles
 */
public record Question(String id, String cluster, List<String> slices, List<Passage> passages) {

    public Question {
        Objects.requireNonNull(id, "a question lacks its id");
        Objects.requireNonNull(cluster, "a question lacks its cluster");
        slices = List.copyOf(slices);
        passages = List.copyOf(passages);
    }

    /**
     * A text that a model scores.
     *
     * @param role names it in the question: {@code more}, {@code less}. If all questions have {@code more} and
     *     {@code less}, the self-test can harm a model by them
     * @param context what comes before it and is not scored, without a space at its end; empty for the beginning of a
     *     text
     * @param text that is scored, with the space before its first word if it has a context
     */
    public record Passage(String role, String context, String text) {

        public Passage {
            Objects.requireNonNull(role, "a passage lacks its role");
            Objects.requireNonNull(context, "a passage lacks its context");
            Objects.requireNonNull(text, "a passage lacks its text");
        }

        /** A whole text. */
        public Passage(String role, String text) {
            this(role, "", text);
        }
    }
}
