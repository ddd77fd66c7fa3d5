package io.github.fairnessgate.search;

import io.github.fairnessgate.yaml.Location;
import io.github.fairnessgate.yaml.NearestName;
import io.github.fairnessgate.yaml.YamlList;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Puts a value into a recipe.
 *
 * @param path where to: {@code seed}, {@code head-pruning.heads}, {@code distillation.loss.ce};
 *     {@code quantization#2.x} is of the second stage of that method
 * @param value of the recipe there; an empty one removes the key
 * @param location where the search names it
 */
record RecipeEdit(String path, YamlNode value, Location location) {

    private static final String STAGES = "stages";
    private static final String METHOD = "method";

    /**
     * @throws io.github.fairnessgate.InvalidInputException if the recipe has no such stage, or a value where the path
     *     goes on
     */
    YamlMap in(YamlMap recipe) {
        List<String> keys = List.of(path.split("\\.", -1));
        if (keys.size() == 1) {
            return put(recipe, keys);
        }
        List<YamlNode> stages = new ArrayList<>(recipe.required(STAGES).asList().elements());
        int stage = stage(stages, keys.get(0));
        stages.set(stage, put(stages.get(stage).asMap(), keys.subList(1, keys.size())));
        return with(recipe, STAGES, new YamlList(recipe.required(STAGES).location(), stages));
    }

    private int stage(List<YamlNode> stages, String named) {
        String[] parts = named.split("#", 2);
        List<String> methods = stages.stream()
                .map(stage -> stage.asMap().required(METHOD).asScalar().text())
                .toList();
        List<Integer> found = IntStream.range(0, stages.size())
                .filter(index -> methods.get(index).equals(parts[0]))
                .boxed()
                .toList();
        if (found.isEmpty()) {
            throw location.problem(
                    "the recipe has no stage \"%s\"%s".formatted(parts[0], NearestName.hint(parts[0], methods)));
        }
        if (parts.length == 1 && found.size() > 1) {
            throw location.problem("the recipe has %d stages \"%s\"; name one of them, such as %s#1"
                    .formatted(found.size(), parts[0], parts[0]));
        }
        int number = parts.length == 1 ? 1 : number(parts[1]);
        if (number < 1 || number > found.size()) {
            throw location.problem("\"%s\" is not one of the recipe's stages \"%s\", of which there %s %d"
                    .formatted(named, parts[0], found.size() == 1 ? "is" : "are", found.size()));
        }
        return found.get(number - 1);
    }

    private static int number(String text) {
        return text.matches("\\d{1,3}") ? Integer.parseInt(text) : 0;
    }

    private YamlMap put(YamlMap map, List<String> keys) {
        String key = keys.get(0);
        if (keys.size() == 1) {
            return with(map, key, value);
        }
        YamlNode inner = map.optional(key).orElseGet(() -> new YamlMap(location, Map.of(), Map.of()));
        if (!(inner instanceof YamlMap below)) {
            throw location.problem(
                    "%s leads into %s, which is %s and not a map of keys".formatted(path, key, inner.description()));
        }
        return with(map, key, put(below, keys.subList(1, keys.size())));
    }

    private YamlMap with(YamlMap map, String key, YamlNode node) {
        Map<String, YamlNode> entries = new LinkedHashMap<>(map.entries());
        Map<String, Integer> lines = new LinkedHashMap<>(map.keyLines());
        if (node instanceof YamlScalar scalar && scalar.isNothing()) {
            entries.remove(key);
            lines.remove(key);
        } else {
            entries.put(key, node);
            lines.putIfAbsent(key, location.line());
        }
        return new YamlMap(map.location(), entries, lines);
    }
}
