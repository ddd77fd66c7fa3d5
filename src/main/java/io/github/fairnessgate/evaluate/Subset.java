package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.artifact.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * Which part of a suite's data is put to a model, so that a quick run takes minutes. The choice depends on the data, the limit and
 * the seed alone: both models of a comparison see the same items.
 *
 * @param limit how many units of data at most, at least 1; empty for all. A suite says what its unit is: a pair, a triplet, a document
 * @param seed  chooses among units that are alike
 */
public record Subset(OptionalInt limit, long seed) {

    /** Everything. */
    public static final Subset ALL = new Subset(OptionalInt.empty(), 0);

    /** @throws InvalidInputException if the limit is below 1 */
    public Subset {
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new InvalidInputException("The limit of a suite is " + limit.getAsInt()
                    + ", but at least 1 item has to be measured; leave the limit out to measure all of them.");
        }
    }

    /**
     * At most {@code limit} units of each suite.
     *
     * @throws InvalidInputException if the limit is below 1
     */
    public static Subset of(int limit, long seed) {
        return new Subset(OptionalInt.of(limit), seed);
    }

    /** The digest of the chosen data: that of all data where everything is taken, and another for every limit and seed. */
    String digest(String dataDigest) {
        return limit.isEmpty() ? dataDigest : sha256(dataDigest + "\nlimit " + limit.getAsInt() + "\nseed " + seed);
    }

    /**
     * Chooses units in proportion to the size of their strata, and from every stratum at least one while the limit allows it. Within
     * a stratum those with the smallest digests of seed and id are taken, so that a smaller limit chooses among the same units.
     *
     * @param id      unique among the units
     * @param stratum for instance the slices of the unit
     * @return the chosen units in the order of the data; all of them if there are no more than the limit
     */
    <T> List<T> of(List<T> units, Function<T, String> id, Function<T, ?> stratum) {
        if (limit.isEmpty() || limit.getAsInt() >= units.size()) {
            return List.copyOf(units);
        }
        Map<Object, List<T>> strata = new LinkedHashMap<>();
        units.forEach(unit -> strata.computeIfAbsent(stratum.apply(unit), name -> new ArrayList<>()).add(unit));
        Map<Object, Integer> quotas = quotas(strata, (double) limit.getAsInt() / units.size());
        Set<String> chosen = new HashSet<>();
        strata.forEach((name, members) -> members.stream()
                .map(id)
                .sorted(Comparator.comparing(member -> sha256(seed + "\n" + member)))
                .limit(quotas.get(name))
                .forEach(chosen::add));
        return units.stream().filter(unit -> chosen.contains(id.apply(unit))).toList();
    }

    /** Gives the places away one by one, each to the stratum that is furthest below its share; one without a place comes first. */
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
