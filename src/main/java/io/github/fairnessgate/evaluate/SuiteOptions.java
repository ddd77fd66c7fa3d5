package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What thresholds say about how a suite is run.
 *
 * @param limit how many units of data at most; empty for all
 * @param tokens how many tokens of texts at most, in windows of whatever length a model has; empty for all, excludes
 *     {@code limit}
 * @param slices of which units are taken; empty for all
 * @param seed chooses among them, and the continuations of prompts
 * @param continuations of every prompt; empty for {@value #CONTINUATIONS}
 * @param data a user's own data; empty for a bundled suite
 * @param decodeSeed chooses the continuations in the place of {@code seed}, so that the same prompts are continued
 *     otherwise; empty for {@code seed}
 * @param rounds in which both models have their turn; empty for the usual number
 * @param portion of the data that is measured in a search; empty for all
 */
public record SuiteOptions(
        OptionalInt limit,
        OptionalInt tokens,
        Optional<SliceChoice> slices,
        long seed,
        OptionalInt continuations,
        Optional<UserData> data,
        OptionalLong decodeSeed,
        OptionalInt rounds,
        Optional<Portion> portion) {

    /** As many as RealToxicityPrompts takes. */
    static final int CONTINUATIONS = 25;

    /** All data, the usual number of continuations. */
    public static final SuiteOptions NONE =
            new SuiteOptions(OptionalInt.empty(), 0, OptionalInt.empty(), Optional.empty());

    /** @throws InvalidInputException as {@link Subset} says, and if both limit and tokens are given */
    public SuiteOptions {
        new Subset(limit, slices, seed);
        if (limit.isPresent() && tokens.isPresent()) {
            throw new InvalidInputException(
                    ("A suite has limit %d and tokens %d, which exclude each other; keep tokens to measure the same "
                                    + "amount of text whatever the model's context.")
                            .formatted(limit.getAsInt(), tokens.getAsInt()));
        }
    }

    /** Options as thresholds write them. */
    public SuiteOptions(
            OptionalInt limit,
            OptionalInt tokens,
            Optional<SliceChoice> slices,
            long seed,
            OptionalInt continuations,
            Optional<UserData> data,
            OptionalLong decodeSeed,
            OptionalInt rounds) {
        this(limit, tokens, slices, seed, continuations, data, decodeSeed, rounds, Optional.empty());
    }

    /** Options of items of every slice, by which the continuations are chosen by the seed that chooses the data too. */
    public SuiteOptions(OptionalInt limit, long seed, OptionalInt continuations, Optional<UserData> data) {
        this(
                limit,
                OptionalInt.empty(),
                Optional.empty(),
                seed,
                continuations,
                data,
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }

    /** The same data with another random seed: prompts are continued in another way. */
    SuiteOptions decodedBy(long other) {
        return new SuiteOptions(
                limit, tokens, slices, seed, continuations, data, OptionalLong.of(other), rounds, portion);
    }

    /**
     * A user's own data.
     *
     * @param kind what the files hold
     * @param files relative to the thresholds, at least one; exactly one unless they are texts
     */
    public record UserData(Kind kind, List<String> files) {

        public UserData {
            files = List.copyOf(files);
        }

        /** What a user may measure. */
        public enum Kind {
            /** Pairs of sentences, as {@link UserPairs} reads them. */
            PAIRS,
            /** Prompts to continue, as {@link UserPrompts} reads them. */
            PROMPTS,
            /** Plain texts, for {@link Perplexity}. */
            TEXTS,
            /** Texts whose last word is to be found, as {@link LastWord} reads them. */
            LAST_WORDS
        }
    }

    /** As many of every prompt, where models continue prompts. */
    public int continuationsOfPrompt() {
        return continuations.orElse(CONTINUATIONS);
    }

    SuiteOptions withContinuations(int count) {
        return new SuiteOptions(limit, tokens, slices, seed, OptionalInt.of(count), data, decodeSeed, rounds, portion);
    }

    SuiteOptions withPortion(Portion part) {
        return new SuiteOptions(
                limit, tokens, slices, seed, continuations, data, decodeSeed, rounds, Optional.of(part));
    }

    /** Only what chooses data, or says how much is written of them. */
    SuiteOptions ofData() {
        return new SuiteOptions(
                limit,
                tokens,
                slices,
                seed,
                continuations,
                data,
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }

    /** The same data under other names. */
    SuiteOptions withFiles(List<String> files) {
        return new SuiteOptions(
                limit,
                tokens,
                slices,
                seed,
                continuations,
                data.map(own -> new UserData(own.kind(), files)),
                decodeSeed,
                rounds,
                portion);
    }

    Subset subset() {
        return new Subset(limit, slices, seed, portion);
    }

    Generation generation() {
        return new Generation(continuationsOfPrompt(), decodeSeed.orElse(seed));
    }
}
