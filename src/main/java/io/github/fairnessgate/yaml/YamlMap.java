package io.github.fairnessgate.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keys and values in the order of the file; keys are unique.
 *
 * @param location where the first key stands
 * @param entries the values by key, in the order of the file
 * @param keyLines the line of every key
 */
public record YamlMap(Location location, Map<String, YamlNode> entries, Map<String, Integer> keyLines)
        implements YamlNode {

    public YamlMap {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        keyLines = Map.copyOf(keyLines);
    }

    @Override
    public String description() {
        return "a map";
    }

    /**
     * Refuses keys that nobody would read.
     *
     * @throws io.github.fairnessgate.InvalidInputException for the first key that is not allowed, with its line and the
     *     allowed key that was probably meant
     */
    public void requireKeys(String... allowed) {
        List<String> allowedKeys = List.of(allowed);
        for (String key : entries.keySet()) {
            if (!allowedKeys.contains(key)) {
                throw location(key)
                        .problem("%s has no key \"%s\"%s"
                                .formatted(
                                        location.name(),
                                        YamlScalar.shortened(key),
                                        NearestName.hint(key, allowedKeys)));
            }
        }
    }

    /** Where a key is; where a value was put in from another file, there. */
    public Location location(String key) {
        Location value = entries.get(key).location();
        return value.file().equals(location.file()) ? location.at(keyLines.get(key)) : value;
    }

    /**
     * The value of a key.
     *
     * @throws io.github.fairnessgate.InvalidInputException if the key is missing
     */
    public YamlNode required(String key) {
        return optional(key).orElseThrow(() -> problem("%s needs the key \"%s\"".formatted(location.name(), key)));
    }

    /**
     * The value of a key, or nothing if the key is missing. A key without a value is there: its value is an empty
     * scalar.
     */
    public Optional<YamlNode> optional(String key) {
        return Optional.ofNullable(entries.get(key));
    }
}
