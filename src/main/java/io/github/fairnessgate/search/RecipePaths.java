package io.github.fairnessgate.search;

import io.github.fairnessgate.yaml.YamlDocument;
import io.github.fairnessgate.yaml.YamlList;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import io.github.fairnessgate.yaml.YamlText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A recipe's paths, which are relative to its folder, as they are from another folder. */
final class RecipePaths {

    private static final String TEXT = "text";
    private static final String PAIRS = "pairs";

    private final Path from;
    private final Path to;

    private RecipePaths(Path from, Path to) {
        this.from = from;
        this.to = to;
    }

    /** The YAML of a recipe for another folder. */
    static String moved(RecipeVariant variant, Path to) {
        YamlMap tree = YamlDocument.parse(variant.yaml(), variant.label()).asMap();
        return YamlText.of(new RecipePaths(variant.folder().toAbsolutePath(), to.toAbsolutePath()).in(tree));
    }

    private YamlMap in(YamlMap map) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        map.entries()
                .forEach((key, value) ->
                        entries.put(key, key.equals(TEXT) || key.equals(PAIRS) ? path(value) : below(value)));
        return new YamlMap(map.location(), entries, map.keyLines());
    }

    private YamlNode below(YamlNode node) {
        if (node instanceof YamlMap map) {
            return in(map);
        }
        return node instanceof YamlList list
                ? new YamlList(
                        list.location(),
                        list.elements().stream().map(this::below).toList())
                : node;
    }

    private YamlNode path(YamlNode node) {
        if (node instanceof YamlList list) {
            return new YamlList(
                    list.location(), list.elements().stream().map(this::path).toList());
        }
        String written = node.asScalar().text();
        if (written.startsWith("builtin:") || written.startsWith("maven:") || written.startsWith("/")) {
            return node;
        }
        String there = to.relativize(from).toString().replace('\\', '/');
        return new YamlScalar(node.location(), there.isEmpty() ? written : there + "/" + written, true);
    }
}
