package io.github.fairnessgate.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.fairnessgate.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionKeyTest {

    private static final String MAVEN = "maven:org.example:corpus:1";
    private static final String YAML = """
            version: 1
            seed: 1
            text: ['*.txt', '%s']
            stages:
              - method: head-pruning
                importance: michel
                heads: 1
            """.formatted(MAVEN);

    @TempDir
    Path folder;

    private Path artifact;

    @BeforeEach
    void writeRecipeAndText() throws IOException {
        Files.writeString(folder.resolve("recipe.yaml"), YAML);
        Files.writeString(folder.resolve("a.txt"), "one");
        Files.writeString(folder.resolve("b.txt"), "two");
        artifact = Files.writeString(
                Files.createDirectory(folder.resolve("repository")).resolve("corpus-1.txt"), "three");
    }

    @Test
    void theSameIngredientsGiveTheSameKeyWhereverTheyLie() throws IOException {
        String key = key();
        assertThat(key).matches("[0-9a-f]{64}").isEqualTo(key());
        artifact = Files.move(artifact, folder.resolve("moved"));
        assertThat(key()).isEqualTo(key);
    }

    @Test
    void whateverDecidesTheResultChangesTheKey() throws IOException {
        String key = key();
        assertThat(key("another model", Device.CPU, "1")).isNotEqualTo(key);
        assertThat(key("model", Device.CUDA, "1")).isNotEqualTo(key);
        assertThat(key("model", Device.CPU, "2")).isNotEqualTo(key);
    }

    @Test
    void aChangedRecipeChangesTheKey() throws IOException {
        String key = key();
        Files.writeString(folder.resolve("recipe.yaml"), YAML.replace("seed: 1", "seed: 2"));
        assertThat(key()).isNotEqualTo(key);
    }

    @Test
    void changedMovedOrAddedTextChangesTheKey() throws IOException {
        String key = key();
        // The same bytes in all, but other documents.
        Files.writeString(folder.resolve("a.txt"), "onet");
        Files.writeString(folder.resolve("b.txt"), "wo");
        assertThat(key()).isNotEqualTo(key);
        Files.writeString(folder.resolve("a.txt"), "one");
        Files.writeString(folder.resolve("b.txt"), "two");
        assertThat(key()).isEqualTo(key);
        Files.writeString(folder.resolve("c.txt"), "");
        assertThat(key()).isNotEqualTo(key);
        Files.delete(folder.resolve("c.txt"));
        Files.writeString(artifact, "four");
        assertThat(key()).isNotEqualTo(key);
    }

    @Test
    void changedSwapsOfACounterfactualDistillationChangeTheKey() throws IOException {
        Files.writeString(
                folder.resolve("recipe.yaml"),
                YAML.replaceFirst("(?s)head-pruning.*", "distillation\n    layers: 1\n    steps: 1\n")
                        + "    counterfactual: {swaps: swaps.tsv}\n");
        Files.writeString(folder.resolve("swaps.tsv"), "he\tshe\n");
        String key = key();
        assertThat(key()).isEqualTo(key);
        Files.writeString(folder.resolve("swaps.tsv"), "he\tshe\nking\tqueen\n");
        assertThat(key()).isNotEqualTo(key);
    }

    @Test
    void changedPairsOfAFairnessAwarePruningChangeTheKey() throws IOException {
        Files.writeString(
                folder.resolve("recipe.yaml"),
                YAML.replace("importance: michel", "importance: fasp\n    pairs: pairs.jsonl"));
        writePairs("She cooks.");
        String key = key();
        writePairs("She codes.");
        assertThat(key()).isNotEqualTo(key);
    }

    private void writePairs(String more) throws IOException {
        Files.writeString(
                folder.resolve("pairs.jsonl"),
                IntStream.range(0, 20)
                        .mapToObj(
                                i -> "{\"id\": \"%d\", \"more\": \"%s\", \"less\": \"He cooks.\"}\n".formatted(i, more))
                        .collect(Collectors.joining()));
    }

    @Test
    void aBuiltInRecipeHasAKeyToo() {
        Recipe recipe = RecipeReader.read("heads-30", folder);
        assertThat(CompressionKey.of("model", recipe, Device.CPU, Map.of())).matches("[0-9a-f]{64}");
    }

    @Test
    void anotherSeedInThePlaceOfTheRecipesOwnChangesTheKeyAndItsOwnDoesNot() {
        Recipe recipe = RecipeReader.read("recipe.yaml", folder).withArtifacts(Map.of(MAVEN, artifact));
        Map<String, String> versions = Map.of(CompressionReport.PLUGIN, "1");
        assertThat(CompressionKey.of("model", recipe.withSeed(1), Device.CPU, versions))
                .isEqualTo(key());
        assertThat(recipe.withSeed(2).seed()).isEqualTo(2);
        assertThat(List.of(
                        key(),
                        CompressionKey.of("model", recipe.withSeed(2), Device.CPU, versions),
                        CompressionKey.of("model", recipe.withSeed(3), Device.CPU, versions)))
                .doesNotHaveDuplicates();
    }

    private String key() {
        return key("model", Device.CPU, "1");
    }

    private String key(String model, Device device, String plugin) {
        Recipe recipe = RecipeReader.read("recipe.yaml", folder).withArtifacts(Map.of(MAVEN, artifact));
        return CompressionKey.of(model, recipe, device, Map.of(CompressionReport.PLUGIN, plugin));
    }
}
