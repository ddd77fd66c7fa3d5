package io.github.fairnessgate.runtime;

import java.util.Arrays;
import java.util.Optional;

/**
 * What was answered before, by the digest of the question. An answer is a function of its question, of the model and of
 * what computes it, so that a question that is asked again need not be computed again. Safe for several threads.
 */
public interface Answers {

    /** Remembers nothing. */
    Answers NONE = new Answers() {

        @Override
        public Optional<byte[]> find(String question) {
            return Optional.empty();
        }

        @Override
        public void keep(String question, byte[] answer) {
            // is computed again when it is asked again
        }
    };

    /**
     * The answer to a question.
     *
     * @param question SHA-256, in hexadecimal
     * @throws io.github.fairnessgate.InvalidInputException if nothing may be computed here, and there is no answer
     */
    Optional<byte[]> find(String question);

    /** Remembers an answer. */
    void keep(String question, byte[] answer);

    /**
     * Which questions of one call are to be computed here if they have no answer; the others get a placeholder, and
     * whatever follows from it is thrown away. Called once for each call, so that shares can take turns.
     *
     * @param questions how many there are, the most expensive first
     */
    default boolean[] wanted(int questions) {
        boolean[] all = new boolean[questions];
        Arrays.fill(all, true);
        return all;
    }
}
