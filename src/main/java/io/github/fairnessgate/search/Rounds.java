package io.github.fairnessgate.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Successive halving (Jamieson and Talwalkar 2016, arXiv 1502.07943): all candidates are measured on a few data, the
 * better ones on more, and so on. A round keeps one in three, as Hyperband does (Li et al. 2018, arXiv 1603.06560).
 */
public final class Rounds {

    private static final int KEPT = 3;

    private Rounds() {}

    /**
     * A round.
     *
     * @param share of the data of the search, above 0 to 1
     * @param candidates that are measured
     * @param kept how many of them go on
     */
    public record Round(double share, int candidates, int kept) {}

    /**
     * The rounds, of which the last one has all data; none if all candidates are finalists.
     *
     * @param candidates at least 1
     * @param finalists at least 1
     */
    public static List<Round> of(int candidates, int finalists) {
        List<Integer> counts = new ArrayList<>(List.of(candidates));
        while (counts.get(counts.size() - 1) > finalists) {
            int last = counts.get(counts.size() - 1);
            counts.add(Math.max(finalists, (last + KEPT - 1) / KEPT));
        }
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i + 1 < counts.size(); i++) {
            rounds.add(new Round(Math.pow(KEPT, i + 2.0 - counts.size()), counts.get(i), counts.get(i + 1)));
        }
        return rounds;
    }

    /** A share of more data, at most 1. */
    public static double more(double share) {
        return Math.min(1, KEPT * share);
    }
}
