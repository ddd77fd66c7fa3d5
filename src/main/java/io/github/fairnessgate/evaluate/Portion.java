package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.file.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A portion of the data that a {@link Subset} chose, for a search: candidates are chosen on one side of the data and
 * judged on the other, so that the choice flatters no number. Clusters are never divided, and of each stratum about the
 * same share is on either side. The chosen items alone decide, so that all models see the same portion.
 *
 * @param side of the data
 * @param confirmation share of the clusters that is on the side of the confirmation, above 0 and below 1
 * @param share of the side that is measured, above 0 to 1; a smaller share is part of a larger one
 */
public record Portion(Side side, double confirmation, double share) {

    /** A side of the data. */
    public enum Side {
        /** Candidates are chosen by it. */
        SEARCH,
        /** The chosen ones are judged by it. */
        CONFIRMATION
    }

    public Portion {
        if (!(confirmation > 0 && confirmation < 1) || !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("no portion: " + confirmation + ", " + share);
        }
    }

    /** What tells this portion from others of the same data. */
    String describe() {
        return "\nportion %s, confirmation %s, share %s".formatted(side, confirmation, share);
    }

    /** The portion in words: {@code a quarter ...} as {@code 25.0 % of the 40.0 % for the search}. */
    String sentence() {
        double ofSide = side == Side.CONFIRMATION ? confirmation : 1 - confirmation;
        return String.format(
                Locale.ROOT,
                "%.4g %% of the data, for the %s",
                100 * ofSide * share,
                side.name().toLowerCase(Locale.ROOT));
    }

    /** Of so many independent units of one stratum, how many are in this portion. */
    int of(int units) {
        int confirmed = (int) Math.round(units * confirmation);
        return taken(side == Side.CONFIRMATION ? confirmed : units - confirmed);
    }

    private int taken(int ofSide) {
        return (int) Math.ceil(ofSide * share - 1e-9);
    }

    /**
     * The units that are in this portion.
     *
     * @param stratum of a unit; that of a cluster is its first unit's
     * @param cluster of a unit
     * @return in the order of the data
     */
    <T> List<T> of(List<T> units, Function<T, ?> stratum, Function<T, String> cluster) {
        Map<String, Object> strata = new LinkedHashMap<>();
        units.forEach(unit -> strata.putIfAbsent(cluster.apply(unit), stratum.apply(unit)));
        Map<Object, List<String>> members = new LinkedHashMap<>();
        strata.forEach((name, own) ->
                members.computeIfAbsent(own, any -> new ArrayList<>()).add(name));
        Set<String> taken = new HashSet<>();
        members.values().forEach(names -> taken.addAll(ofSide(names)));
        return units.stream()
                .filter(unit -> taken.contains(cluster.apply(unit)))
                .toList();
    }

    /**
     * Clusters in the order of their digests take sides in turns, in the proportion of the two sides. Where the turns
     * begin depends on the first digest, or all strata of one cluster would be on one side.
     */
    private List<String> ofSide(List<String> clusters) {
        List<String> ordered =
                clusters.stream().sorted(Comparator.comparing(Portion::digest)).toList();
        double before = Long.parseLong(digest(ordered.get(0)).substring(0, 8), 16) / (double) (1L << 32);
        List<String> own = new ArrayList<>();
        for (String name : ordered) {
            double after = before + confirmation;
            boolean confirms = Math.floor(after) > Math.floor(before);
            if (confirms == (side == Side.CONFIRMATION)) {
                own.add(name);
            }
            before = after;
        }
        return own.subList(0, taken(own.size()));
    }

    private static String digest(String cluster) {
        return Digests.sha256(("portion\n" + cluster).getBytes(StandardCharsets.UTF_8));
    }
}
