package io.github.fairnessgate.yaml;

import java.util.List;

/**
 * A list of values.
 *
 * @param location where the list begins
 * @param elements the values in the order of the file
 */
public record YamlList(Location location, List<YamlNode> elements) implements YamlNode {

    public YamlList {
        elements = List.copyOf(elements);
    }

    @Override
    public String description() {
        return "a list";
    }
}
