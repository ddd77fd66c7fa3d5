package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.file.Digests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A portion of a suite's data, for a search: candidates are chosen on one side of the data and judged on the other, so
 * that the choice flatters no number. The id of a cluster decides its side, and nothing else does. All models see the
 * same portion, clusters are never divided, and neither another limit nor other slices move a cluster to the other
 * side.
 *
 * @param side of the data
 * @param confirmation share of the clusters that is on the side of the confirmation, on average; above 0 and below 1
 * @param share of the side that is measured, on average; above 0 to 1. A smaller share is part of a larger one
 */
public record Portion(Side side, double confirmation, double share) {

    /** A side of the data. */
    public enum Side {
        /** Candidates are chosen by it. */
        SEARCH,
        /** The chosen ones are judged by it. */
        CONFIRMATION
    }

    /** @throws IllegalArgumentException if a share is out of its range */
    public Portion {
        if (!(confirmation > 0 && confirmation < 1) || !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("no portion: " + confirmation + ", " + share);
        }
    }

    /** What tells this portion from others of the same data. */
    String describe() {
        return "\nportion %s, confirmation %s, share %s".formatted(side, confirmation, share);
    }

    /** The portion in words: {@code 25 % of the data, for the search}. */
    String sentence() {
        return String.format(
                Locale.ROOT,
                "%.4g %% of the data, for the %s",
                100 * ofAll(),
                side.name().toLowerCase(Locale.ROOT));
    }

    /** The share of all data, on average. */
    double ofAll() {
        return share * (side == Side.CONFIRMATION ? confirmation : 1 - confirmation);
    }

    /**
     * The units that are in this portion.
     *
     * @param cluster of a unit
     * @return in the order of the data
     */
    <T> List<T> of(List<T> units, Function<T, String> cluster) {
        return units.stream().filter(unit -> holds(cluster.apply(unit))).toList();
    }

    /** The digest of an id is a number from 0 to 1: the confirmation has those below its share, the search the rest. */
    private boolean holds(String cluster) {
        String digest = Digests.sha256(("portion\n" + cluster).getBytes(StandardCharsets.UTF_8));
        double place = Long.parseLong(digest.substring(0, 12), 16) / (double) (1L << 48);
        return side == Side.CONFIRMATION
                ? place < confirmation * share
                : place >= confirmation && place < confirmation + (1 - confirmation) * share;
    }
}
