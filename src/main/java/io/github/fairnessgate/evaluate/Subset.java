package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * Which part of a suite's data is put to a model, so that a quick run takes minutes. The choice depends on the data,
 * the limit, the slices and the seed alone: both models of a comparison see the same items.
 *
 * @param limit how many units of data at most, at least 1; empty for all. A suite says what its unit is: a pair, a
 *     triplet, a document
 * @param slices of which units are taken; empty for all. With a number of units of each there is no limit
 * @param seed chooses among units that are alike
 * @param portion of what is taken that is measured in a search; empty for all of it
 */
public record Subset(OptionalInt limit, Optional<SliceChoice> slices, long seed, Optional<Portion> portion) {

    /** Everything. */
    public static final Subset ALL = new Subset(OptionalInt.empty(), Optional.empty(), 0);

    /** @throws InvalidInputException if the limit is below 1, or stands beside a number of units of each slice */
    public Subset {
        slices.filter(choice -> choice.each().isPresent() && limit.isPresent()).ifPresent(choice -> {
            throw choice.location()
                    .problem("limit and perSlice exclude each other: perSlice says how many items of every slice "
                            + "are measured; remove one of them");
        });
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new InvalidInputException("The limit of a suite is " + limit.getAsInt()
                    + ", but at least 1 item must be measured; remove the limit to measure all of them.");
        }
    }

    /** All that the choice takes. */
    public Subset(OptionalInt limit, Optional<SliceChoice> slices, long seed) {
        this(limit, slices, seed, Optional.empty());
    }

    /**
     * At most {@code limit} units of each suite.
     *
     * @throws InvalidInputException if the limit is below 1
     */
    public static Subset of(int limit, long seed) {
        return new Subset(OptionalInt.of(limit), Optional.empty(), seed);
    }

    /**
     * The digest of the chosen data: that of all data where everything is taken, and another for every choice of
     * slices, limit and seed.
     */
    String digest(String dataDigest) {
        String choice = slices.map(chosen -> chosen.describe(seed)).orElse("")
                + (limit.isPresent() ? "\nlimit " + limit.getAsInt() + "\nseed " + seed : "")
                + portion.map(Portion::describe).orElse("");
        return choice.isEmpty() ? dataDigest : sha256(dataDigest + choice);
    }

    /**
     * Chooses units of the slices that are wanted: equally many of each, or all of them, or of these at most the limit
     * in proportion to the combinations of slices that they are in. Of every slice the units with the smallest digests
     * of seed and id are taken.
     *
     * @param id unique among the units
     * @param owned the slices that a unit belongs to
     * @return the chosen units in the order of the data
     * @throws InvalidInputException as {@link SliceChoice#of} says
     */
    <T> List<T> of(List<T> units, Function<T, String> id, Function<T, List<String>> owned) {
        return of(units, id, owned, id);
    }

    /**
     * Likewise, but of equally many of each slice one unit of every cluster comes before the second of any.
     *
     * @param cluster that a unit belongs to
     */
    <T> List<T> of(
            List<T> units, Function<T, String> id, Function<T, List<String>> owned, Function<T, String> cluster) {
        List<T> ofSlices = slices.map(choice -> choice.of(units, owned, cluster, order(id)))
                .orElse(units);
        return inProportion(ofSlices, id, owned);
    }

    /**
     * Chooses units that are not parts of slices.
     *
     * @param suite named in messages
     * @param reason why slices cannot be chosen, as the end of a sentence
     * @throws InvalidInputException if slices are to be chosen
     */
    <T> List<T> of(List<T> units, Function<T, String> id, Function<T, ?> stratum, String suite, String reason) {
        slices.ifPresent(choice -> {
            throw choice.unfit(suite, reason);
        });
        return inProportion(units, id, stratum);
    }

    /**
     * Of chosen units, those that are in the portion.
     *
     * @param cluster of a unit
     */
    <T> List<T> portion(List<T> chosen, Function<T, String> cluster) {
        return portion.map(part -> part.of(chosen, cluster)).orElse(chosen);
    }

    private <T> Comparator<T> order(Function<T, String> id) {
        return Comparator.comparing(unit -> sha256(seed + "\n" + id.apply(unit)));
    }

    /**
     * Chooses units in proportion to the size of their strata, and from every stratum at least one while the limit
     * allows it. Within a stratum those with the smallest digests of seed and id are taken, so that a smaller limit
     * chooses among the same units.
     *
     * @param id unique among the units
     * @param stratum for instance the slices of the unit
     * @return the chosen units in the order of the data; all of them if there are no more than the limit
     */
    private <T> List<T> inProportion(List<T> units, Function<T, String> id, Function<T, ?> stratum) {
        if (limit.isEmpty() || limit.getAsInt() >= units.size()) {
            return List.copyOf(units);
        }
        Map<Object, List<T>> strata = new LinkedHashMap<>();
        units.forEach(unit -> strata.computeIfAbsent(stratum.apply(unit), name -> new ArrayList<>())
                .add(unit));
        Map<Object, Integer> quotas = quotas(strata, (double) limit.getAsInt() / units.size());
        Set<String> chosen = new HashSet<>();
        strata.forEach((name, members) -> members.stream()
                .sorted(order(id))
                .limit(quotas.get(name))
                .map(id)
                .forEach(chosen::add));
        return units.stream().filter(unit -> chosen.contains(id.apply(unit))).toList();
    }

    /**
     * Gives the places away one by one, each to the stratum that is furthest below its share; one without a place comes
     * first.
     */
    private <T> Map<Object, Integer> quotas(Map<Object, List<T>> strata, double share) {
        Map<Object, Integer> quotas = new LinkedHashMap<>();
        strata.keySet().forEach(name -> quotas.put(name, 0));
        for (int place = 0; place < limit.getAsInt(); place++) {
            Object neediest = null;
            double greatest = Double.NEGATIVE_INFINITY;
            for (Map.Entry<Object, List<T>> stratum : strata.entrySet()) {
                int quota = quotas.get(stratum.getKey());
                int size = stratum.getValue().size();
                double need = size * share - quota + (quota == 0 ? limit.getAsInt() : 0);
                if (quota < size && need > greatest) {
                    neediest = stratum.getKey();
                    greatest = need;
                }
            }
            quotas.merge(neediest, 1, Integer::sum);
        }
        return quotas;
    }

    private static String sha256(String text) {
        return Digests.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
