package io.github.fairnessgate.search;

import io.github.fairnessgate.yaml.Location;
import io.github.fairnessgate.yaml.YamlList;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import java.util.HashMap;
import java.util.Map;

/** Where the user wrote what is in the lines of a recipe that a search wrote. */
final class RecipeLines {

    private final Map<Integer, Location> origins = new HashMap<>();

    private RecipeLines() {}

    /**
     * The places by the line of the file.
     *
     * @param written as the file has it
     * @param origin the same nodes, from the user's files
     */
    static Map<Integer, Location> of(YamlNode written, YamlNode origin) {
        RecipeLines lines = new RecipeLines();
        lines.add(written, origin);
        return lines.origins;
    }

    /** A line belongs to the node that is outermost in it. */
    private void add(YamlNode written, YamlNode origin) {
        origins.putIfAbsent(written.line(), origin.location());
        if (written instanceof YamlMap map && origin instanceof YamlMap own) {
            map.entries().forEach((key, value) -> {
                origins.putIfAbsent(map.location(key).line(), own.location(key));
                add(value, own.entries().get(key));
            });
        } else if (written instanceof YamlList list && origin instanceof YamlList own) {
            for (int i = 0; i < list.elements().size(); i++) {
                add(list.elements().get(i), own.elements().get(i));
            }
        }
    }
}
