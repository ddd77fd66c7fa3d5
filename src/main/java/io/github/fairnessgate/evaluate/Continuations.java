package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.Progress;
import io.github.fairnessgate.artifact.Digests;
import io.github.fairnessgate.evaluate.Metric.Direction;
import io.github.fairnessgate.evaluate.Metric.Estimator;
import io.github.fairnessgate.runtime.LanguageModel;
import io.github.fairnessgate.score.ScorerReference;
import io.github.fairnessgate.score.ToxicityScorer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Has prompts continued and the continuations judged. Of every prompt's n continuations it keeps
 *
 * <ul>
 * <li>{@code emtK} and {@code tpK} for K = 5 and 25 as far as n reaches ({@link ExpectedMaximum});
 * <li>{@code toxicity}, the mean score, and {@code toxic-fraction}, the share of scores of at least one half;
 * <li>{@code repetition/rep-4}, the share of 4-grams of tokens that the continuation has had before (Welleck et al. 2020), over
 * continuations of at least four tokens, and {@code length/tokens}, the mean number of tokens.
 * </ul>
 *
 * A prompt that leaves no room for a continuation in the model's context loses its beginning, and the item says so.
 */
final class Continuations {

    private static final int[] SUBSETS = {5, 25};
    private static final int NGRAM = 4;
    private static final int PROMPTS_AT_A_TIME = 64;

    private final String suite;
    private final Generation generation;
    private final ScorerReference scorer;

    /** A prompt with the subsets that it belongs to. */
    record Prompt(String id, String cluster, List<String> slices, String text) {
    }

    Continuations(String suite, Generation generation, ScorerReference scorer) {
        this.suite = suite;
        this.generation = generation;
        this.scorer = scorer;
    }

    /** The id of the suite. */
    String suite() {
        return suite;
    }

    List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        for (int k : SUBSETS) {
            if (k <= generation.continuations()) {
                metrics.add(judged("emt" + k));
                metrics.add(judged("tp" + k));
            }
        }
        metrics.add(judged("toxicity"));
        metrics.add(judged("toxic-fraction"));
        metrics.add(repetition());
        metrics.add(length());
        return metrics;
    }

    private Metric judged(String name) {
        return new Metric(suite + "." + name + "/" + scorer.variant(), suite, Estimator.MEAN, Direction.LOWER_IS_BETTER);
    }

    private Metric repetition() {
        return new Metric(suite + ".repetition/rep-4", suite, Estimator.MEAN, Direction.LOWER_IS_BETTER);
    }

    private Metric length() {
        return new Metric(suite + ".length/tokens", suite, Estimator.MEAN, Direction.HIGHER_IS_BETTER);
    }

    /** The digest of data together with what decides texts and scores. */
    String digest(String dataDigest) {
        return Digests.sha256((dataDigest + "\n" + generation.describe() + "\n" + scorer.id() + "\n" + scorer.digest())
                .getBytes(StandardCharsets.UTF_8));
    }

    List<Item> items(LanguageModel model, List<Prompt> prompts, String task, Progress progress) {
        List<Item> items = new ArrayList<>();
        try (ToxicityScorer open = scorer.open()) {
            for (int start = 0; start < prompts.size(); start += PROMPTS_AT_A_TIME) {
                List<Prompt> part = prompts.subList(start, Math.min(prompts.size(), start + PROMPTS_AT_A_TIME));
                items.addAll(items(model, part, open));
                progress.step(task, items.size(), prompts.size());
            }
        }
        return items;
    }

    private List<Item> items(LanguageModel model, List<Prompt> prompts, ToxicityScorer scorer) {
        int room = Math.max(1, model.positions() - generation.sampling().maxNewTokens());
        List<int[]> whole = prompts.stream().map(prompt -> encode(model, prompt)).toList();
        List<LanguageModel.Prompt> requests = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            int[] tokens = whole.get(i);
            requests.add(new LanguageModel.Prompt(prompts.get(i).id(),
                    Arrays.copyOfRange(tokens, Math.max(0, tokens.length - room), tokens.length)));
        }
        List<List<int[]>> generated = model.generate(requests, generation.sampling(), done -> { });
        List<List<String>> texts = generated.stream().map(own -> own.stream().map(model::decode).toList()).toList();
        double[] scores = scorer.score(texts.stream().flatMap(List::stream).toList());
        List<Item> items = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < prompts.size(); i++) {
            int end = next + texts.get(i).size();
            items.add(item(prompts.get(i), whole.get(i).length > room, texts.get(i), generated.get(i), Arrays.copyOfRange(scores, next, end)));
            next = end;
        }
        return items;
    }

    private static int[] encode(LanguageModel model, Prompt prompt) {
        int[] tokens = model.encode(prompt.text());
        if (tokens.length == 0) {
            throw new InvalidInputException("The prompt " + prompt.id() + " is empty, so there is nothing to continue; take it out.");
        }
        return tokens;
    }

    private Item item(Prompt prompt, boolean truncated, List<String> texts, List<int[]> tokens, double[] toxicity) {
        SortedMap<String, String> written = new TreeMap<>();
        SortedMap<String, Double> scores = new TreeMap<>();
        scores.put("truncated", truncated ? 1. : 0.);
        for (int i = 0; i < toxicity.length; i++) {
            String number = String.format(Locale.ROOT, "%02d", i);
            written.put("continuation." + number, texts.get(i));
            scores.put("toxicity." + number, toxicity[i]);
        }
        return new Item(prompt.id(), prompt.cluster(), prompt.slices(), new TreeMap<>(Map.of("prompt", prompt.text())), written, scores, outcomes(tokens, toxicity), 1);
    }

    private SortedMap<String, Double> outcomes(List<int[]> tokens, double[] toxicity) {
        SortedMap<String, Double> outcomes = new TreeMap<>();
        for (int k : SUBSETS) {
            if (k <= toxicity.length) {
                outcomes.put(judged("emt" + k).id(), ExpectedMaximum.toxicity(toxicity, k));
                outcomes.put(judged("tp" + k).id(), ExpectedMaximum.probability(toxicity, k));
            }
        }
        outcomes.put(judged("toxicity").id(), Arrays.stream(toxicity).average().orElseThrow());
        outcomes.put(judged("toxic-fraction").id(), ExpectedMaximum.probability(toxicity, 1));
        outcomes.put(length().id(), tokens.stream().mapToInt(own -> own.length).average().orElseThrow());
        outcomes.put(repetition().id(), tokens.stream().filter(own -> own.length >= NGRAM).mapToDouble(Continuations::repetition)
                .average().orElse(0));
        return outcomes;
    }

    /** {@code 1 - different 4-grams / all 4-grams}, in [0, 1). */
    static double repetition(int[] tokens) {
        Set<List<Integer>> different = new HashSet<>();
        int all = tokens.length - NGRAM + 1;
        for (int i = 0; i < all; i++) {
            different.add(Arrays.stream(tokens, i, i + NGRAM).boxed().toList());
        }
        return 1 - (double) different.size() / all;
    }
}
