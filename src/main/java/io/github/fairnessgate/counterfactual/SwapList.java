package io.github.fairnessgate.counterfactual;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Words that are exchanged for each other, always in both directions.
 *
 * @param name as recipes name it
 * @param digest SHA-256 of the data
 * @param counterparts by word, in lower case and without a full stop, at least one each; the first is what
 *     {@link Swapper} writes, but for the {@link Pronouns}
 */
public record SwapList(String name, String digest, Map<String, List<String>> counterparts) {

    public SwapList {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        counterparts.forEach((word, others) -> copy.put(word, List.copyOf(others)));
        counterparts = Collections.unmodifiableMap(copy);
    }

    /**
     * The list of some pairs, in their order. Where one is of pronouns whose counterpart depends on the sentence, all
     * of these are in the list.
     */
    static SwapList of(String name, String digest, List<Pair> pairs) {
        Map<String, List<String>> counterparts = new LinkedHashMap<>();
        boolean pronouns = false;
        for (Pair pair : pairs) {
            if (Pronouns.are(pair)) {
                pronouns = true;
            } else {
                add(counterparts, pair.one(), pair.other());
                add(counterparts, pair.other(), pair.one());
            }
        }
        if (pronouns) {
            counterparts.putAll(Pronouns.COUNTERPARTS);
        }
        return new SwapList(name, digest, counterparts);
    }

    private static void add(Map<String, List<String>> counterparts, String word, String other) {
        List<String> others = counterparts.computeIfAbsent(word, key -> new ArrayList<>());
        if (!others.contains(other)) {
            others.add(other);
        }
    }

    /** Two words. */
    record Pair(String one, String other) {

        boolean isOf(String word, String second) {
            return one.equals(word) && other.equals(second) || one.equals(second) && other.equals(word);
        }
    }
}
