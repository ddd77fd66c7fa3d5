package io.github.fairnessgate.compress;

import io.github.fairnessgate.counterfactual.SwapList;
import io.github.fairnessgate.counterfactual.WordCase;
import io.github.fairnessgate.model.Tokenizer;
import io.github.fairnessgate.train.TokenSwaps;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tokens of a tokenizer that are a whole word of a list, as is their counterpart in the same case. */
final class SwapVocabulary {

    private SwapVocabulary() {}

    static TokenSwaps of(SwapList swaps, Tokenizer tokenizer) {
        Map<Integer, Set<Integer>> counterparts = new TreeMap<>();
        swaps.counterparts()
                .forEach((word, others) -> others.forEach(other -> {
                    for (WordCase form : WordCase.values()) {
                        for (String blank : new String[] {"", " "}) {
                            add(
                                    counterparts,
                                    tokenizer.encode(blank + form.apply(word)),
                                    tokenizer.encode(blank + form.apply(other)));
                        }
                    }
                }));
        return TokenSwaps.of(counterparts);
    }

    private static void add(Map<Integer, Set<Integer>> counterparts, int[] word, int[] other) {
        if (word.length == 1 && other.length == 1 && word[0] != other[0]) {
            counterparts.computeIfAbsent(word[0], key -> new TreeSet<>()).add(other[0]);
            counterparts.computeIfAbsent(other[0], key -> new TreeSet<>()).add(word[0]);
        }
    }
}
