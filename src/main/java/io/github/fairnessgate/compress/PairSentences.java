package io.github.fairnessgate.compress;

import io.github.fairnessgate.model.ModelDirectory;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.train.FrozenGpt2;
import io.github.fairnessgate.train.PartMask;
import io.github.fairnessgate.yaml.Location;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The sentences of pairs as a model's tokens, each beginning with the token that begins a text.
 *
 * @param sequences two a pair, the one that stereotypes more first
 * @param clusters one a pair
 */
record PairSentences(List<int[]> sequences, List<String> clusters) {

    /**
     * @param location where the stage that asks stands in the recipe
     * @throws io.github.fairnessgate.InvalidInputException if the model cannot read a sentence as a whole
     */
    static PairSentences of(BiasPairs pairs, ModelDirectory model, Location location) {
        List<int[]> sequences = new ArrayList<>();
        int positions = model.config().positions();
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            for (BiasPairs.Pair pair : pairs.pairs()) {
                for (String sentence : List.of(pair.more(), pair.less())) {
                    int[] tokens = IntStream.concat(
                                    IntStream.of(tokenizer.specialTokens().beginning()),
                                    Arrays.stream(tokenizer.encode(sentence)))
                            .toArray();
                    if (tokens.length > positions) {
                        throw location.problem(
                                "a sentence of %s has %d tokens, but the model reads only %d: \"%s\"; shorten it."
                                        .formatted(pairs.name(), tokens.length, positions, sentence));
                    }
                    sequences.add(tokens);
                }
            }
        }
        return new PairSentences(
                List.copyOf(sequences),
                pairs.pairs().stream().map(BiasPairs.Pair::cluster).toList());
    }

    /** How many pairs. */
    int size() {
        return clusters.size();
    }

    int[] more(int pair) {
        return sequences.get(2 * pair);
    }

    int[] less(int pair) {
        return sequences.get(2 * pair + 1);
    }

    /** For each pair {@code log p(more) - log p(less)}, in nats. */
    double[] gaps(FrozenGpt2 model, PartMask mask) {
        double[] likelihoods = model.logLikelihoods(sequences, mask);
        return IntStream.range(0, size())
                .mapToDouble(pair -> likelihoods[2 * pair] - likelihoods[2 * pair + 1])
                .toArray();
    }

    /** The numbers of the pairs of each cluster. */
    List<List<Integer>> groups() {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int pair = 0; pair < size(); pair++) {
            groups.computeIfAbsent(clusters.get(pair), cluster -> new ArrayList<>())
                    .add(pair);
        }
        return List.copyOf(groups.values());
    }
}
