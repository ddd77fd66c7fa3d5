package io.github.fairnessgate.search;

import io.github.fairnessgate.InvalidInputException;
import io.github.fairnessgate.file.FileErrors;
import io.github.fairnessgate.yaml.YamlList;
import io.github.fairnessgate.yaml.YamlMap;
import io.github.fairnessgate.yaml.YamlNode;
import io.github.fairnessgate.yaml.YamlScalar;
import io.github.fairnessgate.yaml.YamlText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A recipe's paths, which are relative to its folder, as they are from another folder. */
final class RecipePaths {

    /** The keys whose values are paths, or lists of them. */
    private static final Set<String> KEYS = Set.of("text", "pairs", "swaps");

    private final Path from;
    private final Path to;

    private RecipePaths(Path from, Path to) {
        this.from = from;
        this.to = to;
    }

    /** The YAML of a recipe for another folder. */
    static String moved(RecipeVariant variant, Path to) {
        return YamlText.of(new RecipePaths(variant.folder().toAbsolutePath(), to.toAbsolutePath()).in(variant.tree()));
    }

    private YamlMap in(YamlMap map) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        map.entries().forEach((key, value) -> entries.put(key, KEYS.contains(key) ? path(value) : below(value)));
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
        if (written.startsWith("builtin:") || written.startsWith("maven:") || isAbsolute(written)) {
            return node;
        }
        String there = there().toString().replace('\\', '/');
        if (there.matches(".*[*?{\\[].*")) {
            throw new InvalidInputException(
                    "The folder " + from
                            + " of a recipe has one of * ? { [ in its name, which a text's name cannot have; rename the folder.");
        }
        return new YamlScalar(node.location(), there.isEmpty() ? written : there + "/" + written, true);
    }

    /** Links on the way are followed, because .. leads out of where they lead to. */
    private Path there() {
        try {
            Path start = from.toRealPath();
            Path end = Files.createDirectories(to).toRealPath();
            return Objects.equals(start.getRoot(), end.getRoot()) ? end.relativize(start) : start;
        } catch (IOException e) {
            throw FileErrors.cannot("find", from, e);
        }
    }

    private static boolean isAbsolute(String written) {
        return written.startsWith("/") || written.matches("[A-Za-z]:[/\\\\].*");
    }
}
