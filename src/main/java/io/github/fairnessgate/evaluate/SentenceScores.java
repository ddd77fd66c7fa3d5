package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.runtime.LanguageModel.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Likelihoods of whole sentences, in the two forms that the bias benchmarks use. */
final class SentenceScores {

    private SentenceScores() {}

    /**
     * StereoSet's score of a sentence (Nadeem et al. 2021, the authors' GPT-2 evaluation): the geometric mean of its
     * tokens' probabilities, where the first token is seen after {@code <|endoftext|>} alone and every later one after
     * its predecessors without {@code <|endoftext|>}.
     *
     * @return one score a text, in (0, 1)
     */
    static double[] geometricMean(LanguageModel model, List<String> texts, LongConsumer progress) {
        List<int[]> tokens = encode(model, texts, model.positions() + 1);
        Map<Integer, Double> first = firstTokens(model, tokens);
        List<Integer> several = new ArrayList<>();
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).length > 1) {
                several.add(i);
                requests.add(new Request(tokens.get(i), 1));
            }
        }
        List<float[]> rest = model.logProbabilities(requests, progress);
        double[] sums = new double[texts.size()];
        for (int i = 0; i < several.size(); i++) {
            sums[several.get(i)] = sum(rest.get(i));
        }
        double[] scores = new double[texts.size()];
        for (int i = 0; i < scores.length; i++) {
            int[] own = tokens.get(i);
            scores[i] = Math.exp((first.get(own[0]) + sums[i]) / own.length);
        }
        return scores;
    }

    /**
     * lm-evaluation-harness's log-likelihood of a text without context: the sum of the natural-log probabilities of all
     * its tokens after the token that begins a text, not normalised by length.
     *
     * @return one sum a text, in nats, at most 0
     */
    static double[] sumAfterBeginning(LanguageModel model, List<String> texts, LongConsumer progress) {
        return afterBeginning(model, texts, progress).stream()
                .mapToDouble(SentenceScores::sum)
                .toArray();
    }

    /**
     * The same sums divided by the numbers of tokens: minus the logarithm of a text's perplexity.
     *
     * @return one mean a text, in nats a token, at most 0
     */
    static double[] meanAfterBeginning(LanguageModel model, List<String> texts, LongConsumer progress) {
        return afterBeginning(model, texts, progress).stream()
                .mapToDouble(tokens -> sum(tokens) / tokens.length)
                .toArray();
    }

    /**
     * lm-evaluation-harness's log-likelihood of continuations after their contexts: the sum of the natural-log
     * probabilities of the continuation's tokens, which are those that the context's do not reach when both are
     * tokenized together.
     *
     * @return one sum a continuation, in nats, at most 0
     */
    static double[] sumOfContinuation(LanguageModel model, List<Continuation> continuations, LongConsumer progress) {
        List<Request> requests = continuations.stream()
                .map(continuation -> continuation.request(model))
                .toList();
        return model.logProbabilities(requests, progress).stream()
                .mapToDouble(SentenceScores::sum)
                .toArray();
    }

    /**
     * A text and what may follow it.
     *
     * @param context not empty and without a space at its end: the space belongs to the continuation's first token
     */
    record Continuation(String context, String text) {

        Request request(LanguageModel model) {
            int[] before = model.encode(context);
            int[] whole = model.encode(context + text);
            if (before.length == 0 || whole.length <= before.length || whole.length > model.positions() + 1) {
                throw new InvalidInputException(
                        "The text \"" + context + text + "\" has " + before.length + " tokens of context and "
                                + (whole.length - before.length)
                                + " to score, but this model needs at least one of each and reads at most "
                                + model.positions() + ".");
            }
            System.arraycopy(before, 0, whole, 0, before.length);
            return new Request(whole, before.length);
        }
    }

    private static List<float[]> afterBeginning(LanguageModel model, List<String> texts, LongConsumer progress) {
        List<Request> requests = new ArrayList<>();
        for (int[] tokens : encode(model, texts, model.positions())) {
            int[] sequence = new int[tokens.length + 1];
            sequence[0] = model.specialTokens().beginning();
            System.arraycopy(tokens, 0, sequence, 1, tokens.length);
            requests.add(new Request(sequence, 1));
        }
        return model.logProbabilities(requests, progress);
    }

    private static List<int[]> encode(LanguageModel model, List<String> texts, int limit) {
        List<int[]> all = new ArrayList<>();
        for (String text : texts) {
            int[] tokens = model.encode(text);
            if (tokens.length == 0 || tokens.length > limit) {
                throw new InvalidInputException("The text \"" + text + "\" has " + tokens.length
                        + " tokens, but this model can score texts of 1 to " + limit + " tokens.");
            }
            all.add(tokens);
        }
        return all;
    }

    /** {@code log p(token | <|endoftext|>)} for every token that begins a text. */
    private static Map<Integer, Double> firstTokens(LanguageModel model, List<int[]> texts) {
        List<Integer> tokens =
                texts.stream().map(text -> text[0]).distinct().sorted().toList();
        List<float[]> scored = model.logProbabilities(
                tokens.stream()
                        .map(token ->
                                new Request(new int[] {model.specialTokens().endOfText(), token}, 1))
                        .toList(),
                done -> {});
        Map<Integer, Double> byToken = new TreeMap<>();
        for (int i = 0; i < tokens.size(); i++) {
            byToken.put(tokens.get(i), (double) scored.get(i)[0]);
        }
        return byToken;
    }

    static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
