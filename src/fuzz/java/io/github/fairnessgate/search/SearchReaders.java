package io.github.fairnessgate.search;

import io.github.fairnessgate.fuzz.Target;
import io.github.fairnessgate.fuzz.YamlMutator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a search reads. */
public final class SearchReaders {

    private static final List<String> SEARCHES = List.of("""
            version: 1
            recipes:
              - int8
              - recipe: own.yaml
                vary:
                  head-pruning.heads: {from: 0.1, to: 0.4, step: 0.1}
                  quantization.scheme: [int8, int4]
            objectives: [size.bytes, perplexity.token/strided]
            finalists: 2
            """, """
            version: 1
            recipes: [{recipe: heads-30, vary: {head-pruning.heads: {from: 0.001, to: 0.9, step: 0.001}, seed: [1, 2]}}]
            sample: 5
            seed: 3
            confirmation: 0.6
            """);

    private SearchReaders() {}

    public static List<Target> all(Path root) throws IOException {
        Path folder = Files.createDirectories(root.resolve("search"));
        Files.writeString(
                folder.resolve("own.yaml"),
                "version: 1\nseed: 7\ntext: a.txt\nstages:\n  - {method: head-pruning, importance: michel, heads: 0.3}\n"
                        + "  - {method: quantization, scheme: int8}\n");
        return List.of(new Target(
                "search",
                "search.yaml",
                folder,
                SEARCHES.stream()
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList(),
                new YamlMutator().andBytes(),
                file -> SearchPlanReader.read("search.yaml", folder).variants().stream()
                        .flatMap(variant -> Stream.of(variant.label(), variant.yaml()))
                        .toList()
                        .toString()));
    }
}
