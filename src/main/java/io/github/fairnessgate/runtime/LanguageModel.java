package io.github.fairnessgate.runtime;

import java.util.List;
import java.util.function.LongConsumer;

/** A causal language model with its tokenizer, as the suites see it. Owns native memory; for one thread at a time. */
public interface LanguageModel extends AutoCloseable {

    /** Token ids of a text as it is: no special tokens, no truncation. */
    int[] encode(String text);

    /** The id of {@code <|endoftext|>}, which GPT-2 uses as the beginning of a text too. */
    int endOfText();

    /** The longest sequence that the model can read, in tokens. */
    int positions();

    /**
     * Natural-log probabilities {@code log p(tokens[i] | tokens[0 .. i-1])} for i from {@code from} to
     * the end of every request, in the order of the requests; every one finite.
     *
     * @param progress receives how many requests are done
     */
    List<float[]> logProbabilities(List<Request> requests, LongConsumer progress);

    @Override
    void close();

    /**
     * A sequence of which a part is to be scored.
     *
     * @param tokens token ids; all but the last are read by the model, so at most {@code positions() + 1}
     * @param from   the first scored token, 1 to {@code tokens.length - 1}: a token without a predecessor has no probability
     */
    record Request(int[] tokens, int from) {

        public Request {
            if (from < 1 || from >= tokens.length) {
                throw new IllegalArgumentException("cannot score tokens from " + from + " of " + tokens.length);
            }
        }

        /** Tokens that the model reads. */
        int inputs() {
            return tokens.length - 1;
        }

        /** Tokens that get a log-probability. */
        int scored() {
            return tokens.length - from;
        }
    }
}
