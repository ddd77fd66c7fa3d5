package io.github.fairnessgate.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.TreeSet;

/** Finds where two JSON documents differ by more than rounding. */
final class JsonDifference {

    /** Relative; logarithms and exponentials may differ in the last digit between machines. */
    private static final double ROUNDING = 1e-9;

    private JsonDifference() {}

    /**
     * The first place at which documents differ, in the order of the computed one.
     *
     * @param keysMayBeMissing whether the recorded document may lack keys of the computed one, as an earlier version of
     *     a form does
     * @return a part of a sentence: {@code rules[1].verdict is "PASS", but the items give "FAIL"}; empty if they say
     *     the same
     */
    static Optional<String> first(JsonNode recorded, JsonNode computed, boolean keysMayBeMissing) {
        return first("", recorded, computed, keysMayBeMissing);
    }

    private static Optional<String> first(String path, JsonNode recorded, JsonNode computed, boolean keysMayBeMissing) {
        if (recorded.isObject() && computed.isObject()) {
            return ofObjects(path, recorded, computed, keysMayBeMissing);
        }
        if (recorded.isArray() && computed.isArray() && recorded.size() == computed.size()) {
            for (int i = 0; i < computed.size(); i++) {
                Optional<String> difference =
                        first(path + "[" + i + "]", recorded.get(i), computed.get(i), keysMayBeMissing);
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return Optional.empty();
        }
        return recorded.equals(computed) || isSameNumber(recorded, computed)
                ? Optional.empty()
                : Optional.of(
                        "%s is %s, but the items give %s".formatted(path, shortened(recorded), shortened(computed)));
    }

    private static Optional<String> ofObjects(
            String path, JsonNode recorded, JsonNode computed, boolean keysMayBeMissing) {
        TreeSet<String> others = new TreeSet<>();
        recorded.fieldNames().forEachRemaining(others::add);
        for (var entry : computed.properties()) {
            others.remove(entry.getKey());
            String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            JsonNode value = recorded.path(entry.getKey());
            if (value.isMissingNode() && !keysMayBeMissing) {
                return Optional.of("%s is missing, but the items give %s".formatted(key, shortened(entry.getValue())));
            }
            Optional<String> difference =
                    value.isMissingNode() ? Optional.empty() : first(key, value, entry.getValue(), keysMayBeMissing);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return others.stream()
                .findFirst()
                .map(key -> "%s is there, but does not follow from the items"
                        .formatted(path.isEmpty() ? key : path + "." + key));
    }

    /** Whole numbers are counts, and have to be equal. */
    private static boolean isSameNumber(JsonNode recorded, JsonNode computed) {
        if (!recorded.isNumber() || !computed.isNumber()) {
            return false;
        }
        double one = recorded.doubleValue();
        double other = computed.doubleValue();
        boolean whole = recorded.isIntegralNumber() && computed.isIntegralNumber();
        return !whole && Math.abs(one - other) <= ROUNDING * Math.max(1, Math.max(Math.abs(one), Math.abs(other)));
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}
