package io.github.fairnessgate.evaluate;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.yaml.Location;
import io.github.fairnessgate.yaml.NearestName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Slices of a suite that thresholds choose, and how many units of each are measured. With a number, a slice {@code s}
 * that has {@link Disparity groups}, the slices {@code s/...}, stands for each of these groups, so that groups that are
 * compared are equally large.
 *
 * @param location where the choice is written, for messages
 * @param names slices, at least one, each once
 * @param each units of every slice, at least 2; empty for all of them
 */
public record SliceChoice(Location location, List<String> names, OptionalInt each) {

    private static final int FEWEST = 2;

    /**
     * @throws InvalidInputException if there is no slice, if one is named twice, or if one unit of each would be
     *     measured
     */
    public SliceChoice {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw location.problem(
                    "slices is empty, so nothing would be measured; name a slice, or remove slices to measure "
                            + "everything");
        }
        Set<String> different = new HashSet<>();
        for (String name : names) {
            if (!different.add(name)) {
                throw location.problem("slices names \"%s\" twice; name it once".formatted(name));
            }
        }
        if (each.isPresent() && each.getAsInt() < FEWEST) {
            throw location.problem("perSlice is %d, but one item of a slice shows nothing; set it to at least %d"
                    .formatted(each.getAsInt(), FEWEST));
        }
    }

    /**
     * What tells this choice from others of the same data: the order of the slices does not count, and the seed only
     * where units are drawn.
     */
    String describe(long seed) {
        StringBuilder text = new StringBuilder();
        names.stream()
                .sorted()
                .forEach(name -> text.append("\nslice ")
                        .append(name.length())
                        .append(' ')
                        .append(name));
        each.ifPresent(count -> text.append("\nper slice, by clusters ")
                .append(count)
                .append("\nseed ")
                .append(seed));
        return text.toString();
    }

    /** The choice in words: {@code the slices gender, race, 100 items of each, chosen by seed 0}. */
    String sentence(long seed) {
        return (names.size() == 1 ? "the slice " : "the slices ")
                + String.join(", ", names)
                + (each.isPresent() ? ", %d items of each, chosen by seed %d".formatted(each.getAsInt(), seed) : "");
    }

    /** @throws InvalidInputException always, for a suite whose units are not parts of slices */
    InvalidInputException unfit(String suite, String reason) {
        return location.problem(
                ("the suite %s cannot be measured by slices, because %s; remove slices, and use limit to measure a "
                                + "part of it")
                        .formatted(suite, reason));
    }

    /**
     * The chosen units.
     *
     * <p>Where a number is taken of each slice, one unit of every cluster comes before the second of any, because units
     * of one cluster say less than units of several.
     *
     * @param slices of a unit
     * @param cluster of a unit
     * @param order which units of a slice come first
     * @return in the order of the data
     * @throws InvalidInputException if the suite has no such slice, if a slice has too few units, or if two slices of
     *     which a number is taken share one
     */
    <T> List<T> of(List<T> units, Function<T, List<String>> slices, Function<T, String> cluster, Comparator<T> order) {
        SortedSet<String> known = new TreeSet<>();
        units.forEach(unit -> known.addAll(slices.apply(unit)));
        names.forEach(name -> requireKnown(name, known));
        if (each.isEmpty()) {
            return units.stream()
                    .filter(unit -> slices.apply(unit).stream().anyMatch(names::contains))
                    .toList();
        }
        Map<String, List<T>> members = members(units, slices, withGroups(known));
        requireEnough(members);
        Set<T> chosen = new HashSet<>();
        members.values()
                .forEach(own -> spread(own.stream().sorted(order).toList(), cluster).stream()
                        .limit(each.getAsInt())
                        .forEach(chosen::add));
        return units.stream().filter(chosen::contains).toList();
    }

    /** The first unit of every cluster, then the second, and so on. */
    private static <T> List<T> spread(List<T> units, Function<T, String> cluster) {
        Map<String, Integer> taken = new HashMap<>();
        SortedMap<Integer, List<T>> rounds = new TreeMap<>();
        units.forEach(unit -> rounds.computeIfAbsent(
                        taken.merge(cluster.apply(unit), 1, Integer::sum), round -> new ArrayList<>())
                .add(unit));
        return rounds.values().stream().flatMap(List::stream).toList();
    }

    private void requireKnown(String name, SortedSet<String> known) {
        if (known.isEmpty()) {
            throw location.problem(
                    "slices names \"%s\", but no item of the suite is in a slice; remove slices".formatted(name));
        }
        if (!known.contains(name)) {
            throw location.problem("the suite has no slice \"%s\"%s".formatted(name, NearestName.hint(name, known)));
        }
    }

    /** The named slices, and in the place of one that has groups, its groups. */
    private SortedSet<String> withGroups(SortedSet<String> known) {
        SortedSet<String> all = new TreeSet<>();
        for (String name : names) {
            List<String> groups =
                    known.stream().filter(slice -> slice.startsWith(name + "/")).toList();
            all.addAll(groups.isEmpty() ? List.of(name) : groups);
        }
        return all;
    }

    private <T> Map<String, List<T>> members(
            List<T> units, Function<T, List<String>> slices, SortedSet<String> wanted) {
        Map<String, List<T>> members = new LinkedHashMap<>();
        wanted.forEach(name -> members.put(name, new ArrayList<>()));
        for (T unit : units) {
            List<String> own = slices.apply(unit).stream()
                    .distinct()
                    .filter(wanted::contains)
                    .toList();
            if (own.size() > 1) {
                throw location.problem(
                        ("perSlice takes the same number of items from each slice, but an item is in both \"%s\" "
                                        + "and \"%s\"; choose slices that share no item")
                                .formatted(own.get(0), own.get(1)));
            }
            own.forEach(name -> members.get(name).add(unit));
        }
        return members;
    }

    private <T> void requireEnough(Map<String, List<T>> members) {
        List<String> small = members.entrySet().stream()
                .filter(slice -> slice.getValue().size() < each.getAsInt())
                .sorted(Comparator.comparingInt(slice -> slice.getValue().size()))
                .map(slice ->
                        "%s has %d".formatted(slice.getKey(), slice.getValue().size()))
                .toList();
        if (!small.isEmpty()) {
            int fewest = members.values().stream().mapToInt(List::size).min().orElseThrow();
            throw location.problem("perSlice is %d, but some chosen slices have fewer items: %s; %s"
                    .formatted(
                            each.getAsInt(),
                            String.join(", ", small),
                            fewest < FEWEST
                                    ? "leave the small ones out"
                                    : "set perSlice to at most %d, or leave the small ones out".formatted(fewest)));
        }
    }
}
