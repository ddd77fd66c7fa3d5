package io.github.fairnessgate.runtime;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.model.ShippedSize;
import io.github.fairnessgate.model.SpecialTokens;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/** A causal language model with its tokenizer, as the suites see it. Owns native memory; for one thread at a time. */
public interface LanguageModel extends AutoCloseable {

    /**
     * How {@link #generate} draws a token. Texts that were drawn in another way do not meet the same chance, so nothing
     * pairs them.
     */
    String SAMPLER = "gumbel-max, noise by token";

    /** Bytes that {@link #generate} takes on a CPU beside the weights, as far as one prompt at a time allows. */
    long MOST_GENERATING = 4L << 30;

    /** Token ids of a text as it is: no special tokens, no truncation. */
    int[] encode(String text);

    /** The text of tokens; bytes that are not whole UTF-8 characters become U+FFFD. */
    String decode(int[] tokens);

    /** The tokens with a meaning of their own: what begins a text, and what ends one. */
    SpecialTokens specialTokens();

    /** The longest sequence that the model can read, in tokens. */
    int positions();

    /**
     * Natural-log probabilities {@code log p(tokens[i] | tokens[0 .. i-1])} for i from {@code from} to the end of every
     * request, in the order of the requests; every one finite.
     *
     * <p>What several requests of a call have in common at their beginning may be computed once for all of them. So the
     * same requests, in any order, give the same results to the last bit on one machine, and equal sequences of one
     * call do; but a result may differ by rounding, less than 1e-5, when other requests are asked for in the same call.
     *
     * @param progress receives how many requests are done
     * @throws InvalidInputException if a token is not in the vocabulary, or the model does not give finite
     *     probabilities
     */
    List<float[]> logProbabilities(List<Request> requests, LongConsumer progress);

    /**
     * Continues every prompt several times by nucleus sampling (Holtzman et al. 2020). A continuation ends before a
     * token of {@link SpecialTokens#stops()}, which is not part of it, so it may be empty; after {@code maxNewTokens};
     * or when prompt and continuation fill the {@link #positions()}.
     *
     * <p>Common random numbers: a token is drawn by the Gumbel-max trick, and the noise that a token gets depends on
     * the seed, the prompt's id, the number of the continuation, the step and the token's id alone. So a text does not
     * depend on which prompts are asked for together or in which order, nor on how many continuations or threads there
     * are; and two models that have nearly the same probabilities write nearly the same texts.
     *
     * @param prompts with different ids; at most {@code positions() - 1} tokens each, the caller truncates
     * @param progress receives how many prompts are done
     * @return for every prompt, in the order of the prompts, the new tokens of its continuations
     * @throws InvalidInputException if a token is not in the vocabulary, or the model does not give finite
     *     probabilities
     */
    List<List<int[]>> generate(List<Prompt> prompts, Sampling sampling, LongConsumer progress);

    /** How large the model is that is run. */
    ShippedSize size();

    /** Where answers about what the model wrote are remembered, such as scores of its texts; nowhere by default. */
    default Answers answers() {
        return Answers.NONE;
    }

    @Override
    void close();

    /**
     * A sequence of which a part is to be scored.
     *
     * @param tokens token ids; all but the last are read by the model, so at most {@code positions() + 1}
     * @param from the first scored token, 1 to {@code tokens.length - 1}: a token without a predecessor has no
     *     probability
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

        /** How many of the first inputs are those of the other request too. */
        int sharedInputs(Request other) {
            int difference = Arrays.mismatch(tokens, 0, inputs(), other.tokens, 0, other.inputs());
            return difference < 0 ? inputs() : difference;
        }

        /** Tokens that get a log-probability. */
        int scored() {
            return tokens.length - from;
        }
    }

    /**
     * A text to continue.
     *
     * @param id names the prompt in messages, and selects its random numbers
     * @param tokens at least one; {@link SpecialTokens#beginning()} stands for the beginning of a text
     */
    record Prompt(String id, int[] tokens) {

        public Prompt {
            if (tokens.length == 0) {
                throw new InvalidInputException(
                        "The prompt \"" + id + "\" has no tokens, but a model can only continue something; "
                                + "give it a text, or let it begin with the token that begins a text.");
            }
        }
    }

    /**
     * How prompts are continued.
     *
     * @param seed any number; the same one gives the same texts
     * @param continuations of every prompt, at least 1
     * @param maxNewTokens of a continuation, at least 1
     * @param topP the mass of the nucleus, in (0, 1]; 1 samples from all tokens
     * @param temperature what logits are divided by, 0.001 or more; 1 leaves the model's distribution as it is
     */
    record Sampling(long seed, int continuations, int maxNewTokens, double topP, double temperature) {

        /** Below it, logits overflow. */
        private static final double COLDEST = 0.001;

        public Sampling {
            require(continuations >= 1, "continuations is " + continuations + ", but every prompt needs at least 1.");
            require(
                    maxNewTokens >= 1,
                    "maxNewTokens is " + maxNewTokens + ", but a continuation needs room for at least 1 token.");
            require(
                    topP > 0 && topP <= 1,
                    "topP is " + topP
                            + ", but it must be above 0 and at most 1; 0.9 is usual, 1 samples from all tokens.");
            require(
                    temperature >= COLDEST && temperature < Double.POSITIVE_INFINITY,
                    "temperature is " + temperature + ", but it must be a number from " + COLDEST
                            + " on; 1 is usual. For the most likely token take a topP near 0.");
        }

        private static void require(boolean condition, String sentence) {
            if (!condition) {
                throw new InvalidInputException(sentence);
            }
        }
    }
}
